import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Invocation } from "hookgram";
import fc from "fast-check";

import { BOT_ID, chatOf, EngineGround } from "../../test/engine-ground.ts";
import type { IncomingUpdate } from "../inbox.ts";

/** `HOOKGRAM_SEED=… node --test …` replays a run. */
const SEED = Number(process.env["HOOKGRAM_SEED"] ?? Date.now() % 2 ** 31);
const RUNS = 30;
const ATTEMPTS_MAX = 3;
const ATTEMPT_TIMEOUT_MS = 1_000;

/** What an attempt does: end well, throw, outlive its deadline, or throw after an effect. */
type Behaviour = "ok" | "throw" | "hang" | "effect";

type Command =
  | { readonly do: "accept"; readonly chatId: number; readonly behaviours: readonly Behaviour[] }
  | { readonly do: "redeliver"; readonly which: number }
  | { readonly do: "advance"; readonly ms: number }
  | { readonly do: "turn" }
  /** Pauses the chat's lane, or resumes it; 0 is the bot. */
  | { readonly do: "pause" | "resume"; readonly chatId: number }
  | { readonly do: "crash" };

const behaviour = fc.constantFrom<Behaviour>("ok", "ok", "ok", "throw", "hang", "effect");
const accept = fc.record({
  do: fc.constant("accept" as const),
  chatId: fc.integer({ min: 1, max: 5 }),
  behaviours: fc.array(behaviour, { minLength: 1, maxLength: ATTEMPTS_MAX }),
});
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: accept },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("redeliver" as const), which: fc.nat({ max: 200 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("advance" as const),
      ms: fc.integer({ min: 1, max: 3_000 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("turn" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("pause" as const, "resume" as const),
      chatId: fc.integer({ min: 0, max: 5 }),
    }),
  },
);

const limits = fc.record({
  loadedMax: fc.integer({ min: 1, max: 40 }),
  concurrencyMax: fc.integer({ min: 1, max: 8 }),
});

type Pausing = Extract<Command, { do: "pause" | "resume" }>;

interface Planned {
  readonly update: IncomingUpdate;
  readonly chatId: number;
  readonly behaviours: readonly Behaviour[];
}

/** What happened, as the handler saw it, and what is wrong with it. */
class History {
  readonly planned = new Map<number, Planned>();
  /** In the order in which their acceptance was committed. */
  readonly accepted: number[] = [];
  readonly ended: { readonly updateId: number; readonly chatId: number }[] = [];
  readonly #running = new Map<number, { readonly life: number; readonly updateId: number }>();
  readonly #attempts = new Map<number, number>();
  readonly effects = new Map<number, number>();
  /** The clock went past their deadline while the disk kept them waiting. */
  readonly cutOff = new Set<number>();
  life = 1;
  /** What must not have happened, for the end: an error in a handler is only a failed attempt. */
  readonly wrong: string[] = [];
  readonly #paused = new Set<number>();
  /** Chats that have begun an attempt since they were paused. */
  readonly #ranPaused = new Set<number>();

  async handle(invocation: Invocation): Promise<void> {
    const updateId = invocation.update.update_id;
    const chatId = chatOf(invocation);
    this.#begin(updateId, chatId, invocation.attempt);
    const { behaviours } = this.planned.get(updateId)!;
    const behaviour = behaviours[invocation.attempt - 1] ?? "ok";
    if (behaviour === "hang") {
      invocation.signal.addEventListener("abort", () => this.#running.delete(chatId));
      return new Promise(() => {});
    }
    invocation.signal.addEventListener("abort", () => this.cutOff.add(updateId));
    if (behaviour === "effect") await this.#effect(invocation);
    await new Promise((resolve) => setImmediate(resolve));
    const key = `chat${chatId}`;
    const count = ((await invocation.states.read(key))?.data as number | undefined) ?? 0;
    invocation.states.write(key, { state: "c:c", data: count + 1, schemaVersion: 1 });
    this.#running.delete(chatId);
    if (behaviour !== "ok") throw new Error(behaviour);
    this.ended.push({ updateId, chatId });
  }

  /** Pauses or resumes; from then on no attempt begins, or some may. */
  async set({ engine }: EngineGround, { do: what, chatId }: Pausing): Promise<void> {
    const scope = chatId === 0 ? { botId: BOT_ID } : { lane: `${BOT_ID}:${chatId}` };
    if (what === "resume" && this.#paused.delete(chatId)) this.#ranPaused.clear();
    await engine.operator[what](scope);
    if (what === "pause") this.#paused.add(chatId);
  }

  /** The process died: what ran then is over. */
  die(): void {
    this.life += 1;
    this.#running.clear();
  }

  #begin(updateId: number, chatId: number, attempt: number): void {
    const other = this.#running.get(chatId);
    assert.equal(other, undefined, `chat ${chatId} runs ${other?.updateId} and ${updateId}`);
    this.#running.set(chatId, { life: this.life, updateId });
    // What was counted before the pause still runs: one attempt of each lane.
    if (this.#paused.has(0) || this.#paused.has(chatId)) {
      if (this.#ranPaused.has(chatId)) this.wrong.push(`${updateId} ran in paused chat ${chatId}`);
      this.#ranPaused.add(chatId);
    }
    const before = this.#attempts.get(updateId) ?? 0;
    assert.ok(attempt >= before, `attempt ${attempt} of ${updateId} after ${before}`);
    assert.ok(attempt <= ATTEMPTS_MAX, `attempt ${attempt} of ${updateId}`);
    this.#attempts.set(updateId, attempt);
  }

  async #effect(invocation: Invocation): Promise<void> {
    await invocation.step("effect", () => {
      const { update_id: updateId } = invocation.update;
      this.effects.set(updateId, (this.effects.get(updateId) ?? 0) + 1);
    });
  }
}

async function run(
  ground: EngineGround,
  commands: readonly Command[],
  options: { readonly loadedMax: number; readonly concurrencyMax: number },
): Promise<void> {
  const history = new History();
  const accepting: Promise<unknown>[] = [];
  let crashes = 0;
  const start = async (): Promise<void> => {
    const { life } = history;
    // A handler of an earlier life is a zombie: what it does must not count.
    const handle = (invocation: Invocation): Promise<void> =>
      life === history.life ? history.handle(invocation) : new Promise(() => {});
    await ground.start(handle, {
      ...options,
      attemptsMax: ATTEMPTS_MAX,
      attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
      retryDelayMs: 100,
    });
  };
  const deliver = (update: IncomingUpdate): void => {
    const answer = ground.engine.accept(update).then(
      (acceptance) => {
        if (acceptance === "stored") history.accepted.push(update.updateId!);
      },
      // The process dies: Telegram will send it again.
      () => {},
    );
    accepting.push(answer);
  };
  await start();
  for (const command of commands) {
    if (command.do === "accept") {
      const update = ground.message(command.chatId);
      const { chatId, behaviours } = command;
      history.planned.set(update.updateId!, { update, chatId, behaviours });
      deliver(update);
    } else if (command.do === "redeliver") {
      const known = [...history.planned.values()][command.which];
      if (known !== undefined) deliver(known.update);
    } else if (command.do === "advance") ground.clock.advance(command.ms);
    else if (command.do === "turn") await new Promise((resolve) => setImmediate(resolve));
    else if (command.do === "pause" || command.do === "resume") {
      await history.set(ground, command);
      // Attempts got on meanwhile; time must not find one of them in its middle.
      await ground.quiet();
    } else {
      crashes += 1;
      history.die();
      await ground.crash();
      await start();
    }
  }
  await Promise.all(accepting);
  // Telegram repeats in its order what nobody has acknowledged.
  for (const { update } of history.planned.values()) deliver(update);
  await Promise.all(accepting);
  for (let chatId = 0; chatId <= 5; chatId += 1)
    await history.set(ground, { do: "resume", chatId });
  await ground.settleAll(500);
  await check(ground, history, crashes);
}

async function check(ground: EngineGround, history: History, crashes: number): Promise<void> {
  assert.deepEqual(history.wrong, []);
  const parked = new Set(
    (await ground.engine.operator.parked({ limit: 1_000 })).map((it) => it.updateId),
  );
  const ended = new Set(history.ended.map(({ updateId }) => updateId));
  for (const updateId of history.planned.keys()) {
    assert.ok(ended.has(updateId) || parked.has(updateId), `lost: ${updateId}`);
  }
  for (const [updateId, { behaviours }] of history.planned) {
    const fails = behaviours.length === ATTEMPTS_MAX && !behaviours.includes("ok");
    const isAsPlanned = crashes === 0 && !history.cutOff.has(updateId);
    if (isAsPlanned) assert.equal(parked.has(updateId), fails, `parked: ${updateId}`);
    // A crash between an effect and its record may repeat it.
    if (crashes === 0) assert.ok((history.effects.get(updateId) ?? 0) <= 1, `twice: ${updateId}`);
  }
  for (const chatId of new Set(history.ended.map((it) => it.chatId))) {
    const order = history.ended.filter((it) => it.chatId === chatId).map((it) => it.updateId);
    // What ran again after a crash ran before anything that comes after it in its lane.
    const runs = order.filter((updateId, at) => updateId !== order[at - 1]);
    const accepted = history.accepted.filter((updateId) => runs.includes(updateId));
    assert.deepEqual(runs, accepted, `order in chat ${chatId}`);
    const applied = [...ended].filter((it) => history.planned.get(it)!.chatId === chatId);
    const record = (await ground.store.readState(`chat${chatId}`)).record;
    const killed = applied.filter((updateId) => parked.has(updateId)).length;
    assert.equal(record?.data, applied.length - killed, `applied in chat ${chatId}`);
  }
  const { lanes, running, retrying, held } = ground.engine.stats();
  assert.deepEqual([lanes, running, retrying, held], [0, 0, 0, 0]);
}

describe("lanes under random programs", () => {
  it("lose nothing, apply everything once, and keep the order", async (t) => {
    t.diagnostic(`seed ${SEED}`);
    const programs = fc.array(command, { minLength: 1, maxLength: 120, size: "max" });
    await fc.assert(
      fc.asyncProperty(programs, limits, async (commands, options) => {
        const ground = new EngineGround();
        try {
          await run(ground, commands, options);
        } finally {
          await ground.close();
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});
