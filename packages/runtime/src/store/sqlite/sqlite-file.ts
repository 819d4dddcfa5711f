import { DatabaseSync } from "node:sqlite";

import { failpoint } from "../../failpoint.ts";
import type { Outcome } from "../group-commit.ts";
import { StoreFault } from "../store-fault.ts";
import { acceptAll } from "./accept.ts";
import type { BatchAnswer, BatchRequest, OpenReport, OpenRequest } from "./protocol.ts";
import { settleAll } from "./plain-endings.ts";
import { answerRead } from "./reads.ts";
import { prepareSchema, pragma } from "./schema.ts";
import { readStates } from "./state-columns.ts";
import { Statements } from "./statements.ts";
import { toStoreFault } from "./sqlite-fault.ts";
import { applyWrite } from "./writes.ts";

/**
 * Page cache. Large enough that the inner pages of the indexes and the open leaves of some hundred
 * thousand lanes stay in memory.
 */
const CACHE_KIB = 65_536;

/** Longest wait for somebody who reads or copies the file beside us, such as a backup. */
const BUSY_TIMEOUT_MS = 2_000;

/** `PRAGMA synchronous`: FULL, an fsync of the log in every commit. */
const SYNCHRONOUS_FULL = 2;

type Reading = Pick<BatchRequest, "reads" | "states">;
type ReadingAnswer = Pick<BatchAnswer, "reads" | "states">;
type Transaction = Omit<BatchRequest, keyof Reading>;
type TransactionAnswer = Omit<BatchAnswer, keyof Reading>;

const NOTHING_READ: ReadingAnswer = {
  reads: [],
  states: { value: { numbers: new Float64Array(0), texts: [] } },
};
const NOTHING_TO_DO: Transaction = { endings: undefined, writes: [], accepts: undefined };

/**
 * The store's file, used by one thread.
 *
 * **Invariant:** every transaction first checks that this opening is still the newest one.
 */
export class SqliteFile {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #token: number;

  private constructor(database: DatabaseSync, token: number) {
    this.#database = database;
    this.#statements = new Statements(database);
    this.#token = token;
  }

  static open(request: OpenRequest): { file: SqliteFile; report: OpenReport } {
    const database = new DatabaseSync(request.path, { timeout: BUSY_TIMEOUT_MS });
    try {
      assertDurable(database);
      prepareSchema(database);
      if (request.sizeMaxBytes !== undefined) limitSize(database, request.sizeMaxBytes);
      const file = new SqliteFile(database, takeOver(database, request));
      return { file, report: file.#report() };
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Throws a fault of the file, after which it cannot be used before it is opened again. */
  run(request: BatchRequest): BatchAnswer {
    const answer = this.#read(request);
    try {
      return { ...answer, ...this.#transaction(request) };
    } catch (error) {
      const fault = toStoreFault(error);
      if (fault.kind === "refused") return { ...answer, ...this.#oneByOne(request) };
      if (fault.kind !== "full") throw fault;
      const outcome = { fault: { kind: fault.kind, message: fault.message } };
      const writes = request.writes.map(() => outcome);
      return { ...answer, writes, endings: outcome, accepted: outcome };
    }
  }

  close(): void {
    this.#database.close();
  }

  /** In one transaction: locks that each of them takes and gives back cost more than most of them do. */
  #read({ reads, states }: Reading): ReadingAnswer {
    if (reads.length + states.length === 0) return NOTHING_READ;
    this.#statements.get("beginReading").run();
    try {
      const answer = {
        reads: reads.map((read) => attempt(() => answerRead(this.#statements, read))),
        states: attempt(() => readStates(this.#statements, states)),
      };
      this.#statements.get("commit").run();
      return answer;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  #transaction(request: Transaction): TransactionAnswer {
    const { endings, writes, accepts } = request;
    const isEmpty = endings === undefined && writes.length === 0 && accepts === undefined;
    if (isEmpty) return nothingDone();
    this.#statements.get("beginTransaction").run();
    try {
      if (this.#statements.ownerToken() !== this.#token) {
        throw new StoreFault("taken", "another process has opened it since");
      }
      const answer = {
        endings: { value: settleAll(this.#statements, endings) },
        writes: writes.map((write) => ({ value: applyWrite(this.#statements, write) })),
        accepted: { value: acceptAll(this.#statements, accepts) },
      };
      failpoint("batch.written");
      this.#statements.get("commit").run();
      failpoint("batch.committed");
      return answer;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  /** One operation cannot work: each gets its own transaction, so that it fails alone. */
  #oneByOne(request: Transaction): TransactionAnswer {
    const alone = (part: Partial<Transaction>): TransactionAnswer =>
      this.#transaction({ ...NOTHING_TO_DO, ...part });
    const { endings, writes, accepts } = request;
    return {
      endings: attemptOutcome(() => alone({ endings }).endings),
      writes: writes.map((write) => attemptOutcome(() => alone({ writes: [write] }).writes[0]!)),
      accepted: attemptOutcome(() => alone({ accepts }).accepted),
    };
  }

  #rollback(): void {
    this.#statements.statePlaces.clear();
    try {
      // SQLite has rolled back by itself after a full disk and some I/O errors.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    } catch (error) {
      throw new StoreFault("broken", toStoreFault(error).message);
    }
  }

  #report(): OpenReport {
    return { ...this.#statements.counts(), nextTimerMs: this.#statements.nextTimerMs() };
  }
}

function attempt<T>(run: () => T): Outcome<T> {
  return attemptOutcome(() => ({ value: run() }));
}

function attemptOutcome<T>(run: () => Outcome<T>): Outcome<T> {
  try {
    return run();
  } catch (error) {
    const { kind, message } = toStoreFault(error);
    // Any other fault is the file's, and not this operation's.
    if (kind !== "full" && kind !== "refused") throw new StoreFault(kind, message);
    return { fault: { kind, message } };
  }
}

/** Made anew each time: its arrays leave the thread. */
function nothingDone(): TransactionAnswer {
  const accepted = { value: new Float64Array(0) };
  return { endings: { value: new Uint8Array(0) }, writes: [], accepted };
}

function assertDurable(database: DatabaseSync): void {
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -${CACHE_KIB};`,
  );
  const mode = Object.values(database.prepare("PRAGMA journal_mode").get() ?? {})[0];
  if (mode !== "wal" || pragma(database, "synchronous") !== SYNCHRONOUS_FULL) {
    throw new StoreFault("not-durable", `its journal mode is ${String(mode)}, which is not WAL`);
  }
}

function limitSize(database: DatabaseSync, sizeMaxBytes: number): void {
  const pages = Math.floor(sizeMaxBytes / pragma(database, "page_size"));
  database.exec(`PRAGMA max_page_count = ${pages}`);
}

/** Gives this opening its token, which ends what earlier openings may do. */
function takeOver(database: DatabaseSync, request: OpenRequest): number {
  database
    .prepare("UPDATE owner SET token = token + 1, pid = ?, since_ms = ? WHERE id = 1")
    .run(request.pid, request.nowMs);
  return Number(database.prepare("SELECT token FROM owner WHERE id = 1").get()?.["token"]);
}
