import { BUSY } from "./busy-mutants.ts";
import { FEATURES } from "./feature-mutants.ts";
import { LOST_ANSWERS } from "./lost-answer-mutants.ts";
import { ROUTING } from "./routing-mutants.ts";
import { SENDING } from "./sending-mutants.ts";
import { OF_SQLITE } from "./sqlite-mutants.ts";
import { TROUBLE } from "./trouble-mutants.ts";

/** A deliberate fault, and the test that has to find it. */
export interface Mutant {
  /** What goes wrong, in words. */
  readonly fault: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly search: string;
  readonly replacement: string;
  readonly testFile: string;
  /** The test's own name, or a part of it, as one line. */
  readonly test: string;
}

const SRC = "packages/runtime/src";
const ENGINE_TEST = `${SRC}/engine/create-engine.test.ts`;
const LANES_TEST = `${SRC}/engine/engine-lanes.test.ts`;
const FAILURES_TEST = `${SRC}/engine/failed-attempts.test.ts`;
const JOURNAL_TEST = `${SRC}/engine/attempt-journal.test.ts`;
const SQLITE_TEST = `${SRC}/store/sqlite/sqlite-store.test.ts`;
const POSTGRES_TEST = `${SRC}/store/postgres/postgres-store.test.ts`;
const NODES_TEST = `${SRC}/store/postgres/postgres-nodes.test.ts`;
const RECEIVER_TEST = `${SRC}/receiver/receiver.test.ts`;

/** What can go wrong between Telegram and the commit. */
const RECEIVING: readonly Mutant[] = [
  {
    fault: "2xx before the commit",
    file: `${SRC}/receiver/receiver.ts`,
    search: "      inbox.accept(update).then(\n",
    replacement:
      '      settle(() => this.#stored("stored", update));\n      inbox.accept(update).then(\n',
    testFile: RECEIVER_TEST,
    test: "nothing is answered before the commit",
  },
  {
    fault: "2xx for an update that is not stored",
    file: `${SRC}/receiver/receiver.ts`,
    search: "    return this.#unavailable(ANSWERS.unavailable);\n  }\n\n  #unavailable",
    replacement: "    return ANSWERS.stored;\n  }\n\n  #unavailable",
    testFile: RECEIVER_TEST,
    test: "not stored because of store-unavailable",
  },
  {
    fault: "any secret is the right one",
    file: `${SRC}/receiver/webhook-secrets.ts`,
    search: "accepted = (same && known.validUntilMs > nowMs) || accepted;",
    replacement: "accepted = same || true;",
    testFile: `${SRC}/receiver/webhook-secrets.test.ts`,
    test: "exactly the given secrets are accepted",
  },
  {
    fault: "a rotated secret is valid for ever",
    file: `${SRC}/receiver/webhook-secrets.ts`,
    search: "(same && known.validUntilMs > nowMs)",
    replacement: "same",
    testFile: `${SRC}/receiver/webhook-secrets.test.ts`,
    test: "after a rotation the previous secret is accepted until its time",
  },
  {
    fault: "the queue before the store has no end",
    file: `${SRC}/store/group-commit.ts`,
    search: "this.#accepting >= queuedMax",
    replacement: "this.#accepting >= Infinity",
    testFile: SQLITE_TEST,
    test: "refuses when too much waits to be written, and nothing else",
  },
  {
    fault: "the queue before the store does not count what is on its way",
    file: `${SRC}/store/group-commit.ts`,
    search: "this.#accepting >= queuedMax",
    replacement: "next.accepts.length >= queuedMax",
    testFile: `${SRC}/store/group-commit.test.ts`,
    test: "are limited together, whether they wait for a batch or are on their way",
  },
];

