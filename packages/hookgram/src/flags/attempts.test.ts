import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { attemptLimits, attempts, Bot, Router } from "../index.ts";
import { createTestHost, sampleUpdate } from "../testing.ts";

describe("attempts", () => {
  it("tells the host the limits of the handler that has the update", async () => {
    const entered: unknown[] = [];
    const shop = new Router("shop").filter(attempts({ timeoutMs: 5_000, attemptsMax: 7 }));
    shop.message(() => {});
    shop.editedMessage(attempts({ attemptsMax: 2 }), ({ handler }) => {
      entered.push(attemptLimits(handler));
    });
    const bot = new Bot({ routers: [shop] });
    await createTestHost(bot).feed(sampleUpdate("edited_message"));
    assert.deepEqual(entered, [{ attemptsMax: 2 }]);
    assert.equal(bot.attemptsMax, 7);
    assert.equal(new Bot().attemptsMax, 0);
    assert.equal(new Bot().retryDelayMaxMs, 0);
  });

  it("refuses numbers that cannot be", () => {
    for (const limits of [{ attemptsMax: 0 }, { timeoutMs: 1.5 }, { retryDelayMs: -1 }])
      assert.throws(() => attempts(limits), {
        code: "bad-argument",
        message: /^attempts\(\): \w+ is a whole number of at least [01]; got /,
      });
  });
});
