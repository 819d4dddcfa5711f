import type { Mutant } from "./mutants.ts";

const SRC = "packages/runtime/src";
const POSTGRES = `${SRC}/store/postgres`;
const LANES_TEST = `${POSTGRES}/postgres-lanes.test.ts`;
const FAULTS_TEST = `${POSTGRES}/postgres-faults.test.ts`;
const MEMORY_TEST = `${SRC}/lanes/lane-memory.test.ts`;

/** What can go wrong when the answer to a commit is lost, and everything is found anew. */
export const LOST_ANSWERS: readonly Mutant[] = [
  {
    fault: "after a lost connection nothing is found anew",
    file: `${POSTGRES}/many-lanes.ts`,
    search: 'await connection.run("findLanesAnew", [node, lane, LANES_PER_STEP]);',
    replacement: "lane === FIRST ? [] : [{}];",
    testFile: FAULTS_TEST,
    test: "applies everything once and in order, whichever statement is cut at either end",
  },
  {
    fault: "a connection goes on after an answer was missed",
    file: `${POSTGRES}/batch-runner.ts`,
    search: "if (!isTaken) this.#sessions.drop();",
    replacement: "",
    testFile: LANES_TEST,
    test: "give out again what was claimed beside something that the server failed at",
  },
  {
    fault: "what a claim got is forgotten when its next page fails",
    file: `${POSTGRES}/claim.ts`,
    search: "if (rows.length === 0) throw",
    replacement: "if (rows.length >= 0) throw",
    testFile: LANES_TEST,
    test: "give out what was claimed before a claim failed",
  },
  {
    fault: "what waits behind a claim's last update of a lane is forgotten",
    file: `${POSTGRES}/claim.ts`,
    search: 'row["follows"] ? row["seq"] : null',
    replacement: "null",
    testFile: `${POSTGRES}/postgres-store.test.ts`,
    test: "brings everything of the past after a restart, in order, as much as is asked for",
  },
  {
    fault: "an answer is told under a token that is lost",
    file: `${POSTGRES}/batch-runner.ts`,
    search: "if (leases.losses !== losses) throw",
    replacement: "if (leases.losses < losses) throw",
    testFile: LANES_TEST,
    test: "are not given out under a token that was lost meanwhile",
  },
  {
    fault: "a lane is released with something live in it",
    file: `${POSTGRES}/lane-sql.ts`,
    search:
      "AND l.waiting_after IS NULL\n      AND NOT EXISTS (SELECT FROM updates u WHERE u.lane = l.lane AND u.status = ${LIVE})\n    RETURNING lane`",
    replacement: "AND l.waiting_after IS NULL\n    RETURNING lane`",
    testFile: LANES_TEST,
    test: "are left to others with what nobody of a node wants",
  },
  {
    fault: "a lane that waits for a claim is looked at over and over",
    file: `${POSTGRES}/release.ts`,
    search: "scope.released(lanes);",
    replacement: "",
    testFile: LANES_TEST,
    test: "need no second look while they wait for a claim, and are given back after it",
  },
  {
    fault: "a lane of which something has waited is never given back",
    file: `${POSTGRES}/lane-leases.ts`,
    search: "this.#held.add(lane);\n    this.#waiting.delete(lane);",
    replacement: "this.#held.add(lane);",
    testFile: LANES_TEST,
    test: "are given back when what was stored for later was claimed and is done",
  },
  {
    fault: "a lane goes with a transaction though something is live in it",
    file: `${POSTGRES}/lane-sql.ts`,
    search:
      "AND l.waiting_after IS NULL\n        AND NOT EXISTS (SELECT FROM updates u WHERE u.lane = l.lane AND u.status = ${LIVE})\n      FOR UPDATE",
    replacement: "AND l.waiting_after IS NULL\n      FOR UPDATE",
    testFile: LANES_TEST,
    test: "are given back with the next transaction once nothing is live in them",
  },
  {
    fault: "a node that had to renew its token does not listen",
    file: `${POSTGRES}/keeper.ts`,
    search: "await connection.text(`COMMIT; LISTEN ${this.#channel}`);",
    replacement: 'await connection.text("COMMIT; UNLISTEN *");',
    testFile: LANES_TEST,
    test: "are announced to a node again that lost its connections and its token",
  },
  {
    fault: "a lane is taken for empty while something of it is found",
    file: `${SRC}/lanes/lane-memory.ts`,
    search: "updates.length === 0 && lane.asideSinceLoad === Infinity",
    replacement: "updates.length === 0",
    testFile: MEMORY_TEST,
    test: "asks again when an update is found while a load finds nothing",
  },
  {
    fault: "a load passes what is being set aside",
    file: `${SRC}/lanes/lane-memory.ts`,
    search: "if (update.seq > lane.asideSinceLoad) break;",
    replacement: "",
    testFile: MEMORY_TEST,
    test: "lets nothing pass an update that is set aside while a load is on its way",
  },
];