/** What can go wrong in the embedded store. */
const SQLITE: readonly Mutant[] = [
  {
    fault: "no ON CONFLICT: a duplicate is an error (SQLite)",
    file: `${SRC}/store/sqlite/statements.ts`,
    search: "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    replacement: "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    testFile: SQLITE_TEST,
    test: "knows a duplicate by bot and update id, also after a restart",
  },
  {
    fault: "commits are not written through to the disk",
    file: `${SRC}/store/sqlite/sqlite-file.ts`,
    search: "PRAGMA synchronous = FULL;",
    replacement: "PRAGMA synchronous = NORMAL;",
    testFile: SQLITE_TEST,
    test: "writes through to the disk in every commit",
  },
  {
    fault: "the fence of an earlier owner is forgotten (SQLite)",
    file: `${SRC}/store/sqlite/sqlite-file.ts`,
    search: "if (this.#statements.ownerToken() !== this.#token) {",
    replacement: "if (this.#token === 0) {",
    testFile: SQLITE_TEST,
    test: "cannot write any more when somebody has got past the lock",
  },
  {
    fault: "any attempt may end an update, not only the newest",
    file: `${SRC}/store/sqlite/statements.ts`,
    search: `outcome = ?4
    WHERE seq = ?1 AND status = \${LIVE} AND attempts = ?2\`,
  expire`,
    replacement: `outcome = ?4
    WHERE seq = ?1 AND status = \${LIVE} AND attempts >= ?2\`,
  expire`,
    testFile: SQLITE_TEST,
    test: "refuses an attempt that is not the newest, with all it wanted to write",
  },
  {
    fault: "state is written whatever its version is (SQLite)",
    file: `${SRC}/store/sqlite/states.ts`,
    search: 'if ((place?.version ?? 0) !== (expectedVersion ?? 0)) return "conflict";',
    replacement: "",
    testFile: SQLITE_TEST,
    test: "lets one of two that change the same record win, and says so to the other",
  },
  {
    fault: "state is written before its update is known to end",
    file: `${SRC}/store/sqlite/writes.ts`,
    search: "  if (!end(statements, settlement)) return standing(statements, settlement);\n",
    replacement: `  writes.forEach((write, at) => {
    writeState(statements, write, { version: settlement.seq, found: found[at] });
  });
  if (!end(statements, settlement)) return standing(statements, settlement);\n`,
    testFile: SQLITE_TEST,
    test: "refuses an attempt that is not the newest, with all it wanted to write",
  },
  {
    fault: "retention forgets what is not settled",
    file: `${SRC}/store/sqlite/sweep.ts`,
    search:
      'if (Number(row["status"]) < DONE || Number(row["settled_at_ms"]) >= beforeMs) continue;',
    replacement: 'if (Number(row["settled_at_ms"]) >= beforeMs + DONE) continue;',
    testFile: SQLITE_TEST,
    test: "forgets settled updates after the window, and never what is live or parked",
  },
  {
    fault: "a new update goes past those of its lane that wait",
    file: `${SRC}/store/sqlite/intake.ts`,
    search: "&& this.#waiting.isFree(laneHash(lane));",
    replacement: "&& lane.length > 0;",
    testFile: SQLITE_TEST,
    test: "lets nothing past an update that waits",
  },
  {
    fault: "an update's place is told before it is committed",
    file: `${SRC}/store/group-commit.ts`,
    search: "    return this.#enqueue(next.accepts, update);",
    replacement: `    const place = next.accepts.length + 1;
    void this.#enqueue(next.accepts, update);
    return Promise.resolve(place as O["accepted"]);`,
    testFile: "test/crash/crash-matrix.test.ts",
    test: "loses, doubles and reorders nothing on sqlite",
  },
];

