import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { readLimits } from "../src/outbox/send-limits.ts";
import type { NewSend } from "../src/store/outbox/outbox-store.ts";
import { BOT, idsOf, lanesOf, newSend, type OutboxGround, SENT } from "./outbox-ground.ts";

/** What every store must keep of limits, Telegram's and those that a 429 sets. */
export function describeOutboxLimits(current: () => OutboxGround): void {
  describe("the limits of sends", () => {
    it("holds only the lane that a 429 is about, and remembers it", async () => {
      await current().enqueue(newSend("1"), newSend("1"), newSend("2"), newSend("2"));
      const [one, two] = await current().claim();
      await current().end({ to: "limited", scope: "lane", delayMs: 30_000 }, one!);
      await current().end(SENT, two!);
      await current().open();
      assert.deepEqual(lanesOf(await current().claim()), ["2"]);
      current().nowMs += 29_999;
      assert.deepEqual(await current().claim(), []);
      assert.deepEqual((await current().counts()).blocks, [{ botId: BOT, lane: "1", leftMs: 1 }]);
      current().nowMs += 1;
      assert.deepEqual(idsOf(await current().claim()), [one!.id]);
    });

    it("holds everything of a bot that is limited as a whole, also after a restart", async () => {
      await current().enqueue(newSend("1"), newSend("2"));
      const [one] = await current().claim({ room: 1 });
      await current().end({ to: "limited", scope: "bot", delayMs: 5_000 }, one!);
      await current().open();
      const turned = await current().turn();
      assert.deepEqual(turned.sends, []);
      assert.equal(turned.nextMs, 5_000);
      current().nowMs += 5_000;
      assert.equal((await current().claim()).length, 2);
    });

    it("keeps to the limits of bot, chat and group", async () => {
      const limits = readLimits({ perSecond: 6, chatBurst: 2, groupPerMinute: 3 });
      const many = (lane: string): NewSend[] => Array.from({ length: 8 }, () => newSend(lane));
      await current().enqueue(...many("1"), ...many("-2"), ...many("3"));
      const gone: Record<string, number> = {};
      const rounds: number[] = [];
      for (let second = 0; second < 4; second += 1) {
        let round = 0;
        for (;;) {
          const sends = await current().claim({ limits });
          if (sends.length === 0) break;
          for (const { lane } of sends) gone[lane] = (gone[lane] ?? 0) + 1;
          round += sends.length;
          await current().end(SENT, ...sends);
        }
        rounds.push(round);
        current().nowMs += 1_100;
      }
      assert.deepEqual(rounds, [6, 0, 5, 0]);
      assert.deepEqual(gone, { 1: 4, "-2": 3, 3: 4 });
    });

    it("counts what went before a restart", async () => {
      const limits = readLimits({ perSecond: 2 });
      await current().enqueue(...["1", "2", "3"].map((lane) => newSend(lane)));
      assert.equal((await current().claim({ limits })).length, 2);
      await current().open();
      const turned = await current().turn({ limits });
      assert.deepEqual(turned.sends, []);
      assert.ok(turned.nextMs! > 0 && turned.nextMs! <= 1_100, `${turned.nextMs}`);
    });

    it("lets a handler's call go before sends, and counts it", async () => {
      const limits = readLimits({ perSecond: 2, chatBurst: 1 });
      await current().enqueue(newSend("1"), newSend("2"));
      const want = { botId: BOT, lane: "1", cost: 1 };
      const turned = await current().turn({ limits, wants: [want, want] });
      assert.equal(turned.waitsMs[0], 0);
      assert.ok(turned.waitsMs[1]! > 0);
      assert.deepEqual(lanesOf(turned.sends), ["2"]);
    });

    it("makes calls wait for a 429 that another call has seen", async () => {
      const want = { botId: BOT, lane: "1", cost: 1 };
      await current().turn({ seen: [{ botId: BOT, lane: "1", delayMs: 2_000 }] });
      const turned = await current().turn({ wants: [want, { ...want, lane: "2" }] });
      assert.deepEqual(turned.waitsMs, [2_000, 0]);
    });
  });
}
