import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type BotApi, BotApiError } from "@hookgram/bot-api";
import fc from "fast-check";

import { EngineGround } from "../../test/engine-ground.ts";

/** `HOOKGRAM_SEED=… node --test …` replays a run. */
const SEED = Number(process.env["HOOKGRAM_SEED"] ?? Date.now() % 2 ** 31);
const RUNS = 6;
const LIMITS = { perSecond: 6, bulkPerSecond: 4, chatBurst: 2, groupPerMinute: 4 };
const CHATS = [1, 2, 3, -100, -200];
const STEP_MS = 50;
/** Far more steps than any program's delays and limits take together. */
const STEPS_MAX = 20_000;

/** What Telegram does with a call, and how long it takes for that. */
type Outcome = "ok" | "slow" | "429" | "502" | "lost" | "403";

type Command =
  | {
      readonly do: "enqueue";
      readonly chat: number;
      readonly priority: "interactive" | "normal" | "bulk";
      readonly delayMs: number;
      readonly outcomes: readonly Outcome[];
    }
  | { readonly do: "broadcast"; readonly chats: readonly number[] }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "crash" };

const outcome = fc.constantFrom<Outcome>("ok", "ok", "ok", "slow", "429", "502", "lost", "403");
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant("enqueue" as const),
      chat: fc.constantFrom(...CHATS),
      priority: fc.constantFrom("interactive", "normal", "bulk"),
      delayMs: fc.constantFrom(0, 0, 0, 700, 5_000),
      outcomes: fc.array(outcome, { maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("broadcast" as const),
      chats: fc.array(fc.constantFrom(...CHATS, 4, 5, 6, 7), { maxLength: 12 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.integer({ min: 1, max: 3_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const) }) },
);

interface Sent {
  readonly text: string;
  readonly chat: number;
  readonly atMs: number;
  readonly life: number;
  outcome: Outcome | "pending" | "died";
}

/** Telegram as the sender sees it, in manual time; writes down what comes in and when. */
class FakeTelegram {
  readonly calls: Sent[] = [];
  readonly outcomes = new Map<string, Outcome[]>();
  readonly #ground: EngineGround;
  readonly #blockedUntil = new Map<number, number>();
  life = 1;

  constructor(ground: EngineGround) {
    this.#ground = ground;
  }

  api(): BotApi {
    const { life } = this;
    return { call: (method: string, params: object) => this.#call(life, method, params) } as BotApi;
  }

  /** The process died: nobody hears of what is under way. */
  die(): void {
    this.life += 1;
    for (const call of this.calls) if (call.outcome === "pending") call.outcome = "died";
  }

  async #call(life: number, method: string, params: object): Promise<unknown> {
    if (life !== this.life) return new Promise(() => {});
    const { chat_id: chat, text } = params as { readonly chat_id: number; readonly text: string };
    const { clock } = this.#ground;
    const atMs = clock.now();
    const busy = this.calls.find((it) => it.chat === chat && it.outcome === "pending");
    assert.equal(busy, undefined, `two calls of chat ${chat}: ${busy?.text} and ${text}`);
    const untilMs = this.#blockedUntil.get(chat) ?? 0;
    assert.ok(atMs >= untilMs, `chat ${chat} is called ${untilMs - atMs} ms too early: ${text}`);
    const call: Sent = { text, chat, atMs, life, outcome: "pending" };
    this.calls.push(call);
    const planned = this.outcomes.get(text)?.shift() ?? "ok";
    if (planned === "slow") await new Promise<void>((resolve) => clock.after(900, resolve));
    else await nextTurn();
    if (call.outcome === "died") return new Promise(() => {});
    call.outcome = planned;
    return this.#answer(method, planned, chat);
  }

  #answer(method: string, outcome: Outcome, chat: number): unknown {
    const refuse = (errorCode: number, description: string, more: object = {}): never => {
      const details = { code: "telegram", errorCode, description, ambiguous: false, ...more };
      throw new BotApiError({ method, ...details } as never);
    };
    if (outcome === "429") {
      this.#blockedUntil.set(chat, this.#ground.clock.now() + 2_000);
      refuse(429, "Too Many Requests: retry after 2", { retryAfterSeconds: 2 });
    }
    if (outcome === "502") refuse(502, "Bad Gateway");
    if (outcome === "403") refuse(403, "Forbidden: bot was blocked by the user");
    if (outcome === "lost") refuse(0, "reset", { code: "network", ambiguous: true });
    return { message_id: this.calls.length };
  }
}

/** What a program has put in, in order. */
interface Planned {
  readonly text: string;
  readonly chat: number;
  readonly priority: string;
  readonly dueMs: number;
  readonly isScheduled: boolean;
}

class Program {
  readonly #ground = new EngineGround();
  readonly #telegram = new FakeTelegram(this.#ground);
  readonly #planned: Planned[] = [];
  readonly #broadcasts: { readonly id: number; readonly chats: readonly number[] }[] = [];

  async run(commands: readonly Command[]): Promise<void> {
    try {
      await this.#start();
      for (const command of commands) await this.#do(command);
      await this.#finish();
      await this.#check();
    } finally {
      await this.#ground.close();
    }
  }