/** What can go wrong in the store that nodes share. */
const POSTGRES: readonly Mutant[] = [
  {
    fault: "no ON CONFLICT: a duplicate is an error (PostgreSQL)",
    file: `${SRC}/store/postgres/sql.ts`,
    search: "    ON CONFLICT (bot_id, update_id) DO NOTHING RETURNING seq`,",
    replacement: "    RETURNING seq`,",
    testFile: POSTGRES_TEST,
    test: "knows a duplicate by bot and update id, also after a restart",
  },
  {
    fault: "the fence of a dead node is forgotten (PostgreSQL)",
    file: `${SRC}/store/postgres/sql.ts`,
    search:
      "    WHERE u.seq = i.seq AND ${IS_LIVE} AND u.attempts = i.attempt AND ${IS_OURS}\n    RETURNING u.seq`,\n  standing",
    replacement:
      "    WHERE u.seq = i.seq AND ${IS_LIVE} AND u.attempts = i.attempt\n    RETURNING u.seq`,\n  standing",
    testFile: NODES_TEST,
    test: "fence off one that stood still and comes back",
  },
  {
    fault: "state is written whatever its version is (PostgreSQL)",
    file: `${SRC}/store/postgres/settle.ts`,
    search:
      "write.expectedVersion === undefined || write.expectedVersion === (versions.get(write.key) ?? 0);",
    replacement: "write.key !== undefined || versions.size > 0;",
    testFile: POSTGRES_TEST,
    test: "lets one of two that change the same record win, and says so to the other",
  },
  {
    fault: "what a dead node had is given to nobody",
    file: `${SRC}/store/postgres/dead-nodes.ts`,
    search: "      if (removed.length > 0) this.#hasOrphans = true;\n",
    replacement: "",
    testFile: NODES_TEST,
    test: "take over from one that was killed, within seconds",
  },
  {
    fault: "a lane is released while something of it is in hand",
    file: `${SRC}/store/postgres/lane-leases.ts`,
    search: "return lanes.filter((lane) => this.#idle.has(lane));",
    replacement: 'return lanes.filter((lane) => this.#idle.size >= 0 && lane !== "");',
    testFile: NODES_TEST,
    test: "keep a lane that was about to be released when something of it is claimed",
  },
];

