import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { BotApiError } from "@hookgram/bot-api";
import type { Invocation } from "hookgram";

import { chatOf, EngineGround } from "../../test/engine-ground.ts";

const CHATS = 50;
const MESSAGES = 3;
/** Less than the chats that wait. */
const CONCURRENCY_MAX = 4;
/** Telegram asks everybody to wait so long. */
const STORM_MS = 30_000;

/** Telegram answers 429 to every handler's call for a while. */
describe("a storm of 429", () => {
  let ground: EngineGround;
  beforeEach(() => {
    ground = new EngineGround();
  });
  afterEach(() => ground.close());

  it("costs each chat one call, keeps its order, parks nothing, and holds up nobody else", async () => {
    const endsAtMs = ground.clock.now() + STORM_MS;
    const calls = new Map<number, number>();
    const handled = new Map<number, number[]>();
    const engine = await ground.start(
      (invocation: Invocation) => {
        const chatId = chatOf(invocation);
        calls.set(chatId, (calls.get(chatId) ?? 0) + 1);
        if (chatId <= CHATS && ground.clock.now() < endsAtMs) throw tooManyRequests();
        handled.set(chatId, [...(handled.get(chatId) ?? []), invocation.update.update_id]);
      },
      { retryDelayMs: 1, attemptsMax: 3, concurrencyMax: CONCURRENCY_MAX },
    );
    for (let message = 0; message < MESSAGES; message += 1) {
      for (let chatId = 1; chatId <= CHATS + 1; chatId += 1) {
        await engine.accept(ground.message(chatId));
      }
    }
    await ground.quiet();
    for (let second = 1; second < STORM_MS / 1_000; second += 1) {
      ground.clock.advance(1_000);
      await ground.quiet();
    }
    assert.equal(handled.get(CHATS + 1)?.length, MESSAGES, "a chat without limits goes on");
    const during = [...calls].filter(([chatId]) => chatId <= CHATS).map(([, count]) => count);
    assert.deepEqual(
      during,
      Array.from({ length: CHATS }, () => 1),
    );
    await ground.settleAll();
    assert.equal(engine.stats().parked, 0);
    for (let chatId = 1; chatId <= CHATS; chatId += 1) {
      assert.equal(calls.get(chatId), MESSAGES + 1, `calls of chat ${chatId}`);
      const ids = handled.get(chatId)!;
      assert.deepEqual(
        ids,
        ids.toSorted((a, b) => a - b),
        `order of chat ${chatId}`,
      );
    }
  });
});

function tooManyRequests(): BotApiError {
  const retryAfterSeconds = STORM_MS / 1_000;
  const description = `Too Many Requests: retry after ${retryAfterSeconds}`;
  const details = { method: "sendMessage", description, ambiguous: false } as const;
  return new BotApiError({ code: "telegram", ...details, retryAfterSeconds });
}
