import type { Mutant } from "./mutants.ts";

const SRC = "packages/runtime/src";
const GROUP_TEST = `${SRC}/store/group-commit.test.ts`;
const INTAKE = `${SRC}/store/sqlite/intake.ts`;
const INTAKE_TEST = `${SRC}/store/sqlite/intake.model.test.ts`;
const COUNTS = `${SRC}/store/sqlite/lane-counts.ts`;
const COUNTS_TEST = `${SRC}/store/sqlite/lane-counts.test.ts`;
const BACKLOG_TEST = `${SRC}/engine/backlog.test.ts`;
const MEMORY = `${SRC}/lanes/lane-memory.ts`;
const MEMORY_TEST = `${SRC}/lanes/lane-memory.test.ts`;
const PLAIN = `${SRC}/receiver/plain-connection.ts`;
const PLAIN_TEST = `${SRC}/receiver/plain-connection.test.ts`;

/** What can go wrong in what is there for speed: batches, backlogs, lanes at rest, plain connections. */
export const BUSY: readonly Mutant[] = [
  {
    fault: "busy: a third batch leaves before the first is answered",
    file: `${SRC}/store/group-commit.ts`,
    search: "this.#onTheirWay.length >= this.#limits.batchesMax",
    replacement: "this.#onTheirWay.length > this.#limits.batchesMax",
    testFile: GROUP_TEST,
    test: "follow a batch at once when they are nearly as many, but never as the third",
  },
  {
    fault: "busy: a batch of one follows a batch of many",
    file: `${SRC}/store/group-commit.ts`,
    search: "waiting > 0 && waiting >= WORTH_A_BATCH * oldest.accepts.length;",
    replacement: "waiting > 0 && waiting >= 0 * WORTH_A_BATCH * oldest.accepts.length;",
    testFile: GROUP_TEST,
    test: "follow a batch at once when they are nearly as many, but never as the third",
  },
  {
    fault: "busy: a full batch waits for the end of the turn",
    file: `${SRC}/store/group-commit.ts`,
    search: "      if (this.#isFull() && this.#mayLeave()) this.#dispatch();\n",
    replacement: "",
    testFile: GROUP_TEST,
    test: "leave in the middle of a turn when they are many, also behind others",
  },
  {
    fault: "busy: a full batch does not follow another",
    file: `${SRC}/store/group-commit.ts`,
    search: "    if (this.#isFull()) return true;\n",
    replacement: "",
    testFile: GROUP_TEST,
    test: "leave in the middle of a turn when they are many, also behind others",
  },
  {
    fault: "busy: what came while two batches were on their way is forgotten",
    file: `${SRC}/store/group-commit.ts`,
    search: "    if (this.#isUrgent) this.#schedule();\n",
    replacement: "",
    testFile: GROUP_TEST,
    test: "go together that came while a batch was on its way",
  },
  {
    fault: "busy: bytes count as waiting after their commit",
    file: `${SRC}/store/group-commit.ts`,
    search: "    this.#acceptingBytes -= batch.bytes;\n",
    replacement: "",
    testFile: GROUP_TEST,
    test: "are limited by their bytes, too, until these are committed",
  },
  {
    fault: "busy: something passes a backlog whose lanes are not counted yet",
    file: INTAKE,
    search: "    if (this.#countedTo < this.#countTo) return false;\n",
    replacement: "",
    testFile: INTAKE_TEST,
    test: "is handed out once, in the order of each lane, whatever passes it",
  },
  {
    fault: "busy: what waits is not counted in its lane",
    file: INTAKE,
    search: "    this.#isCaughtUp = false;\n    this.#waiting.add(laneHash(lane));\n",
    replacement: "    this.#isCaughtUp = false;\n",
    testFile: INTAKE_TEST,
    test: "is handed out once, in the order of each lane, whatever passes it",
  },
  {
    fault: "busy: what has passed a backlog is handed out once more",
    file: INTAKE,
    search: "    if (this.#passed.delete(seq)) return;\n",
    replacement: "",
    testFile: INTAKE_TEST,
    test: "is handed out once, in the order of each lane, whatever passes it",
  },
  {
    fault: "busy: what comes from a backlog is never taken from the count of its lane",
    file: INTAKE,
    search: "    if (isCounted) this.#waiting.remove(laneHash(lane));\n",
    replacement: "    void isCounted;\n",
    testFile: INTAKE_TEST,
    test: "keeps nobody of its lane waiting any more once it is handed out",
  },
  {
    fault: "busy: a lane that shares one slot with another counts as waiting",
    file: COUNTS,
    search: "if (slots[slotOf(hash, at)] === 0) return true;\n    return false;",
    replacement: "if (slots[slotOf(hash, at)] !== 0) return false;\n    return true;",
    testFile: COUNTS_TEST,
    test: "never call a lane free in which something waits, and most others",
  },
  {
    fault: "busy: a lane is forgotten of which more wait than can be counted",
    file: COUNTS,
    search: "if (count > 0 && count < COUNT_MAX) slots[slot] = count - 1;",
    replacement: "if (count > 0) slots[slot] = count - 1;",
    testFile: COUNTS_TEST,
    test: "do not forget a lane of which more wait than can be counted",
  },
  {
    fault: "busy: who writes now waits for all that was left behind",
    file: `${SRC}/lanes/ready-lanes.ts`,
    search:
      "    if (lane.current!.isStored) this.#stored.push(lane);\n    else this.#fresh.push(lane);",
    replacement: "    this.#stored.push(lane);",
    testFile: BACKLOG_TEST,
    test: "passes what has waited since, and nothing of its own chat",
  },
  {
    fault: "busy: what was left behind waits for all who write now",
    file: `${SRC}/lanes/ready-lanes.ts`,
    search: "(this.#isStoredNext && this.#stored.length > 0);",
    replacement: "(this.#isStoredNext && this.#stored.length < 0);",
    testFile: BACKLOG_TEST,
    test: "leaves what has waited its part, however much more comes than can be handled",
  },
  {
    fault: "busy: who writes now takes every place in memory",
    file: MEMORY,
    search: "this.#fresh >= this.#options.loadedMax * NEW_MAX;",
    replacement: "this.#fresh >= this.#options.loadedMax / NEW_MAX;",
    testFile: BACKLOG_TEST,
    test: "leaves what has waited its part, however much more comes than can be handled",
  },
  {
    fault: "busy: what comes after a replay goes past it",
    file: `${SRC}/store/sqlite/live-updates.ts`,
    search: 'this.#intake.stored(seq, "later", lane);',
    replacement: 'this.#intake.stored(seq, "later", lane.slice(1));',
    testFile: BACKLOG_TEST,
    test: "passes it also when a dead letter comes back, and that keeps its place",
  },
  {
    fault: "busy: all lanes that may go on at once are loaded at once",
    file: MEMORY,
    search: "    return room > this.#options.loadedMax * left;",
    replacement: "    return room > -Infinity * left;",
    testFile: MEMORY_TEST,
    test: "keeps within its limit when very many lanes may go on at once",
  },
  {
    fault: "busy: a lane that has rested waits for its time again",
    file: `${SRC}/lanes/resting-lanes.ts`,
    search: "      lane.restedSeq = seq;\n",
    replacement: "      void seq;\n",
    testFile: `${SRC}/engine/clock-jumps.test.ts`,
    test: "backwards by hours holds up no lane and loses nothing",
  },
  {
    fault: "busy: what is resumed is all that was paused",
    file: `${SRC}/lanes/resting-lanes.ts`,
    search: "      this.#held.delete(lane);\n",
    replacement: "      this.#held.clear();\n",
    testFile: `${SRC}/engine/pauses.test.ts`,
    test: "keeps thousands that wait out of memory",
  },
  {
    fault: "busy: a body takes bytes of the request behind it",
    file: PLAIN,
    search: "body.collector.push(bytes.subarray(0, missingBytes));",
    replacement: "body.collector.push(bytes);",
    testFile: PLAIN_TEST,
    test: "bytes mean what they mean to node:http",
  },
  {
    fault: "busy: a chunked body is read as a plain one",
    file: `${SRC}/receiver/plain-head.ts`,
    search: 'const NOT_PLAIN = ["transfer-encoding", ',
    replacement: "const NOT_PLAIN = [",
    testFile: PLAIN_TEST,
    test: "bytes mean what they mean to node:http",
  },
  {
    fault: "busy: what follows a refused request is read",
    file: PLAIN,
    search: "if (refusal !== undefined) return this.#answerLast(refusal);",
    replacement: `if (refusal !== undefined) {
      this.#keepForLater(bytes.subarray(head.bodyAt));
      this.#write(refusal, headOf(refusal));
      return this.#waitForNext();
    }`,
    testFile: PLAIN_TEST,
    test: "what follows a refused request is not read as a request",
  },
  {
    fault: "busy: the next request is begun before the answer to this one",
    file: PLAIN,
    search: "    this.#accept(collector);\n    if (bytes.length > bodyEnd) this.#keepForLater",
    replacement: "    this.#accept(collector);\n    if (bytes.length > bodyEnd) this.#begin",
    testFile: PLAIN_TEST,
    test: "requests that were sent ahead wait for the answers before them",
  },
];
