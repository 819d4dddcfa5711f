import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Clock, systemClock } from "@hookgram/bot-api";

import { MemoryInbox } from "../../test/memory-inbox.ts";
import { recordingLogger } from "../../test/recording-logger.ts";
import {
  ok,
  refusal,
  type ScriptedAnswer,
  type ScriptedCall,
  scriptTelegram,
} from "../../test/scripted-telegram.ts";
import type { LaneKey } from "../engine/engine.ts";
import { RuntimeError } from "../error.ts";
import { Poller } from "./poller.ts";

/** Real time, but waits of seconds are over at once: what is waited for is in `waitsMs`. */
function impatientClock(): Clock & { readonly waitsMs: number[] } {
  const waitsMs: number[] = [];
  return {
    ...systemClock,
    waitsMs,
    after(delayMs, task) {
      // Waits of the poller; what is longer are time-outs of calls.
      if (delayMs >= 500 && delayMs <= 40_000) {
        waitsMs.push(delayMs);
        return systemClock.after(0, task);
      }
      return systemClock.after(delayMs, task);
    },
  };
}

const message = (updateId: number, chatId = updateId) => ({
  update_id: updateId,
  message: { message_id: 1, date: 1, chat: { id: chatId, type: "private" }, text: "hi" },
});
const chatLane: LaneKey = (update) => String(update.message?.chat.id);

interface Started {
  readonly inbox: MemoryInbox;
  readonly calls: readonly ScriptedCall[];
  readonly poller: Poller;
  readonly lines: readonly string[];
  readonly waitsMs: readonly number[];
  readonly stop: () => Promise<void>;
}

async function start(
  context: TestContext,
  answer: (call: ScriptedCall, count: number) => ScriptedAnswer | Promise<ScriptedAnswer>,
): Promise<Started> {
  // The last call, which only confirms, is answered whatever the script says.
  const telegram = await scriptTelegram((call, count) =>
    call.params["timeout"] === 0 ? ok([]) : answer(call, count),
  );
  const inbox = new MemoryInbox();
  const clock = impatientClock();
  const logger = recordingLogger();
  const poller = new Poller({
    api: telegram.api,
    botId: 42,
    inbox,
    allowedUpdates: ["message"],
    laneKey: chatLane,
    clock,
    random: () => 0,
    logger,
    timeoutSeconds: 30,
    limit: 100,
  });
  const stopping = new AbortController();
  const ended = poller.run(stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await ended;
  };
  context.after(async () => {
    await stop();
    await telegram.close();
  });
  return {
    inbox,
    calls: telegram.calls,
    poller,
    lines: logger.lines,
    waitsMs: clock.waitsMs,
    stop,
  };
}

