import assert from "node:assert/strict";
import { test } from "node:test";
import { BotApiError, systemClock } from "@hookgram/bot-api";

import { recordingLogger } from "../test/recording-logger.ts";
import { RuntimeError } from "./error.ts";
import { backoffMs, callPatiently, type Patience } from "./patient-call.ts";

function failure(code: "telegram" | "network", errorCode?: number, retryAfterSeconds?: number) {
  const description = errorCode === undefined ? "no route" : `error ${errorCode}`;
  const common = { code, method: "setWebhook", description, ambiguous: false } as const;
  return new BotApiError({ ...common, errorCode, retryAfterSeconds });
}

/** Time passes only by waiting, and waiting takes none. */
function patience(timeoutMs: number): Patience & { readonly waitsMs: number[] } {
  const waitsMs: number[] = [];
  let nowMs = 0;
  const clock = {
    ...systemClock,
    monotonic: () => nowMs,
    after(delayMs: number, task: () => void) {
      waitsMs.push(delayMs);
      nowMs += delayMs;
      return systemClock.after(0, task);
    },
  };
  const { signal } = new AbortController();
  return { clock, random: () => 0, logger: recordingLogger(), signal, timeoutMs, waitsMs };
}

/** Fails with each error in turn, then answers. */
function failing(errors: readonly Error[]): () => Promise<string> {
  const left = [...errors];
  return async () => {
    const error = left.shift();
    if (error !== undefined) throw error;
    return "answer";
  };
}

test("what passes by itself is tried again, 429 and 409 and 5xx and the network", async () => {
  const waiting = patience(60_000);
  const errors = [
    failure("telegram", 429, 1),
    failure("telegram", 409),
    failure("telegram", 502),
    failure("network"),
  ];
  assert.equal(await callPatiently("setWebhook", failing(errors), waiting), "answer");
  assert.deepEqual(waiting.waitsMs, [1_000, 2_000, 4_000, 8_000]);
});

test("a refusal is final and keeps Telegram's words", async () => {
  const call = callPatiently("setWebhook", failing([failure("telegram", 400)]), patience(60_000));
  await assert.rejects(call, {
    code: "telegram-refused",
    message: "setWebhook was refused: error 400",
  });
});

for (const errorCode of [401, 404]) {
  test(`${errorCode} means that the token is no good`, async () => {
    const call = callPatiently(
      "getMe",
      failing([failure("telegram", errorCode)]),
      patience(60_000),
    );
    await assert.rejects(call, { code: "token-refused" });
  });
}

test("patience ends before a wait that would go beyond it", async () => {
  const waiting = patience(10_000);
  const errors = Array.from({ length: 9 }, () => failure("network"));
  await assert.rejects(callPatiently("getMe", failing(errors), waiting), {
    code: "telegram-unreachable",
  });
  assert.deepEqual(waiting.waitsMs, [1_000, 2_000, 4_000]);
});

test("an abort ends the wait with its reason", async () => {
  const stopping = new AbortController();
  const waiting = { ...patience(60_000), clock: systemClock, signal: stopping.signal };
  const call = callPatiently("getMe", failing([failure("network")]), waiting);
  stopping.abort(new RuntimeError("stopping", "enough"));
  await assert.rejects(call, { code: "stopping" });
});

test("the wait doubles up to half a minute and up to half of it is taken away at random", () => {
  const longest = [2, 3, 4, 5, 6, 7, 8, 99].map((attempt) => backoffMs(attempt, () => 0));
  assert.deepEqual(
    longest,
    [1, 2, 4, 8, 16, 30, 30, 30].map((seconds) => seconds * 1_000),
  );
  assert.equal(
    backoffMs(4, () => 1),
    2_000,
  );
});