/** What can go wrong in lanes, attempts and journals. */
const HANDLING: readonly Mutant[] = [
  {
    fault: "a lane goes on before its update is settled",
    file: `${SRC}/lanes/lane-memory.ts`,
    search: "if (lane.current === undefined && lane.queue.length > 0) {",
    replacement: "if (lane.queue.length > 0) {",
    testFile: LANES_TEST,
    test: "handles a chat's updates one at a time, in the order in which they were accepted",
  },
  {
    fault: "a lane goes on while its update waits for another attempt",
    file: `${SRC}/lanes/lane-memory.ts`,
    search:
      "    const items = [lane.current!, ...lane.queue];\n    lane.current = undefined;\n    lane.queue.length = 0;\n",
    replacement: "    const items = [lane.current!];\n    lane.current = undefined;\n",
    testFile: FAILURES_TEST,
    test: "tries again after a growing delay, and holds only its own lane",
  },
  {
    fault: "something passes what is set aside during a load",
    file: `${SRC}/lanes/lane-memory.ts`,
    search: "      if (update.seq > lane.asideSinceLoad) break;\n",
    replacement: "",
    testFile: `${SRC}/lanes/lane-memory.test.ts`,
    test: "lets nothing pass an update that is set aside while a load is on its way",
  },
  {
    fault: "an attempt is counted after it has run",
    file: `${SRC}/lanes/lane-runner.ts`,
    search: "    const counted = await insist(clock, () => store.begin(next));\n",
    replacement: `    void sleep(clock, 1_000).then(() => insist(clock, () => store.begin(next)));
    const counted: string = "applied";\n`,
    testFile: FAILURES_TEST,
    test: "parks an update whose process died in every attempt",
  },
  {
    fault: "an update that kills processes is tried for ever",
    file: `${SRC}/lanes/attempt-rules.ts`,
    search:
      "if (item.attempts >= attemptsMax && item.attempts >= bots.attemptsMaxOf(item.botId)) {",
    replacement: "if (item.attempts >= 1_000 * attemptsMax + bots.attemptsMaxOf(item.botId)) {",
    testFile: FAILURES_TEST,
    test: "parks an update whose process died in every attempt",
  },
  {
    fault: "what may have killed the process runs beside others",
    file: `${SRC}/lanes/lane-runner.ts`,
    search: "if (lane.current!.interrupted < SUSPECT_INTERRUPTIONS) return false;",
    replacement: "if (lane.current!.interrupted < 1_000) return false;",
    testFile: FAILURES_TEST,
    test: "runs what may have killed the process alone, so that the others do not suffer",
  },
  {
    fault: "an expired button press is handled late",
    file: `${SRC}/lanes/attempt-rules.ts`,
    search: "item.expiresAtMs !== undefined && item.expiresAtMs <= nowMs",
    replacement: "item.expiresAtMs !== undefined && item.expiresAtMs <= 0",
    testFile: ENGINE_TEST,
    test: "records them as expired and does not handle them",
  },
  {
    fault: "a wait for the next attempt is measured by the wall clock",
    file: `${SRC}/lanes/attempt-rules.ts`,
    search: "if (item.seq === restedSeq) return undefined;",
    replacement: "if (restedSeq < 0) return undefined;",
    testFile: `${SRC}/engine/clock-jumps.test.ts`,
    test: "backwards by hours holds up no lane and loses nothing",
  },
  {
    fault: "effects are not journaled",
    file: `${SRC}/engine/attempt-journal.ts`,
    search: "    await this.#record(this.#entry(key, kind, value));\n",
    replacement: '    if (kind !== "result") await this.#record(this.#entry(key, kind, value));\n',
    testFile: JOURNAL_TEST,
    test: "runs a step once, whatever happens to the attempts after it",
  },
  {
    fault: "the journal is not asked",
    file: `${SRC}/engine/attempt-journal.ts`,
    search: "if (known !== undefined && hasResult(known)) return fromJson(known.value);",
    replacement: "if (known?.key === name) return fromJson(known.value);",
    testFile: JOURNAL_TEST,
    test: "sends a message once, the same text twice when it is asked twice",
  },
  {
    fault: "an effect that may have happened is repeated without a word",
    file: `${SRC}/engine/attempt-journal.ts`,
    search: "return this.#options.hasGaps || known !== undefined || this.#known.has(ANY_EFFECT);",
    replacement: "return known !== undefined || this.#known.has(ANY_EFFECT);",
    testFile: `${SRC}/engine/ambiguous-effects.test.ts`,
    test: "are done again by default, with a word to whoever looks",
  },
  {
    fault: "a retry does not wait as long as Telegram asks",
    file: `${SRC}/retry-delay.ts`,
    search: "return Math.max(delayMs, askedMs);",
    replacement: "return Math.max(delayMs, Math.min(0, askedMs));",
    testFile: FAILURES_TEST,
    test: "waits at least as long as Telegram asks",
  },
  {
    fault: "what an attempt does after its end counts",
    file: `${SRC}/engine/attempt.ts`,
    search: "    if (!this.#isOver) return;\n    const why",
    replacement: "    if (!this.#isOver || this.attempt > 0) return;\n    const why",
    testFile: FAILURES_TEST,
    test: "ends at its deadline, whatever the handler does, and nothing of it counts later",
  },
];

export const MUTANTS: readonly Mutant[] = [
  ...RECEIVING,
  ...SQLITE,
  ...POSTGRES,
  {
    fault: "an index that a newer version needs holds up who writes",
    file: `${SRC}/store/postgres/live-indexes.ts`,
    search: "`CREATE INDEX CONCURRENTLY ${",
    replacement: "`CREATE INDEX ${",
    testFile: `${SRC}/store/postgres/postgres-migrations.test.ts`,
    test: "is built while nodes of the version before write to its table",
  },
  ...LOST_ANSWERS,
  ...SENDING,
  ...HANDLING,
  ...ROUTING,
  ...FEATURES,
  ...TROUBLE,
  ...BUSY,
  ...OF_SQLITE,
];
