import type { ApiCase, ApiStep } from "../api-case.ts";

const URL = "http://127.0.0.1:9/hook";
const ACTIVE =
  "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
/** What `random` gives as the first id when it is always 0. */
const FIRST = 2_000_001;

/** getUpdates that must return these updates, counted from 0. Each comes 4 s after the last. */
const poll = (params: ApiStep["params"], updates: readonly number[]): ApiStep => ({
  afterS: 4,
  call: "getUpdates",
  params: params ?? {},
  updateIds: updates.map((index) => FIRST + index),
});
const messages = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `poll:${index}`);
const pending = (count: number): ApiStep => ({
  call: "getWebhookInfo",
  result: { url: "", has_custom_certificate: false, pending_update_count: count },
});

/**
 * getUpdates: offsets, limits, time-outs and conflicts.
 * @see tdlib/telegram-bot-api, Client.cpp, do_get_updates
 */
export const pollingCases: readonly ApiCase[] = [
  {
    fact: "gives updates from the head and confirms nothing without an offset",
    steps: [
      { publish: messages(3) },
      { ...poll({}, [0, 1, 2]), afterS: 0 },
      poll({ offset: 0 }, [0, 1, 2]),
      pending(3),
    ],
  },
  {
    fact: "confirms everything before a positive offset",
    steps: [
      { publish: messages(3) },
      { ...poll({ offset: FIRST + 1 }, [1, 2]), afterS: 0 },
      poll({}, [1, 2]),
      poll({ offset: FIRST + 3 }, []),
      pending(0),
    ],
  },
  {
    fact: "keeps only the newest with a negative offset",
    steps: [
      { publish: messages(4) },
      { ...poll({ offset: -2 }, [2, 3]), afterS: 0 },
      pending(2),
      poll({ offset: -5 }, [2, 3]),
      poll({ offset: "-1" }, [3]),
    ],
  },
  {
    fact: "gives everything and confirms nothing for an offset more than 10 above the next id",
    steps: [
      { publish: messages(2) },
      { ...poll({ offset: FIRST + 2 + 11 }, [0, 1]), afterS: 0 },
      poll({ offset: 2_000_000_000 }, [0, 1]),
      pending(2),
    ],
  },
  {
    fact: "confirms everything for an offset up to 10 above the next id, and what comes below it too",
    steps: [
      { publish: messages(2) },
      { ...poll({ offset: FIRST + 2 + 10 }, []), afterS: 0 },
      pending(0),
      { publish: ["poll:2"] },
      poll({ offset: FIRST + 2 + 10 }, []),
      pending(0),
    ],
  },
  {
    fact: "gives everything for an offset more than 100 000 below the head",
    steps: [
      { publish: messages(2) },
      { ...poll({ offset: FIRST - 100_001 }, [0, 1]), afterS: 0 },
      poll({ offset: FIRST - 100_000 }, [0, 1]),
      poll({ offset: 1 }, [0, 1]),
      pending(2),
    ],
  },
  {
    fact: "clamps the limit to 1–100 and reads it leniently",
    steps: [
      { publish: messages(101) },
      { ...poll({ limit: 0 }, [0]), afterS: 0 },
      poll({ limit: -3 }, [0]),
      poll({ limit: "2 please" }, [0, 1]),
      poll(
        { limit: 1_000 },
        messages(100).map((_, index) => index),
      ),
      poll(
        { limit: "" },
        messages(100).map((_, index) => index),
      ),
    ],
  },
  {
    fact: "waits for as long as the timeout says, and for 50 s at most",
    steps: [
      { call: "getUpdates", params: { timeout: 10 }, takesS: 10, result: [] },
      { afterS: 4, call: "getUpdates", params: { timeout: 1_000 }, takesS: 50, result: [] },
    ],
  },
  {
    fact: "lets expired updates disappear when they would be read",
    steps: [
      { publish: ["inline_query:7", "poll:1"], afterS: 0 },
      { afterS: 30.5 },
      pending(2),
      { ...poll({}, [1]), afterS: 0.5 },
      pending(1),
    ],
  },
  {
    fact: "raises the timeout to 3 s for the same offset within 3 s",
    steps: [
      { call: "getUpdates", params: { offset: 5 }, result: [] },
      { afterS: 2.9, call: "getUpdates", params: { offset: 5 }, takesS: 3, result: [] },
    ],
  },
  {
    fact: "lowers the limit to 1 for the same offset within half a second",
    steps: [
      { publish: messages(3) },
      { ...poll({ offset: FIRST }, [0, 1, 2]), afterS: 0 },
      { ...poll({ offset: FIRST }, [0]), afterS: 0.4 },
      { ...poll({ offset: FIRST }, [0, 1, 2]), afterS: 0.6 },
    ],
  },
  {
    fact: "applies allowed_updates first and ignores what is not a list of strings",
    steps: [
      { ...poll({ allowed_updates: '["MESSAGE","nonsense"]' }, []), afterS: 0 },
      { publish: messages(1) },
      { afterS: 4, call: "getUpdates", params: { allowed_updates: "[1]" }, result: [] },
      { afterS: 4, call: "getUpdates", params: { allowed_updates: "null" }, result: [] },
      { afterS: 4, call: "getUpdates", params: { allowed_updates: "{}" }, result: [] },
      { afterS: 4, call: "getUpdates", params: { allowed_updates: "poll" }, result: [] },
      { publish: messages(1) },
      poll({ allowed_updates: "[]" }, []),
      { publish: messages(1) },
      poll({}, [0]),
    ],
  },
  {
    fact: "is refused while a webhook is set: at once, then after 3 s, then at once again",
    steps: [
      { call: "setWebhook", params: { url: URL }, says: "Webhook was set" },
      { call: "getUpdates", says: ACTIVE },
      { afterS: 1, call: "getUpdates", takesS: 3, says: ACTIVE },
      { call: "getUpdates", says: ACTIVE },
      { call: "deleteWebhook", says: "Webhook was deleted" },
      { call: "getUpdates", result: [] },
    ],
  },
  {
    fact: "goes on numbering after the queue was emptied",
    steps: [
      { publish: messages(2) },
      { call: "deleteWebhook", params: { drop_pending_updates: true } },
      { publish: ["poll:2"] },
      { ...poll({}, [2]), afterS: 0 },
    ],
  },
];
