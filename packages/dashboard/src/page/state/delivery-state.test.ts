import assert from "node:assert/strict";
import { test } from "node:test";
import type { JournalEntry } from "../control/control-shapes.ts";
import { deliveryStates, messageKey, pendingRetries } from "./delivery-state.ts";

const BOT = 42;
const PERSON = 101;
const KEY = messageKey(PERSON, BOT, 7);

function update(updateId: number, botId = BOT, chatId = PERSON): JournalEntry {
  return {
    seq: updateId * 10,
    at_ms: 1000,
    type: "update",
    bot_id: botId,
    update_id: updateId,
    kind: "message",
    chat_id: chatId,
    message_id: 7,
  };
}

interface Attempt {
  readonly attempt: number;
  readonly status: number | null;
  readonly retryInS?: number;
  readonly outcome: "delivered" | "failed" | "dropped";
  readonly botId?: number;
}

function delivery(updateId: number, given: Attempt): JournalEntry {
  return {
    seq: updateId * 10 + given.attempt,
    at_ms: 5000,
    type: "delivery",
    bot_id: given.botId ?? BOT,
    update_id: updateId,
    kind: "message",
    attempt: given.attempt,
    status: given.status,
    duration_ms: 3,
    outcome: given.outcome,
    ...(given.retryInS === undefined ? {} : { retry_in_s: given.retryInS }),
  };
}

test("a message waits, is tried, and arrives", () => {
  const queued = [update(1)];
  assert.deepEqual(deliveryStates(queued).get(KEY), { stage: "queued", attempts: 0 });

  const failed = [
    ...queued,
    delivery(1, { attempt: 1, status: 503, retryInS: 8, outcome: "failed" }),
  ];
  assert.deepEqual(deliveryStates(failed).get(KEY), {
    stage: "retrying",
    attempts: 1,
    lastStatus: 503,
    retryAtMs: 13_000,
  });

  const arrived = [...failed, delivery(1, { attempt: 2, status: 200, outcome: "delivered" })];
  assert.deepEqual(deliveryStates(arrived).get(KEY), {
    stage: "delivered",
    attempts: 2,
    lastStatus: 200,
  });
});

test("an update that Telegram gave up is dropped", () => {
  const entries = [update(1), delivery(1, { attempt: 9, status: null, outcome: "dropped" })];
  assert.equal(deliveryStates(entries).get(KEY)?.stage, "dropped");
});

test("a poller confirms what is below its offset", () => {
  const poll = (offset: number): JournalEntry => ({
    seq: 99,
    at_ms: 0,
    type: "api-call",
    bot_id: BOT,
    method: "getUpdates",
    params: { offset },
    status: 200,
    ok: true,
    duration_ms: 1,
    via: "http",
  });
  assert.equal(deliveryStates([update(5), poll(5)]).get(KEY)?.stage, "queued");
  assert.equal(deliveryStates([update(5), poll(6)]).get(KEY)?.stage, "delivered");
});

test("in a group the bot that is furthest behind counts", () => {
  const group = -1001;
  const entries = [
    update(1, 42, group),
    update(1, 43, group),
    delivery(1, { attempt: 1, status: 200, outcome: "delivered" }),
  ];
  assert.equal(deliveryStates(entries).get(messageKey(group, undefined, 7))?.stage, "queued");
});

test("a message that no bot was told of has no state", () => {
  assert.equal(deliveryStates([]).get(KEY), undefined);
});

test("only the newest attempt of an update counts down", () => {
  const first = delivery(1, { attempt: 1, status: 500, retryInS: 1, outcome: "failed" });
  const second = delivery(1, { attempt: 2, status: 500, retryInS: 2, outcome: "failed" });
  assert.deepEqual([...pendingRetries([first, second])], [[12, 7000]]);
  const third = delivery(1, { attempt: 3, status: 200, outcome: "delivered" });
  assert.equal(pendingRetries([first, second, third]).size, 0);
});

test("after a reset, or with another webhook, nothing counts down and no state is left", () => {
  const failed = delivery(1, { attempt: 1, status: 500, retryInS: 1, outcome: "failed" });
  const reset: JournalEntry = { seq: 90, at_ms: 0, type: "reset" };
  const deleted: JournalEntry = {
    seq: 91,
    at_ms: 0,
    type: "webhook",
    bot_id: BOT,
    state: "deleted",
  };
  assert.equal(pendingRetries([failed, reset]).size, 0);
  assert.equal(pendingRetries([failed, deleted]).size, 0);
  assert.equal(pendingRetries([failed, { ...deleted, bot_id: 7 }]).size, 1);
  assert.equal(deliveryStates([update(1), failed, reset]).size, 0);
});
