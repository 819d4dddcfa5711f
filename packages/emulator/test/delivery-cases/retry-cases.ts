import type { DeliveryCase } from "../delivery-case.ts";
import { OK, respond } from "../scripted-peer.ts";

const FAIL = respond("500 Internal Server Error");
const GONE = respond("410 Gone");
/** Random numbers that give the longest delays. */
const LONGEST = 0.999;

/**
 * When a failed update is tried again.
 * @see tdlib/telegram-bot-api, WebhookActor.cpp, on_update_error
 */
export const retryCases: readonly DeliveryCase[] = [
  {
    fact: "retries after 0, 2, 4, 8, 16 and 32 s, then 60 s, then 60 s for ever, at the shortest",
    peer: [FAIL],
    steps: [{ publish: ["a:message:5"], advanceS: 250 }],
    received: ["0 a", "0 a", "2 a", "6 a", "14 a", "30 a", "62 a", "122 a", "182 a", "242 a"],
    info: {
      pending_update_count: 1,
      last_error_date: 1_700_000_242,
      last_error_message: "Wrong response from the webhook: 500 Internal Server Error",
    },
  },
  {
    fact: "retries after 0, 2, 4, 8, 16 and 32 s, then 64 s, then 120 s for ever, at the longest",
    random: LONGEST,
    peer: [FAIL],
    steps: [{ publish: ["a:message:5"], advanceS: 490 }],
    received: [
      "0 a",
      "0 a",
      "2 a",
      "6 a",
      "14 a",
      "30 a",
      "62 a",
      "126 a",
      "246 a",
      "366 a",
      "486 a",
    ],
  },
  {
    fact: "waits as long as Retry-After says, and goes on with the row where it was",
    peer: [respond("503 Service Unavailable", { "Retry-After": "3" }), FAIL],
    steps: [{ publish: ["a:message:5"], advanceS: 20 }],
    received: ["0 a", "3 a", "5 a", "9 a", "17 a"],
  },
  {
    fact: "waits for Retry-After with any status that is not 2xx, as often as it comes",
    peer: [respond("429 Too Many Requests", { "retry-after": "7" })],
    steps: [{ publish: ["a:message:5"], advanceS: 30 }],
    received: ["0 a", "7 a", "14 a", "21 a", "28 a"],
  },
  {
    fact: "waits for an hour at most, whatever Retry-After says",
    peer: [respond("503 Service Unavailable", { "Retry-After": "99999" }), OK],
    steps: [{ publish: ["a:message:5"], advanceS: 99_999 }],
    received: ["0 a", "3600 a"],
  },
  {
    fact: "ignores a Retry-After that is not a canonical whole number",
    peer: [
      respond("503 Service Unavailable", { "Retry-After": "03" }),
      respond("503 Service Unavailable", { "Retry-After": "3.0" }),
      respond("503 Service Unavailable", { "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT" }),
      respond("503 Service Unavailable", { "Retry-After": "-3" }),
      OK,
    ],
    steps: [{ publish: ["a:message:5"], advanceS: 60 }],
    received: ["0 a", "0 a", "2 a", "6 a", "14 a"],
  },
  {
    fact: "treats 401, 403, 404, 429 and 5xx alike",
    peer: [
      respond("401 Unauthorized"),
      respond("403 Forbidden"),
      respond("404 Not Found"),
      respond("429 Too Many Requests"),
      respond("502 Bad Gateway"),
      OK,
    ],
    steps: [{ publish: ["a:message:5"], advanceS: 60 }],
    received: ["0 a", "0 a", "2 a", "6 a", "14 a", "30 a"],
    info: {
      pending_update_count: 0,
      last_error_message: "Wrong response from the webhook: 502 Bad Gateway",
    },
  },
  {
    fact: "never follows a redirect",
    peer: [respond("302 Found", { Location: "http://127.0.0.1:1/" })],
    steps: [{ publish: ["a:message:5"], advanceS: 5 }],
    received: ["0 a", "0 a", "2 a"],
    info: { last_error_message: "Wrong response from the webhook: 302 Found" },
  },
  {
    fact: "keeps last_error_message after a success",
    peer: [FAIL, OK],
    steps: [{ publish: ["a:message:5", "b:message:5"], advanceS: 60 }],
    received: ["0 a", "0 a", "0 b"],
    info: {
      pending_update_count: 0,
      last_error_date: 1_700_000_000,
      last_error_message: "Wrong response from the webhook: 500 Internal Server Error",
    },
  },
  {
    fact: "drops a button press when the next attempt would come after its 150 s",
    peer: [FAIL],
    steps: [{ publish: ["a:callback_query:5"], advanceS: 1_000 }],
    received: ["0 a", "0 a", "2 a", "6 a", "14 a", "30 a", "62 a", "122 a"],
    info: { pending_update_count: 0 },
  },
  {
    fact: "drops an inline query when the next attempt would come after its 30 s",
    peer: [FAIL],
    steps: [{ publish: ["a:inline_query:5"], advanceS: 1_000 }],
    received: ["0 a", "0 a", "2 a", "6 a", "14 a", "30 a"],
    info: { pending_update_count: 0 },
  },
  {
    fact: "drops an update at once when Retry-After is later than its expiry",
    peer: [respond("503 Service Unavailable", { "Retry-After": "151" })],
    steps: [{ publish: ["a:callback_query:5"], advanceS: 1_000 }],
    received: ["0 a"],
    info: { pending_update_count: 0 },
  },
  {
    fact: "tries a message for 24 hours",
    peer: [FAIL],
    steps: [{ publish: ["a:message:5"], advanceS: 25 * 3_600 }],
    // Seven attempts until 62 s, then one a minute while another minute fits into the day.
    last: ["86342 a", 7 + 1_438],
    info: { pending_update_count: 0 },
  },
  {
    fact: "still sends an update that expired after it was loaded",
    webhook: { max_connections: 1 },
    before: ["a:message:5", "b:inline_query:6"],
    peer: { a: ["hang", OK], b: [OK] },
    steps: [{ advanceS: 100 }],
    // What was ready first goes first: `b` since 0 s, the second attempt of `a` since 60 s.
    received: ["0 a", "60 b", "60 a"],
  },
  {
    fact: "removes the webhook when 410 has been the answer for more than 23 hours",
    peer: [GONE],
    steps: [{ publish: ["a:message:5"], advanceS: 24 * 3_600 }],
    // 62 + 60 n is greater than 82 800 for the first time when n is 1379.
    last: ["82802 a", 7 + 1_379],
    info: { url: "", pending_update_count: 1, last_error_message: undefined },
  },
  {
    fact: "counts the 23 hours of 410 anew after any other answer",
    peer: [GONE],
    steps: [
      { publish: ["a:message:5"], advanceS: 12 * 3_600 },
      { peer: [FAIL, GONE], advanceS: 11.5 * 3_600 },
    ],
    last: ["84542 a", 7 + 1_408],
    info: {
      pending_update_count: 1,
      last_error_message: "Wrong response from the webhook: 410 Gone",
    },
  },
  {
    fact: "counts the 23 hours of 410 anew after a 2xx for another chat",
    peer: { a: [GONE], "*": [OK] },
    steps: [
      { publish: ["a:message:5"], advanceS: 12 * 3_600 },
      { publish: ["b:message:6"], advanceS: 11.5 * 3_600 },
    ],
    info: {
      pending_update_count: 1,
      last_error_message: "Wrong response from the webhook: 410 Gone",
    },
  },
  {
    fact: "goes on counting the 23 hours of 410 while it cannot connect",
    peer: [GONE],
    steps: [
      { publish: ["a:message:5"], advanceS: 12 * 3_600 },
      { peer: "down", advanceS: 600 },
      { peer: [GONE], advanceS: 11.2 * 3_600 },
    ],
    info: { url: "", pending_update_count: 1 },
  },
];
