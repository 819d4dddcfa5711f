import type { DeliveryCase } from "../delivery-case.ts";
import { OK, respond } from "../scripted-peer.ts";

const FAIL = respond("500 Internal Server Error");

/**
 * Which update goes next: order within a key, none across keys.
 * @see tdlib/telegram-bot-api, WebhookActor.cpp, load_updates
 */
export const orderCases: readonly DeliveryCase[] = [
  {
    fact: "holds back a chat's later updates until the failing one has succeeded",
    peer: { a: [FAIL, FAIL, FAIL, OK], "*": [OK] },
    steps: [{ publish: ["a:message:5", "b:message:5", "c:message:5"], advanceS: 30 }],
    received: ["0 a", "0 a", "2 a", "6 a", "6 b", "6 c"],
  },
  {
    fact: "goes on with a chat's later updates when the failing one has expired",
    peer: { a: [FAIL], "*": [OK] },
    steps: [{ publish: ["a:inline_query:5", "b:inline_query:5"], advanceS: 60 }],
    received: ["0 a", "0 a", "2 a", "6 a", "14 a", "30 a", "30 b"],
  },
  {
    fact: "goes on with other chats while one fails",
    peer: { a: [FAIL], "*": [OK] },
    steps: [{ publish: ["a:message:5", "b:message:6", "c:message:7"], advanceS: 3 }],
    received: ["0 a", "0 b", "0 c", "0 a", "2 a"],
  },
  {
    fact: "delivers a person's message and button press at the same time",
    peer: { w: [OK], "*": ["hang"] },
    steps: [
      { publish: ["w:message:5"], advanceS: 1 },
      { publish: ["a:message:5", "b:callback_query:5"], advanceS: 1 },
    ],
    received: ["0 w", "1 a", "1 b"],
  },
  {
    fact: "delivers a group's messages one at a time, whoever wrote them",
    peer: { w: [OK], a: [{ ...OK, afterMs: 5_000 }], "*": [OK] },
    steps: [
      { publish: ["w:message:-5"], advanceS: 1 },
      { publish: ["a:message:-5", "b:edited_message:-5", "c:channel_post:-6"], advanceS: 6 },
    ],
    received: ["0 w", "1 a", "1 c", "6 b"],
  },
  {
    fact: "works off a backlog by key, not by update_id: groups first",
    webhook: { max_connections: 5 },
    before: ["a:message:30", "b:message:-20", "c:message:10", "d:message:-1000000000077"],
    steps: [{ advanceS: 1 }],
    received: ["0 d", "0 b", "0 c", "0 a"],
  },
  {
    fact: "with one connection swaps chats within its window of two",
    webhook: { max_connections: 1 },
    before: ["a:message:30", "b:message:20", "c:message:10"],
    steps: [{ advanceS: 1 }],
    received: ["0 b", "0 a", "0 c"],
  },
  {
    fact: "with one connection overtakes a failing chat",
    webhook: { max_connections: 1 },
    before: ["a:message:5", "b:message:6"],
    peer: { a: [FAIL, FAIL, OK], "*": [OK] },
    steps: [{ advanceS: 3 }],
    received: ["0 a", "0 b", "0 a", "2 a"],
  },
  {
    fact: "stops all delivery when twice as many chats fail as connections are allowed",
    webhook: { max_connections: 2 },
    before: [
      "a:message:1",
      "b:message:2",
      "c:message:3",
      "d:message:4",
      "e:message:5",
      "f:message:6",
    ],
    peer: { e: [OK], f: [OK], "*": [FAIL] },
    steps: [{ advanceS: 13 }],
    received: "0 a,0 b,0 c,0 d,0 a,0 b,0 c,0 d,2 a,2 b,2 c,2 d,6 a,6 b,6 c,6 d".split(","),
    info: { pending_update_count: 6 },
  },
  {
    fact: "loads the next chat as soon as one of the failing ones succeeds",
    webhook: { max_connections: 1 },
    before: ["a:message:1", "b:message:2", "c:message:3"],
    peer: { a: [FAIL], b: [FAIL, FAIL, OK], c: [OK] },
    steps: [{ advanceS: 3 }],
    received: ["0 a", "0 b", "0 a", "0 b", "2 a", "2 b", "2 c"],
  },
  {
    fact: "does not deliver what expired before it was loaded",
    steps: [
      { call: ["deleteWebhook", {}] },
      { publish: ["a:inline_query:7", "b:callback_query:7"], advanceS: 100 },
      { setWebhook: {} },
    ],
    received: ["100 b"],
    info: { pending_update_count: 0 },
  },
  {
    fact: "still delivers what was queued before its kind was no longer wanted",
    webhook: { allowed_updates: ["poll"] },
    before: ["a:message:5", "b:callback_query:5"],
    steps: [{ publish: ["c:poll:7"], advanceS: 1 }],
    received: ["0 a", "0 b", "0 c"],
  },
];
