import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { BotApi } from "@hookgram/bot-api";
import type { Invocation } from "hookgram";

import { chatOf, EngineGround } from "../../test/engine-ground.ts";
import { createSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { createEngine } from "./create-engine.ts";

describe("an engine", () => {
  let ground: EngineGround;
  beforeEach(() => {
    ground = new EngineGround();
  });
  afterEach(() => ground.close());

  describe("accepting", () => {
    it("has one effect for 50 deliveries of the same update at the same moment", async () => {
      let effects = 0;
      const engine = await ground.start(() => (effects += 1));
      const update = ground.message(1);
      const answers = await Promise.all(Array.from({ length: 50 }, () => engine.accept(update)));
      await ground.settleAll();
      assert.equal(answers.filter((answer) => answer === "stored").length, 1);
      assert.equal(answers.filter((answer) => answer === "duplicate").length, 49);
      assert.equal(effects, 1);
      assert.equal(await engine.accept(update), "duplicate");
      assert.equal(engine.stats().duplicates, 50);
    });

    it("does not wait for the handler", async () => {
      const hanging = Promise.withResolvers<void>();
      const engine = await ground.start(() => hanging.promise);
      assert.equal(await engine.accept(ground.message(1)), "stored");
      hanging.resolve();
    });

    it("parks what cannot be read, with its bytes", async () => {
      const engine = await ground.start(() => assert.fail("there is nothing to handle"));
      const broken = { ...ground.message(1), raw: Buffer.from('{"update_id":1,"message":{') };
      assert.equal(await engine.accept(broken), "stored");
      const deep = { ...ground.message(1), parkedBecause: "too-deep" as const };
      assert.equal(await engine.accept(deep), "stored");
      const parked = await engine.operator.parked();
      assert.deepEqual(
        parked.map(({ reason }) => reason),
        ["too-deep", "unparsable"],
      );
      assert.equal(Buffer.from(parked[1]!.raw).toString(), '{"update_id":1,"message":{');
      assert.equal(engine.stats().parked, 2);
    });

    it("refuses updates of bots that it does not run, before the start and after the stop", async () => {
      const engine = await ground.start(() => {});
      const stranger = { ...ground.message(1), botId: 8 };
      await assert.rejects(engine.accept(stranger), { code: "bad-options" });
      await engine.stop();
      await assert.rejects(engine.accept(ground.message(1)), { code: "stopping" });
      const store = createSqliteStore({ path: "never-opened.sqlite" });
      const bot = { id: 7, me: {} as never, api: {} as BotApi, handler: {} as never };
      const unstarted = createEngine({ store, bots: [bot] });
      await assert.rejects(unstarted.accept(ground.message(1)), { code: "store-unavailable" });
    });

    it("uses the default lane when the user's laneKey throws", async () => {
      const handled: number[] = [];
      const engine = await ground.start(({ update }) => handled.push(update.update_id), {
        laneKey() {
          throw new Error("no key");
        },
      });
      const updates = [ground.message(1), ground.message(1)];
      await Promise.all(updates.map((update) => engine.accept(update)));
      await ground.settleAll();
      assert.deepEqual(
        handled,
        updates.map(({ updateId }) => updateId),
      );
      assert.match(ground.logger.lines.join("\n"), /laneKey failed/);
    });
  });

  describe("with updates that outlive their use", () => {
    it("records them as expired and does not handle them", async () => {
      const handled: number[] = [];
      const hanging = Promise.withResolvers<void>();
      const engine = await ground.start(async (invocation) => {
        await hanging.promise;
        handled.push(invocation.update.update_id);
      });
      const message = ground.message(1);
      await engine.accept(message);
      await engine.accept(ground.press(1));
      ground.clock.advance(100_000);
      const fresh = ground.press(1);
      await engine.accept(fresh);
      ground.clock.advance(50_000);
      // The attempt at the message has run into its deadline meanwhile: it is tried again.
      hanging.resolve();
      await ground.settleAll();
      assert.deepEqual(handled.slice(-1), [fresh.updateId]);
      assert.equal(engine.stats().expired, 1);
    });

    it("takes a button press at 150 seconds and an inline query at 30", async () => {
      const handled: number[] = [];
      const engine = await ground.start(({ update }) => handled.push(update.update_id));
      const from = { id: 1, is_bot: false, first_name: "Ada" };
      const query = { inline_query: { id: "1", from, query: "", offset: "" } };
      const old = (update: ReturnType<typeof ground.message>, ageMs: number) => ({
        ...update,
        receivedAtMs: ground.clock.now() - ageMs,
      });
      const inTime = [old(ground.press(1), 149_999), old(ground.update(query), 29_999)];
      const late = [old(ground.press(2), 150_000), old(ground.update(query), 30_000)];
      const never = old(ground.message(3), 86_400_000);
      for (const update of [...inTime, ...late, never]) await engine.accept(update);
      await ground.settleAll();
      assert.deepEqual(
        handled.toSorted((a, b) => a - b),
        [...inTime, never].map(({ updateId }) => updateId),
      );
      assert.equal(engine.stats().expired, 2);
    });

    it("handles them late when it is told to", async () => {
      const engine = await ground.start(() => {}, { handleExpired: true });
      await engine.accept({ ...ground.press(1), receivedAtMs: 0 });
      await ground.settleAll();
      assert.deepEqual([engine.stats().handled, engine.stats().expired], [1, 0]);
    });
  });

  describe("starting and stopping", () => {
    it("takes up everything that is pending, in order per lane, in little memory", async () => {
      await ground.start(() => new Promise(() => {}), { loadedMax: 1 });
      const updates = Array.from({ length: 900 }, (_, count) =>
        ground.message(count % 3 === 0 ? 1 : count % 50),
      );
      await Promise.all(updates.map((update) => ground.engine.accept(update)));
      await ground.crash();
      const handled = new Map<number, number[]>();
      await ground.start(
        (invocation) => {
          const list = handled.get(chatOf(invocation)) ?? [];
          handled.set(chatOf(invocation), [...list, invocation.update.update_id]);
        },
        { loadedMax: 30 },
      );
      await ground.settleAll();
      const all = [...handled.values()];
      assert.equal(all.flat().length, 900);
      for (const ids of all)
        assert.deepEqual(
          ids,
          ids.toSorted((a, b) => a - b),
        );
    });

    it("waits for the rest of a delay that began before the restart", async () => {
      const runs: number[] = [];
      const handle = ({ attempt }: Invocation): void => {
        runs.push(attempt);
        if (attempt === 1) throw new Error("first");
      };
      await ground.start(handle, { retryDelayMs: 10_000 });
      await ground.engine.accept(ground.message(1));
      await ground.quiet();
      await ground.crash();
      await ground.start(handle, { retryDelayMs: 10_000 });
      await ground.quiet();
      ground.clock.advance(7_499);
      await ground.quiet();
      assert.deepEqual(runs, [1]);
      ground.clock.advance(1);
      await ground.settleAll();
      assert.deepEqual(runs, [1, 2]);
    });

    it("lets attempts finish that end in time, and reports them", async () => {
      const hanging = Promise.withResolvers<void>();
      const handled: number[] = [];
      const engine = await ground.start(async ({ update }) => {
        await hanging.promise;
        handled.push(update.update_id);
      });
      await engine.accept(ground.message(1));
      await engine.accept(ground.message(1));
      await engine.accept(ground.message(2));
      await ground.until(() => engine.stats().running === 2);
      const stopping = engine.stop({ drainMs: 1_000 });
      assert.equal(engine.stats().state, "stopping");
      hanging.resolve();
      assert.deepEqual(await stopping, { finished: 2, aborted: 0, left: 1 });
      assert.equal(handled.length, 2);
      assert.deepEqual(await engine.stop(), { finished: 2, aborted: 0, left: 1 });
    });

    it("aborts the others at the deadline, without counting their attempt", async () => {
      const signals: AbortSignal[] = [];
      const attempts: number[] = [];
      const handle = ({ signal, attempt }: Invocation): Promise<void> | undefined => {
        signals.push(signal);
        attempts.push(attempt);
        return attempts.length === 1 ? new Promise(() => {}) : undefined;
      };
      const engine = await ground.start(handle);
      await engine.accept(ground.message(1));
      await ground.until(() => attempts.length === 1);
      const stopping = engine.stop({ drainMs: 1_000 });
      await ground.quiet();
      assert.equal(signals[0]!.aborted, false);
      ground.clock.advance(1_000);
      assert.equal(signals[0]!.aborted, true);
      assert.deepEqual(await stopping, { finished: 0, aborted: 1, left: 1 });
      await ground.start(handle);
      await ground.settleAll();
      assert.deepEqual(attempts, [1, 1]);
    });

    it("leaves no timer behind, also when it had to abort attempts", async () => {
      const engine = await ground.start(() => new Promise(() => {}));
      await engine.accept(ground.message(1));
      await ground.until(() => engine.stats().running === 1);
      const stopped = engine.stop({ drainMs: 10 });
      await ground.quiet();
      ground.clock.advance(10);
      await stopped;
      assert.equal(ground.clock.waiting, 0);
    });

    it("does not count what it never ran", async () => {
      const hanging = Promise.withResolvers<void>();
      const attempts: number[] = [];
      const handle = async ({ attempt }: Invocation): Promise<void> => {
        attempts.push(attempt);
        await hanging.promise;
      };
      const engine = await ground.start(handle, { concurrencyMax: 1 });
      for (const chatId of [1, 2, 3, 3]) await engine.accept(ground.message(chatId));
      await ground.until(() => attempts.length === 1);
      const stopping = engine.stop({ drainMs: 0 });
      ground.clock.advance(0);
      assert.deepEqual(await stopping, { finished: 0, aborted: 1, left: 4 });
      hanging.resolve();
      await ground.start(handle);
      await ground.settleAll();
      assert.deepEqual(attempts, [1, 1, 1, 1, 1]);
    });

    it("stops even when the store does not answer any more", async () => {
      const engine = await ground.start(() => new Promise(() => {}));
      await engine.accept(ground.message(1));
      await ground.until(() => engine.stats().running === 1);
      const stopping = engine.stop({ drainMs: 10 });
      await ground.link.end();
      for (let turn = 0; turn < 100; turn += 1) {
        ground.clock.advance(100);
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.equal((await stopping).aborted, 1);
    });
  });

  describe("and its store", () => {
    it("commits later what a handler has done while the store was gone, and does not repeat it", async () => {
      const hanging = Promise.withResolvers<void>();
      let runs = 0;
      const engine = await ground.start(async () => {
        runs += 1;
        await hanging.promise;
      });
      await engine.accept(ground.message(1));
      await ground.until(() => runs === 1);
      await ground.link.end();
      hanging.resolve();
      await ground.settleAll(50);
      assert.equal(runs, 1);
      assert.equal(engine.stats().handled, 1);
      assert.equal(await engine.accept(ground.message(1)), "stored");
      await ground.settleAll();
      assert.equal(runs, 2);
    });

    it("handles what the store kept although it could not say so", async () => {
      const handled: number[] = [];
      const engine = await ground.start(({ update }) => handled.push(update.update_id));
      const updates = Array.from({ length: 50 }, () => ground.message(1));
      const accepting = updates.map((update) => engine.accept(update));
      const outcomes = Promise.allSettled(accepting);
      await new Promise((resolve) => setImmediate(resolve));
      await ground.link.end();
      await outcomes;
      // Telegram sends again what was not acknowledged.
      for (const update of updates) await engine.accept(update);
      await ground.settleAll();
      assert.deepEqual(
        handled.toSorted((a, b) => a - b),
        updates.map(({ updateId }) => updateId),
      );
    });

    it("gives everything up when another process has taken the store", async () => {
      const hanging = Promise.withResolvers<void>();
      const engine = await ground.start(() => hanging.promise);
      await engine.accept(ground.message(1));
      await ground.until(() => engine.stats().running === 1);
      ground.stealStore();
      hanging.resolve();
      await ground.until(() => ground.logger.lines.some((line) => line.includes("lost")));
      await assert.rejects(engine.accept(ground.message(2)), { code: "store-in-use" });
      assert.equal(engine.stats().handled, 0);
    });

    it("puts a dead letter back at the end of its lane", async () => {
      const handled: string[] = [];
      let isRepaired = false;
      const engine = await ground.start(
        ({ update }) => {
          if (update.message!.text === "poison" && !isRepaired) throw new Error("poison");
          handled.push(update.message!.text!);
        },
        { attemptsMax: 1 },
      );
      await engine.accept(ground.message(1, "poison"));
      await engine.accept(ground.message(1, "next"));
      await ground.settleAll();
      isRepaired = true;
      const [letter] = await engine.operator.parked();
      assert.equal(typeof (await engine.operator.replay(letter!.seq)), "number");
      assert.equal(await engine.operator.replay(letter!.seq), undefined);
      await ground.settleAll();
      assert.deepEqual(handled, ["next", "poison"]);
      assert.equal(engine.stats().parked, 0);
    });

    it("forgets the ids of settled updates after the window", async () => {
      const dayMs = 86_400_000;
      const engine = await ground.start(() => {}, { dedupeWindowMs: 2 * dayMs });
      const update = ground.message(1);
      await engine.accept(update);
      await engine.accept(ground.message(1));
      await ground.settleAll();
      ground.clock.advance(2 * dayMs - 60_000);
      await ground.quiet();
      assert.equal(await engine.accept(update), "duplicate");
      for (let minute = 0; minute < 3; minute += 1) {
        ground.clock.advance(60_000);
        await ground.quiet();
      }
      assert.equal(await engine.accept(update), "stored");
    });
  });

  it("refuses options that cannot be", async () => {
    for (const [options, words] of [
      [{ attemptsMax: 0 }, "attemptsMax is a whole number of at least 1; got 0"],
      [{ concurrencyMax: 1.5 }, "concurrencyMax"],
      [{ dedupeWindowMs: 1_000 }, "dedupeWindowMs is a whole number of at least 86400000"],
    ] as const) {
      await assert.rejects(
        ground.start(() => {}, options),
        { code: "bad-options", message: new RegExp(words) },
      );
    }
  });
});
