import { StoreFault } from "../store-fault.ts";

/** Primary result codes of SQLite after which the same connection can go on. */
const FULL_CODES: ReadonlySet<number> = new Set([
  5, // SQLITE_BUSY: a reader or a backup holds the file for the moment
  6, // SQLITE_LOCKED
  7, // SQLITE_NOMEM
  13, // SQLITE_FULL
]);

/** Primary result codes that say that one statement's values are at fault. */
const REFUSED_CODES: ReadonlySet<number> = new Set([
  1, // SQLITE_ERROR
  18, // SQLITE_TOOBIG
  19, // SQLITE_CONSTRAINT
  20, // SQLITE_MISMATCH
  21, // SQLITE_MISUSE
  25, // SQLITE_RANGE
]);

/** Primary result code: what a page says contradicts itself or another page. */
const CORRUPT = 11;

/** Primary result code: the first page is not that of a database. */
const NOT_A_DATABASE = 26;

const FOREIGN =
  "it is not an SQLite database, or its beginning is damaged; name another file, or restore a backup";

/** There is no way to mend it in place: the command writes down what can still be read. */
const MEND = "keep a copy, then restore a backup, or save what `sqlite3 FILE .recover` finds";

/**
 * Sorts what `node:sqlite` throws.
 * @see https://www.sqlite.org/rescode.html
 */
export function toStoreFault(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { readonly errcode?: unknown }).errcode;
  if (typeof code !== "number") return new StoreFault("refused", message);
  const primary = code & 0xff;
  if (FULL_CODES.has(primary)) return new StoreFault("full", message);
  if (REFUSED_CODES.has(primary)) return new StoreFault("refused", message);
  if (primary === NOT_A_DATABASE) return new StoreFault("incompatible", FOREIGN);
  if (primary === CORRUPT) return new StoreFault("damaged", `it is damaged (${message}); ${MEND}`);
  return new StoreFault("broken", message);
}
