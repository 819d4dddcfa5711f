import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";

import { BotApiError } from "@hookgram/bot-api";
import type { Invocation } from "hookgram";

import { recordingLogger } from "../../test/recording-logger.ts";
import { currentAttempt, currentInvocation, ForeignAttempt } from "./foreign-attempt.ts";

const BOT = { name: "a foreign bot" };

/** An attempt whose calls are answered by `answer`, and what it has called. */
function attemptWith(answer: () => unknown = () => true) {
  const calls: string[] = [];
  const logger = recordingLogger();
  const controller = new AbortController();
  const call = async (method: string): Promise<unknown> => {
    calls.push(method);
    await setImmediate();
    return answer();
  };
  const invocation = { api: { call }, signal: controller.signal, logger, update: { update_id: 7 } };
  const attempt = new ForeignAttempt(BOT, invocation as unknown as Invocation);
  return { attempt, calls, logger, controller };
}

function refuse(details: Partial<ConstructorParameters<typeof BotApiError>[0]>): never {
  const base = {
    code: "telegram",
    method: "sendDice",
    description: "no",
    ambiguous: false,
  } as const;
  throw new BotApiError({ ...base, ...details });
}

test("an attempt is known to what its handler does, and to nobody else", async () => {
  const { attempt } = attemptWith();
  await attempt.run(async () => {
    await setImmediate();
    assert.equal(currentAttempt(BOT), attempt);
    assert.equal(currentAttempt({}), undefined);
    assert.equal(currentInvocation(), attempt.invocation);
  });
  assert.equal(currentAttempt(BOT), undefined);
  assert.equal(currentInvocation(), undefined);
});

test("what a handler left behind is outside of the attempt once it has ended well", async () => {
  const { attempt } = attemptWith();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let found: unknown = "not asked";
  let behind: Promise<void> | undefined;
  await attempt.run(() => {
    behind = ended.then(() => void (found = currentAttempt(BOT)));
    return Promise.resolve();
  });
  end();
  await behind;
  assert.equal(found, undefined);
});

test("an attempt lasts until the calls that nobody awaited have ended", async () => {
  const { attempt, calls } = attemptWith();
  await attempt.run(() => {
    void (async () => {
      await attempt.call("sendMessage", {});
      await attempt.call("sendDice", {});
    })();
    return Promise.resolve();
  });
  assert.deepEqual(calls, ["sendMessage", "sendDice"]);
});

test("what a failed attempt left behind calls nobody and ends nothing", async () => {
  const { attempt, calls, logger } = attemptWith();
  const failed = attempt.run(() => Promise.reject(new Error("half-way")));
  await assert.rejects(failed, /half-way/);
  let isSettled = false;
  const settle = (): void => void (isSettled = true);
  attempt.call("sendMessage", {}).then(settle, settle);
  await setImmediate();
  assert.deepEqual([isSettled, calls], [false, []]);
  assert.match(logger.lines.join(), /warn left out a call .*sendMessage/);
});

test("a refusal is an answer with Telegram's words and parameters", async () => {
  const details = { errorCode: 400, description: "Bad Request: upgraded", migrateToChatId: -1009 };
  const { attempt } = attemptWith(() => refuse(details));
  const answer = await attempt.call("sendDice", {});
  assert.deepEqual(answer, {
    ok: false,
    error_code: 400,
    description: "Bad Request: upgraded",
    parameters: { migrate_to_chat_id: -1009 },
  });
});

for (const key of ["parameters", "payload"]) {
  test(`a 429 that comes out of the handler, told in ${key}, says how long to wait`, async () => {
    const { attempt } = attemptWith(() => refuse({ errorCode: 429, retryAfterSeconds: 9 }));
    const failed = attempt.run(async () => {
      const answer = await attempt.call("sendDice", {});
      assert.ok(!answer.ok);
      throw Object.assign(new Error("the framework's own"), { [key]: answer.parameters });
    });
    await assert.rejects(failed, (error: unknown) => {
      assert.ok(error instanceof BotApiError);
      assert.equal(error.retryAfterSeconds, 9);
      assert.match(error.stack!, /the framework's own[\s\S]*foreign-attempt\.test/);
      return true;
    });
  });
}

test("a call that is cut off with its attempt is not an error of the network", async () => {
  const { attempt, controller } = attemptWith(() => {
    controller.abort();
    return refuse({ code: "aborted" });
  });
  await assert.rejects(attempt.call("sendDice", {}), {
    name: "RuntimeError",
    code: "attempt-over",
  });
});
