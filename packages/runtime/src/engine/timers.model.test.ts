import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Bot, eventKind } from "hookgram";

import { EngineGround } from "../../test/engine-ground.ts";
import { runSeed, seededRandom } from "../../test/seeded-random.ts";

const CHATS = 4;
const NAMES = ["a", "b"];
const STEPS = 80;
const SEED = runSeed();

const tick = eventKind("tick");

/** What has to hold of one timer that was set: it comes once, or it was ended before. */
interface Expected {
  readonly dueAtMs: number;
  /** Cancelled or replaced by a commit that came before it was handled. */
  isEnded: boolean;
  times: number;
}

/** The model: what is set now, by chat and name, and everything that ever was, by its data. */
class Model {
  readonly current = new Map<string, string>();
  readonly all = new Map<string, Expected>();

  end(place: string): void {
    const data = this.current.get(place);
    this.current.delete(place);
    if (data !== undefined && this.all.get(data)!.times === 0) this.all.get(data)!.isEnded = true;
  }

  set(place: string, data: string, dueAtMs: number): void {
    this.end(place);
    this.current.set(place, data);
    this.all.set(data, { dueAtMs, isEnded: false, times: 0 });
  }
}

async function run(seed: number, ground: EngineGround): Promise<void> {
  const random = seededRandom(seed);
  const pick = (count: number): number => Math.floor(random() * count);
  const model = new Model();
  const problems: string[] = [];
  let serial = 0;
  const bot = new Bot();
  // The lane handles one update at a time, so the model changes in the order of the commits; a
  // failing attempt is over before the model is told.
  bot.message(async ({ message, timers, chat, now, attempt }) => {
    const [word, name = "", ms, failures] = message.text!.split(" ");
    const place = `${chat.id} ${name}`;
    const data = `${place} ${message.message_id}`;
    const dueAtMs = now() + Number(ms);
    if (word === "set") await timers.set(tick, { afterMs: Number(ms), data, name });
    else timers.cancel(tick, { name });
    if (attempt <= Number(failures)) throw new Error("fails, as it was told");
    if (word === "set") model.set(place, data, dueAtMs);
    else model.end(place);
  });
  bot.on(tick, ({ event, now, attempt }) => {
    const data = event.data as string;
    const expected = model.all.get(data)!;
    if (expected.isEnded) problems.push(`${data} came although it was ended`);
    if (now() < expected.dueAtMs) problems.push(`${data} came too early`);
    if (attempt === 1 && (serial += 1) % 5 === 0) throw new Error("fails sometimes");
    expected.times += 1;
  });
  const start = (): Promise<unknown> =>
    ground.start((invocation) => bot.handle(invocation), {
      attemptsMax: 9,
      retryDelayMaxMs: 1_000,
    });
  await start();
  for (let step = 1; step <= STEPS; step += 1) {
    const action = pick(20);
    if (action < 11) {
      const chatId = 1 + pick(CHATS);
      const name = NAMES[pick(NAMES.length)];
      const text =
        action < 8 ? `set ${name} ${pick(3_000)} ${pick(3)}` : `cancel ${name} 0 ${pick(2)}`;
      const from = { id: chatId, is_bot: false, first_name: "P" };
      const chat = { id: chatId, type: "private" };
      const message = { message_id: step, date: 1, chat, from, text };
      await ground.engine.accept(ground.update({ message }));
    } else if (action < 17) ground.clock.advance(pick(2_000));
    else if (action === 17) await ground.quiet();
    else {
      // The model knows only commits that were told, so everything is settled before the restart.
      await ground.settleAll();
      await ground.engine.stop();
      ground.clock.advance(pick(5_000));
      await start();
    }
  }
  await ground.settleAll();
  for (let rounds = 0; rounds < 4; rounds += 1) {
    ground.clock.advance(5_000);
    await ground.quiet();
    await ground.settleAll();
  }
  const late = [...model.all].filter(([, it]) => it.times !== (it.isEnded ? 0 : 1));
  assert.deepEqual([problems, late], [[], []], `seed ${seed}`);
}

describe("timers against a model", () => {
  for (const seed of [SEED, SEED + 1])
    it(`come once or not at all, HOOKGRAM_SEED=${seed}`, async () => {
      const ground = new EngineGround();
      try {
        await run(seed, ground);
      } finally {
        await ground.close();
      }
    });
});
