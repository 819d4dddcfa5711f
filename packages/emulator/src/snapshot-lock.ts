import { accessSync, constants, mkdirSync } from "node:fs";
import path from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { EmulatorError } from "./world/emulator-error.ts";

/** SQLite's number for a lock that somebody else holds. */
const SQLITE_BUSY = 5;

/**
 * Keeps a second emulator away from a snapshot file: each would overwrite what the other saved, and
 * both would deliver the same updates.
 *
 * The lock is an exclusive SQLite transaction on an empty file beside the snapshot: the operating
 * system drops it when the process ends, however it ends, so nothing stale is ever left.
 * @throws {EmulatorError} `snapshot-in-use` when it is held already, `snapshot-file` when the
 * folder cannot be written.
 */
export function lockSnapshot(file: string): { release(): void } {
  // Loaded where it is wanted: most emulators of tests keep nothing.
  const sqlite = process.getBuiltinModule("node:sqlite");
  let holder: DatabaseSync | undefined;
  try {
    const folder = path.dirname(file);
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    holder = new sqlite.DatabaseSync(`${file}-owner`, { timeout: 0 });
    holder.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    holder?.close();
    throw toFailure(file, error as FileError);
  }
  const held = holder;
  return { release: () => void (held.isOpen && held.close()) };
}

/** What `node:fs` throws, and what `node:sqlite` throws. */
type FileError = NodeJS.ErrnoException & { readonly errcode?: number };

function toFailure(file: string, error: FileError): EmulatorError {
  if (error.errcode === SQLITE_BUSY) {
    return new EmulatorError("snapshot-in-use", `${file} is in use by another local Telegram`);
  }
  const reason = error.errcode === undefined ? error.code : error.message;
  return new EmulatorError("snapshot-file", `${file} cannot be written (${reason})`);
}