/** Resolves when `condition` holds; looks again at every turn of the event loop. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test("what is polled is stored as JSON and confirmed by the next call's offset", async (context) => {
  const { inbox, calls } = await start(context, (_call, count) =>
    count === 1 ? ok([message(10), message(11)]) : "hang",
  );
  await until(() => calls.length === 2);
  assert.deepEqual(calls[0]?.params, {
    offset: 0,
    limit: 100,
    timeout: 30,
    allowed_updates: ["message"],
  });
  assert.equal(calls[1]?.params["offset"], 12);
  assert.deepEqual(
    inbox.updates.map(({ updateId }) => updateId),
    [10, 11],
  );
  assert.deepEqual(JSON.parse(Buffer.from(inbox.updates[0]!.raw).toString()), message(10));
});

test("nothing is confirmed before it is stored", async (context) => {
  const { inbox, calls } = await start(context, (_call, count) =>
    count === 1 ? ok([message(10)]) : "hang",
  );
  const { promise, resolve } = Promise.withResolvers<void>();
  inbox.gate = promise;
  await until(() => calls.length === 1);
  await new Promise((turn) => setTimeout(turn, 20));
  assert.equal(calls.length, 1);
  resolve();
  await until(() => calls.length === 2);
});

test("a batch that cannot be stored is fetched again, after a wait", async (context) => {
  const { inbox, calls, poller, waitsMs, lines } = await start(context, (call) =>
    call.params["offset"] === 0 ? ok([message(10), message(11)]) : "hang",
  );
  inbox.failure = new RuntimeError("store-unavailable", "the disk is full");
  await until(() => calls.length === 3);
  inbox.failure = undefined;
  await until(() => calls.at(-1)?.params["offset"] === 12);
  assert.equal(inbox.updates.length, 2);
  assert.deepEqual(waitsMs, [1_000, 2_000]);
  assert.equal(poller.stats().failing, undefined);
  assert.equal(lines.filter((line) => line.includes("the disk is full")).length, 1, "one line");
});

test("of one lane nothing overtakes what could not be stored", async (context) => {
  const accepted: number[] = [];
  const { calls, inbox } = await start(context, (call) =>
    call.params["offset"] === 0 ? ok([message(10, 1), message(11, 2), message(12, 1)]) : "hang",
  );
  let failures = 3;
  inbox.accept = async (update) => {
    if (update.updateId === 10 && failures > 0) {
      failures -= 1;
      throw new RuntimeError("overloaded", "too much waits");
    }
    accepted.push(update.updateId!);
    return "stored";
  };
  await until(() => calls.at(-1)?.params["offset"] === 13);
  assert.ok(accepted.indexOf(10) < accepted.indexOf(12));
  assert.equal(accepted.filter((id) => id === 12).length, 1);
});

test("ids that begin anew after a quiet week are followed downwards", async (context) => {
  const { calls } = await start(context, (_call, count) => {
    if (count === 1) return ok([message(900_000_000)]);
    return count === 2 ? ok([message(5_000)]) : "hang";
  });
  await until(() => calls.length === 3);
  assert.deepEqual(
    calls.map(({ params }) => params["offset"]),
    [0, 900_000_001, 5_001],
  );
});

const FAILURES: readonly (readonly [name: string, answer: ScriptedAnswer, said: RegExp])[] = [
  ["a network error", "cut", /polling failed/],
  ["a server error", refusal(502, "Bad Gateway"), /Bad Gateway/],
  [
    "a second poller",
    refusal(
      409,
      "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    ),
    /another process polls for this bot/,
  ],
  [
    "a webhook that was set meanwhile",
    refusal(
      409,
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    ),
    /a webhook was set/,
  ],
  ["a revoked token", refusal(401, "Unauthorized"), /refuses the bot's token/],
];

for (const [name, failure, said] of FAILURES) {
  test(`polling survives ${name}, says so once and waits longer each time`, async (context) => {
    const started = await start(context, (_call, count) => {
      if (count <= 8) return failure;
      return count === 9 ? ok([message(10)]) : "hang";
    });
    const { inbox, calls, waitsMs, lines, poller } = started;
    await until(() => calls.length === 10);
    assert.equal(inbox.updates.length, 1);
    assert.deepEqual(
      waitsMs.slice(0, 8),
      [1, 2, 4, 8, 16, 30, 30, 30].map((s) => s * 1_000),
    );
    assert.equal(lines.filter((line) => said.test(line)).length, 1);
    assert.equal(lines.join().includes("CANARY"), false);
    assert.deepEqual(poller.stats(), {
      received: 1,
      duplicates: 0,
      failures: 8,
      failing: undefined,
    });
  });
}

test("429 is waited for as long as Telegram says", async (context) => {
  const { calls, waitsMs } = await start(context, (_call, count) =>
    count === 1 ? refusal(429, "Too Many Requests: retry after 17", 17) : "hang",
  );
  await until(() => calls.length === 2);
  assert.equal(waitsMs[0], 17_000);
});

test("stopping ends a waiting call at once and confirms what was stored last", async (context) => {
  const { calls, stop, inbox } = await start(context, (_call, count) =>
    count === 1 ? ok([message(10)]) : "hang",
  );
  const { promise, resolve } = Promise.withResolvers<void>();
  inbox.gate = promise;
  await until(() => inbox.asked === 1);
  const stopped = stop();
  resolve();
  await stopped;
  assert.deepEqual(calls.at(-1)?.params, { offset: 11, limit: 1, timeout: 0 });
  assert.equal(inbox.updates.length, 1);
});
