import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { eventKind, toEmission } from "hookgram";

import { describeOnStores } from "../../test/describe-on-stores.ts";
import { EngineGround } from "../../test/engine-ground.ts";
import { ok, type ScriptedTelegram, scriptTelegram } from "../../test/scripted-telegram.ts";

const ping = eventKind("ping");

/** What `text.slice(0, 6)` leaves of a text with a face in it. */
const CUT = "water😀".slice(0, 6);

describeOnStores("names that were cut in the middle of a character", (makeGround) => {
  let ground: EngineGround;
  let telegram: ScriptedTelegram;
  let handled: number;

  const count = (): void => void (handled += 1);

  beforeEach(async () => {
    ground = new EngineGround(makeGround());
    telegram = await scriptTelegram(() => ok({ message_id: 1, date: 1, chat: { id: 5 } }));
    handled = 0;
  });
  afterEach(async () => {
    await ground.close();
    await telegram.close();
  });

  it("are names of steps: what was done is not done again", async () => {
    let steps = 0;
    await ground.start(async ({ attempt, step }) => {
      await step(CUT, () => (steps += 1));
      if (attempt === 1) throw new Error("first");
    });
    await ground.engine.accept(ground.message(5));
    await ground.settleAll();
    assert.equal(steps, 1);
  });

  it("are keys and lanes of events, which come once", async () => {
    await ground.start(count);
    const emit = () => ground.engine.emit(ping, null, { lane: CUT, key: CUT });
    assert.deepEqual([await emit(), await emit()], ["stored", "duplicate"]);
    await ground.settleAll();
    assert.equal(handled, 1);
  });

  it("are lanes of updates, which can be paused", async () => {
    await ground.start(count, { laneKey: () => CUT });
    await ground.engine.operator.pause({ lane: CUT });
    await ground.engine.accept(ground.message(5));
    await ground.engine.accept(ground.message(5));
    await ground.quiet();
    assert.equal(handled, 0);
    await ground.engine.operator.resume({ lane: CUT });
    await ground.settleAll();
    assert.equal(handled, 2);
  });

  it("are names of timers, which come once", async () => {
    await ground.start(async ({ update, timers }) => {
      count();
      if (update.message === undefined) return;
      const dueAtMs = ground.clock.now() + 500;
      const timer = { key: CUT, name: CUT, due_at_ms: dueAtMs, set_at_ms: 0 };
      const emission = await toEmission(ping, null, { lane: CUT, timer, nowMs: dueAtMs });
      timers.write(CUT, { dueAtMs, emission });
    });
    await ground.engine.accept(ground.message(5));
    await ground.settleAll();
    ground.clock.advance(1_000);
    await ground.until(() => ground.engine.stats().timersFired === 1);
    await ground.settleAll();
    assert.equal(handled, 2);
  });

  it("are keys of sends, which go out once", async () => {
    await ground.start(count, { api: telegram.api });
    const params = { chat_id: 5, text: CUT };
    const enqueue = () => ground.engine.outbox.enqueue("sendMessage", params, { key: CUT });
    const { status, id } = await enqueue();
    assert.equal(status, "enqueued");
    assert.deepEqual(await enqueue(), { status: "duplicate", id });
    await ground.until(() => telegram.calls.length === 1);
    assert.deepEqual(telegram.calls[0]!.params, params);
  });
});
