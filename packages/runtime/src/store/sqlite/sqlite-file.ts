import { DatabaseSync } from "node:sqlite";

import { failpoint } from "../../failpoint.ts";
import type { Outcome } from "../group-commit.ts";
import { StoreFault } from "../store-fault.ts";
import { acceptAll } from "./accept.ts";
import type { BatchAnswer, BatchRequest, OpenReport, OpenRequest } from "./protocol.ts";
import { answerRead } from "./reads.ts";
import { prepareSchema, pragma } from "./schema.ts";
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

  /** Throws a `broken` or `taken` fault when the file cannot be used any more without opening it. */
  run(request: BatchRequest): BatchAnswer {
    const reads = request.reads.map((read) => attempt(() => answerRead(this.#statements, read)));
    try {
      return { reads, ...this.#transaction(request) };
    } catch (error) {
      const fault = toStoreFault(error);
      if (fault.kind === "refused") return { reads, ...this.#oneByOne(request) };
      if (fault.kind !== "full") throw fault;
      const outcome = { fault: { kind: fault.kind, message: fault.message } };
      return { reads, writes: request.writes.map(() => outcome), accepted: outcome };
    }
  }

  close(): void {
    this.#database.close();
  }

  #transaction(request: Omit<BatchRequest, "reads">): Omit<BatchAnswer, "reads"> {
    if (request.writes.length === 0 && request.accepts === undefined) {
      return { writes: [], accepted: { value: new Float64Array(0) } };
    }
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      if (this.#statements.ownerToken() !== this.#token) {
        throw new StoreFault("taken", "another process has opened it since");
      }
      const writes = request.writes.map((write) => ({
        value: applyWrite(this.#statements, write),
      }));
      const accepted = { value: acceptAll(this.#statements, request.accepts) };
      failpoint("batch.written");
      this.#database.exec("COMMIT");
      failpoint("batch.committed");
      return { writes, accepted };
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  /** One operation cannot work: each gets its own transaction, so that it fails alone. */
  #oneByOne(request: BatchRequest): Omit<BatchAnswer, "reads"> {
    const alone = (part: Omit<BatchRequest, "reads">): Omit<BatchAnswer, "reads"> =>
      this.#transaction(part);
    const writes = request.writes.map((write) =>
      attempt(() => {
        const [outcome] = alone({ writes: [write], accepts: undefined }).writes;
        return (outcome as { readonly value: unknown }).value;
      }),
    );
    const accepted = attempt(() => {
      const outcome = alone({ writes: [], accepts: request.accepts }).accepted;
      return (outcome as { readonly value: Float64Array<ArrayBuffer> }).value;
    });
    return { writes, accepted };
  }

  #rollback(): void {
    try {
      // SQLite has rolled back by itself after a full disk and some I/O errors.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    } catch (error) {
      throw new StoreFault("broken", toStoreFault(error).message);
    }
  }

  #report(): OpenReport {
    const { live, parked, firstLiveSeq } = this.#statements.counts();
    return { live, parked, firstLiveSeq };
  }
}

function attempt<T>(run: () => T): Outcome<T> {
  try {
    return { value: run() };
  } catch (error) {
    const { kind, message } = toStoreFault(error);
    if (kind === "broken" || kind === "taken") throw new StoreFault(kind, message);
    return { fault: { kind, message } };
  }
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
