import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";

import { describeOnStores } from "../../test/describe-on-stores.ts";
import { EngineGround } from "../../test/engine-ground.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describeOnStores("an operator", (makeGround) => {
  let ground: EngineGround;
  let handled: string[];
  let charged: number;
  let isBroken: boolean;

  beforeEach(async () => {
    ground = new EngineGround(makeGround());
    handled = [];
    charged = 0;
    isBroken = true;
    await start();
  });
  afterEach(() => ground.close());

  /** A bot that charges somebody and then fails, until it is mended. */
  async function start(): Promise<void> {
    await ground.start(
      async ({ update, step }) => {
        await step("charge", () => (charged += 1));
        if (isBroken) throw new Error(`broken: ${update.message!.text}`);
        handled.push(update.message!.text!);
      },
      { attemptsMax: 2, retryDelayMs: 10 },
    );
  }

  async function park(...texts: string[]): Promise<void> {
    for (const [at, text] of texts.entries()) {
      await ground.engine.accept(ground.message(at % 2, text));
    }
    await ground.settleAll();
  }

  async function pass(...times: readonly number[]): Promise<void> {
    for (const ms of times) {
      ground.clock.advance(ms);
      await ground.quiet();
    }
  }

  /** Lets time pass until the repair has ended. */
  async function untilEnded(id: number): Promise<void> {
    for (;;) {
      await ground.quiet();
      const { status } = (await ground.engine.operator.repair(id))!;
      if (status !== "running") return;
      ground.clock.advance(50);
    }
  }

  it("sees a dead letter with its error, its journal and its bytes", async () => {
    await park("one");
    const { operator } = ground.engine;
    const [letter = assert.fail()] = await operator.parked({ errorIncludes: "broken: one" });
    assert.match(Buffer.from(letter.raw).toString(), /"text":"one"/);
    const journal = await operator.journal(letter.seq);
    assert.deepEqual(
      journal.map(({ key, kind, value, attempt }) => [key, kind, value, attempt]),
      [["step:charge", "result", "1", 1]],
    );
    const record = await operator.record({ botId: letter.botId, updateId: letter.updateId! });
    assert.deepEqual([record?.status, record?.outcome], ["parked", "failed"]);
  });

  it("replays many in their order, without what they did already", async () => {
    const texts = Array.from({ length: 7 }, (_, at) => `${at}`);
    await park(...texts);
    const { operator } = ground.engine;
    const { repair, samples } = await operator.planRepair({
      action: "replay",
      filter: { errorIncludes: "broken" },
      ratePerSecond: 4,
    });
    assert.deepEqual([repair.status, repair.total, samples.length], ["planned", 7, 7]);
    await park("later");
    isBroken = false;
    const beganMs = ground.clock.now();
    assert.equal(await operator.startRepair(repair.id), true);
    await untilEnded(repair.id);
    await ground.settleAll();
    assert.deepEqual(handled.toSorted(), texts);
    for (const parity of [0, 1]) {
      const lane = handled.filter((text) => Number(text) % 2 === parity);
      assert.deepEqual(lane, lane.toSorted());
    }
    assert.equal(charged, 8);
    const ended = (await operator.repair(repair.id))!;
    assert.deepEqual([ended.status, ended.applied, ended.pending], ["done", 7, 0]);
    // The first at once, six more a quarter of a second after each other.
    assert.ok(ended.endedAtMs! - beganMs >= 1_500, `${ended.endedAtMs! - beganMs} ms`);
    assert.equal((await operator.parked()).length, 1);
    assert.match(ground.logger.lines.join("\n"), /a repair is done/);
  });

  it("forgets a repair that nobody starts within a day", async () => {
    await park("a", "b");
    const { operator } = ground.engine;
    const { repair } = await operator.planRepair({ action: "replay" });
    await pass(DAY_MS - 2 * MINUTE_MS, MINUTE_MS);
    assert.equal((await operator.repair(repair.id))?.status, "planned");
    await pass(MINUTE_MS, MINUTE_MS, MINUTE_MS);
    assert.equal(await operator.repair(repair.id), undefined);
    assert.equal(await operator.startRepair(repair.id), false);
    assert.equal((await operator.parked()).length, 2);
  });

  it("has a repair go on after a restart", async () => {
    await park("a", "b", "c", "d");
    const { repair } = await ground.engine.operator.planRepair({
      action: "replay",
      ratePerSecond: 2,
    });
    isBroken = false;
    await ground.engine.operator.startRepair(repair.id);
    ground.clock.advance(0);
    await ground.until(() => handled.length === 1);
    await ground.engine.stop();
    await start();
    await untilEnded(repair.id);
    await ground.settleAll();
    assert.deepEqual(handled.toSorted(), ["a", "b", "c", "d"]);
  });

  it("has a repair go on after somebody has set the clock back", async () => {
    await park("a", "b", "c", "d");
    const { operator } = ground.engine;
    const { repair } = await operator.planRepair({ action: "replay", ratePerSecond: 2 });
    isBroken = false;
    await operator.startRepair(repair.id);
    ground.clock.advance(0);
    await ground.until(() => handled.length === 1);
    ground.clock.jump(-3 * 3_600_000);
    const beganMs = ground.clock.monotonic();
    await untilEnded(repair.id);
    await ground.settleAll();
    assert.deepEqual(handled.toSorted(), ["a", "b", "c", "d"]);
    // It looks for repairs every ten seconds whatever it was told.
    const tookMs = ground.clock.monotonic() - beganMs;
    assert.ok(tookMs <= 15_000, `${tookMs} ms`);
  });

  it("aborts a repair where it is", async () => {
    await park("a", "b", "c");
    const { operator } = ground.engine;
    const { repair } = await operator.planRepair({ action: "discard", note: "spam" });
    await operator.startRepair(repair.id);
    ground.clock.advance(0);
    await ground.until(() => ground.engine.stats().parked === 2);
    assert.equal(await operator.abortRepair(repair.id), true);
    ground.clock.advance(60_000);
    await ground.quiet();
    assert.equal((await operator.parked()).length, 2);
    assert.equal((await operator.leftOut(repair.id)).length, 2);
    assert.deepEqual(
      (await operator.repairs()).map(({ id, status }) => [id, status]),
      [[repair.id, "aborted"]],
    );
  });

  it("is refused a rate that cannot be", async () => {
    for (const ratePerSecond of [0, -1, NaN, 1_001]) {
      const planning = ground.engine.operator.planRepair({ action: "replay", ratePerSecond });
      await assert.rejects(planning, { code: "bad-options", message: /ratePerSecond .* got / });
    }
  });
});
