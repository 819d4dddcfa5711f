import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";

import { describeOnStores } from "../../test/describe-on-stores.ts";
import { BOT_ID, EngineGround, type EngineGroundOptions } from "../../test/engine-ground.ts";

const HOUR_MS = 3_600_000;
const CHAT = { id: 1, type: "private" };
const HELLO = { message_id: 5, date: 1, chat: CHAT, text: "hello" };

describeOnStores("the same message under a new update id", (makeGround) => {
  let ground: EngineGround;
  let handled: number[];
  let failures: number;

  beforeEach(() => {
    ground = new EngineGround(makeGround());
    handled = [];
    failures = 0;
  });
  afterEach(() => ground.close());

  const start = (options: EngineGroundOptions): Promise<unknown> =>
    ground.start(
      ({ update }) => {
        if ((failures -= 1) >= 0) throw new Error("not yet");
        handled.push(update.update_id);
      },
      { retryDelayMs: 10, ...options },
    );

  async function accept(...payloads: Readonly<Record<string, unknown>>[]): Promise<void> {
    for (const payload of payloads) {
      assert.equal(await ground.engine.accept(ground.update(payload)), "stored");
    }
    await ground.settleAll();
  }

  it("is handled again unless told otherwise", async () => {
    await start({});
    await accept({ message: HELLO }, { message: HELLO });
    assert.deepEqual(handled, [1, 2]);
  });

  it("is handled once within the window, also over a restart, and the decision is kept", async () => {
    await start({ contentWindowMs: HOUR_MS });
    await accept({ message: HELLO });
    await ground.engine.stop();
    await start({ contentWindowMs: HOUR_MS });
    const { text, chat, date, message_id } = HELLO;
    await accept({ message: { text, chat, date, message_id } });
    assert.deepEqual(handled, [1]);
    assert.equal(ground.engine.stats().contentDuplicates, 1);
    const record = await ground.engine.operator.record({ botId: BOT_ID, updateId: 2 });
    assert.deepEqual([record?.status, record?.outcome], ["done", "duplicate of update 1"]);
    assert.match(ground.logger.lines.join("\n"), /info left out a message/);
    ground.clock.advance(HOUR_MS);
    await accept({ message: HELLO });
    assert.deepEqual(handled, [1, 3]);
  });

  it("leaves no trace in the log of events but its own end", async () => {
    await start({ contentWindowMs: HOUR_MS, eventLog: "all" });
    await accept({ message: HELLO }, { message: HELLO });
    const { events: entries } = ground.engine;
    const lane = `${BOT_ID}:${CHAT.id}`;
    const types = (await entries.read({ lane })).map(({ events }) =>
      events.map(({ type }) => type),
    );
    assert.deepEqual(types, [
      ["accepted", "attempt", "done"],
      ["accepted", "attempt", "done"],
    ]);
    await ground.engine.stop();
    await start({ contentWindowMs: HOUR_MS });
    await accept({ message: { ...HELLO, message_id: 6 } });
    assert.equal((await ground.engine.events.read({ lane })).length, types.length);
  });

  it("is another one with another text, number, chat or kind", async () => {
    await start({ contentWindowMs: HOUR_MS });
    await accept(
      { message: HELLO },
      { message: { ...HELLO, text: "hello!" } },
      { message: { ...HELLO, message_id: 6 } },
      { message: { ...HELLO, chat: { ...CHAT, id: 2 } } },
      { edited_message: HELLO },
    );
    assert.deepEqual(new Set(handled), new Set([1, 2, 3, 4, 5]));
  });

  it("is handled when the first one never was", async () => {
    failures = 1;
    await start({ contentWindowMs: HOUR_MS, attemptsMax: 1 });
    await accept({ message: HELLO }, { message: HELLO });
    assert.deepEqual(handled, [2]);
    assert.equal(ground.engine.stats().parked, 1);
  });

  it("is tried again like any other when it fails", async () => {
    failures = 1;
    await start({ contentWindowMs: HOUR_MS });
    await accept({ message: HELLO });
    assert.deepEqual(handled, [1]);
  });

  it("commits once in lanes that run side by side", async () => {
    await start({ contentWindowMs: HOUR_MS, laneKey: () => null });
    const updates = Array.from({ length: 5 }, () => ground.update({ message: HELLO }));
    await Promise.all(updates.map((update) => ground.engine.accept(update)));
    await ground.settleAll(5);
    const { handled: committed, contentDuplicates } = ground.engine.stats();
    assert.deepEqual([committed, contentDuplicates], [1, 4]);
  });
});