  async #start(): Promise<void> {
    const api = this.#telegram.api();
    await this.#ground.start(() => {}, { api, outbox: { limits: LIMITS } });
  }

  async #do(command: Command): Promise<void> {
    const { outbox } = this.#ground.engine;
    switch (command.do) {
      case "enqueue": {
        const { chat, priority, delayMs, outcomes } = command;
        const text = `${this.#planned.length}`;
        this.#telegram.outcomes.set(text, [...outcomes]);
        const dueMs = this.#ground.clock.now() + delayMs;
        const at = delayMs === 0 ? undefined : dueMs;
        await outbox.enqueue("sendMessage", { chat_id: chat, text }, { at, priority, key: text });
        this.#planned.push({ text, chat, priority, dueMs, isScheduled: at !== undefined });
        return;
      }
      case "broadcast": {
        const { chats } = command;
        const text = `broadcast ${this.#broadcasts.length}`;
        const { id } = await outbox.broadcast("sendMessage", { text }, chats);
        this.#broadcasts.push({ id, chats });
        return;
      }
      case "pass":
        return this.#pass(command.ms);
      case "crash":
        this.#telegram.die();
        await this.#ground.crash();
        await this.#start();
    }
  }

  async #pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      await this.#ground.quiet();
      this.#ground.clock.advance(Math.min(left, STEP_MS));
    }
  }

  async #finish(): Promise<void> {
    const { outbox } = this.#ground.engine;
    for (let step = 0; step < STEPS_MAX; step += 20) {
      await this.#pass(20 * STEP_MS);
      await this.#ground.quiet();
      const { ready, scheduled, sending } = await outbox.stats();
      const broadcasts = await outbox.broadcasts();
      if (ready + scheduled + sending === 0 && broadcasts.every((it) => it.state === "done"))
        return;
    }
    throw new Error(`stuck: ${JSON.stringify(await outbox.stats())}`);
  }

  async #check(): Promise<void> {
    const { calls } = this.#telegram;
    checkWindow(calls, LIMITS.perSecond, 1_000);
    for (const chat of CHATS) {
      const ofChat = calls.filter((call) => call.chat === chat);
      checkWindow(ofChat, LIMITS.chatBurst, LIMITS.chatBurst * 1_000);
      if (chat < 0) checkWindow(ofChat, LIMITS.groupPerMinute, 60_000);
    }
    checkWindow(
      calls.filter(({ text }) => text.startsWith("broadcast")),
      LIMITS.bulkPerSecond,
      1_000,
    );
    await this.#checkEachOnce();
    this.#checkOrder();
    await this.#checkBroadcasts();
  }

  /** Delivered, or recorded as failed; more than once only where that is flagged. */
  async #checkEachOnce(): Promise<void> {
    const { outbox } = this.#ground.engine;
    const failed = new Set((await outbox.sends({ state: "failed", limit: 1_000 })).map(keyOf));
    const doubtful = new Set((await outbox.sends({ state: "doubtful", limit: 1_000 })).map(keyOf));
    for (const { text, dueMs } of this.#planned) {
      const tries = this.#telegram.calls.filter((call) => call.text === text);
      const well = tries.filter(({ outcome }) => outcome === "ok" || outcome === "slow");
      assert.equal(well.length === 1, !failed.has(text), `${text}: ${JSON.stringify(tries)}`);
      const unknown = tries.filter(({ outcome }) => outcome === "lost" || outcome === "died");
      assert.ok(unknown.length === 0 || doubtful.has(text), `${text} is not flagged`);
      assert.ok(
        tries.every(({ atMs }) => atMs >= dueMs),
        `${text} went too early`,
      );
    }
  }

  /** Of one chat and priority, what had no time of its own arrives in the order of enqueueing. */
  #checkOrder(): void {
    const groups = Map.groupBy(
      this.#planned.filter(({ isScheduled }) => !isScheduled),
      ({ chat, priority }) => `${chat} ${priority}`,
    );
    for (const [group, planned] of groups) {
      const texts = new Set(planned.map(({ text }) => text));
      const firsts = new Set(
        this.#telegram.calls.map(({ text }) => text).filter((text) => texts.has(text)),
      );
      assert.deepEqual([...firsts], [...texts], `order of ${group}`);
    }
  }

  async #checkBroadcasts(): Promise<void> {
    for (const [at, { id, chats }] of this.#broadcasts.entries()) {
      const progress = await this.#ground.engine.outbox.broadcastProgress(id);
      assert.equal(progress?.sent, chats.length);
      const calls = this.#telegram.calls.filter(({ text }) => text === `broadcast ${at}`);
      const died = calls.filter(({ outcome }) => outcome === "died").length;
      assert.equal(calls.length - died, chats.length, `broadcast ${at}`);
    }
  }
}

function keyOf(send: { readonly key: string | undefined }): string | undefined {
  return send.key;
}

/** Counted anew from what came in: no time of `perMs` holds more than `max` calls. */
function checkWindow(calls: readonly Sent[], max: number, perMs: number): void {
  calls.forEach((call, at) => {
    const overtaken = calls[at + max];
    const apartMs = (overtaken?.atMs ?? Infinity) - call.atMs;
    assert.ok(apartMs >= perMs, `${max + 1} calls within ${apartMs} ms, not ${perMs}`);
  });
}

describe("an outbox under random programs", () => {
  it("keeps limits and order, loses nothing, and doubles only what it flags", async (t) => {
    t.diagnostic(`seed ${SEED}`);
    const programs = fc.array(command, { minLength: 1, maxLength: 40, size: "max" });
    await fc.assert(
      fc.asyncProperty(programs, (commands) => new Program().run(commands)),
      { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
    );
  });
});
