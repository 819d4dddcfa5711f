import type { Mutant } from "./mutants.ts";

const SRC = "packages/runtime/src";
const JOURNAL = `${SRC}/engine/attempt-journal.ts`;
const REPLY_TEST = `${SRC}/webhook-reply/webhook-reply.test.ts`;
const SEND_CHANGE = `${SRC}/store/outbox/send-change.ts`;
const TURN = `${SRC}/store/sqlite/outbox/outbox-turn.ts`;
const OUTBOX_TEST = `${SRC}/outbox/outbox.test.ts`;
const SQLITE_TEST = `${SRC}/store/sqlite/sqlite-store.test.ts`;

/** What can go wrong with calls in answers, the outbox, timers and what is said again. */
export const SENDING: readonly Mutant[] = [
  {
    fault: "sending: a webhook reply is made again by the next attempt",
    file: JOURNAL,
    search: "    if (known?.value === REPLIED) return undefined;\n",
    replacement: "",
    testFile: REPLY_TEST,
    test: "are in doubt, and not made again, when the process dies while one is written",
  },
  {
    fault: "sending: a webhook reply leaves before it is written down",
    file: JOURNAL,
    search: 'await store.record(attempt, this.#entry(key, "unknown", REPLIED));',
    replacement: 'await Promise.resolve(attempt.seq === 0 && store ? "fenced" : key);',
    testFile: REPLY_TEST,
    test: "are in doubt, and not made again, when the process dies while one is written",
  },
  {
    fault: "sending: a webhook reply that was cut off counts as written",
    file: JOURNAL,
    search: 'else if (outcome === "written")',
    replacement: 'else if (outcome !== "gone")',
    testFile: REPLY_TEST,
    test: "that were cut off are in doubt, and not made again",
  },
  {
    fault: "sending: what may have been done before goes into an answer",
    file: JOURNAL,
    search: "if (!isDoubtful && effect.reply && ",
    replacement: "if (effect.reply && ",
    testFile: REPLY_TEST,
    test: "are not for what may have been done before",
  },
  {
    fault: "sending: two sends of a chat are under way",
    file: TURN,
    search: '    this.#statements.get("takeLane").run(botId, lane, pass.recent, pass.readyMs);\n',
    replacement: "",
    testFile: SQLITE_TEST,
    test: "gives out one send of a lane at a time, in the order of enqueueing",
  },
  {
    fault: "sending: a send that was in flight at a death is repeated without a flag",
    file: SEND_CHANGE,
    search: "doubts: isDoubtful ? 1 : 0 };",
    replacement: "doubts: isDoubtful ? 0 : 0 };",
    testFile: SQLITE_TEST,
    test: "flags what was in flight when the process died, or parks it",
  },
  {
    fault: "sending: a send that was to be parked is repeated",
    file: SEND_CHANGE,
    search: "return isDoubtful && parks ? {",
    replacement: "return !isDoubtful && parks ? {",
    testFile: SQLITE_TEST,
    test: "flags what was in flight when the process died, or parks it",
  },
  {
    fault: "sending: a 429 holds nobody",
    file: SEND_CHANGE,
    search: "      return { ...waiting(standing), ...block };",
    replacement: "      return { ...waiting(standing), ...(end.delayMs < 0 && block) };",
    testFile: OUTBOX_TEST,
    test: "waits as long as a 429 asks for, also after a restart",
  },
  {
    fault: "sending: the end of an older claim counts",
    file: SEND_CHANGE,
    search: "  if (standing.attempts !== attempt) return undefined;\n",
    replacement: "  if (standing.attempts < attempt) return undefined;\n",
    testFile: SQLITE_TEST,
    test: "applies an end once, and none of an older claim",
  },
  {
    fault: "sending: a timer that was cancelled meanwhile is handled",
    file: `${SRC}/store/sqlite/timers.ts`,
    search: 'if (ending.to !== "done" || ending.fired === undefined) return true;',
    replacement: 'if (ending.to === "done" || ending.fired === undefined) return true;',
    testFile: SQLITE_TEST,
    test: "refuses the end of a timer that was cancelled meanwhile",
  },
  {
    fault: "sending: a timer fires again and again",
    file: `${SRC}/store/sqlite/timer-statements.ts`,
    search: "UPDATE timers SET fired = 1 WHERE key = ?",
    replacement: "UPDATE timers SET fired = 0 WHERE key = ?",
    testFile: SQLITE_TEST,
    test: "fires what is due, the most overdue first, each once",
  },
  {
    fault: "sending: what is said again under a new update id is handled again",
    file: `${SRC}/engine/seen-contents.ts`,
    search: "record !== undefined && record.data !== updateId &&",
    replacement: "record !== undefined && record.data === updateId &&",
    testFile: `${SRC}/engine/seen-contents.test.ts`,
    test: "is handled once within the window, also over a restart, and the decision is kept",
  },
];
