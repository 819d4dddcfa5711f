import { mkdirSync, realpathSync } from "node:fs";
import { dirname, join, basename } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { RuntimeError } from "../../error.ts";

/**
 * Keeps every other process away from a store.
 *
 * The lock is an exclusive SQLite transaction on an empty file beside the store's: the operating
 * system drops it when the process ends, however it ends, so nothing stale is ever left. It is not
 * on the store's own file, which others may read and back up.
 */
export class OwnerLock {
  readonly #holder: DatabaseSync;

  private constructor(holder: DatabaseSync) {
    this.#holder = holder;
  }

  /** @throws RuntimeError `store-in-use` or `store-unavailable`. */
  static take(path: string): OwnerLock {
    let holder: DatabaseSync | undefined;
    try {
      mkdirSync(dirname(path), { recursive: true });
      holder = new DatabaseSync(`${resolveFile(path)}-owner`, { timeout: 0 });
      holder.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
      return new OwnerLock(holder);
    } catch (error) {
      holder?.close();
      if ((error as { readonly errcode?: unknown }).errcode === 5) throw inUse(path);
      const cause = error instanceof Error ? error.message : String(error);
      throw new RuntimeError("store-unavailable", `cannot open the store ${path}: ${cause}`);
    }
  }

  /** Doing it again changes nothing: a start that failed releases it, and so does closing then. */
  release(): void {
    if (this.#holder.isOpen) this.#holder.close();
  }
}

/** The same file under another name, such as a link to it, has the same lock. */
function resolveFile(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return join(realpathSync(dirname(path)), basename(path));
  }
}

function inUse(path: string): RuntimeError {
  const owner = describeOwner(path);
  const repair = "stop it, or give this one another path";
  return new RuntimeError("store-in-use", `the store ${path} belongs to ${owner}; ${repair}`);
}

function describeOwner(path: string): string {
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    try {
      const row = database.prepare("SELECT pid FROM owner WHERE id = 1").get();
      return row === undefined ? "another process" : `process ${String(row["pid"])}`;
    } finally {
      database.close();
    }
  } catch {
    return "another process";
  }
}
