import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { Clock } from "@hookgram/bot-api";
import type { DirectorySnapshot } from "./delivery/bot-directory.ts";
import { lockSnapshot } from "./snapshot-lock.ts";
import { EmulatorError } from "./world/emulator-error.ts";

/** Everything that an emulator remembers, as JSON. Tokens are in it as digests only. */
export interface TelegramSnapshot {
  readonly version: 1;
  /** Queues, webhooks and `allowed_updates` of the bots. */
  readonly bots: DirectorySnapshot;
  /** People, chats, messages and files, in the world's own text form. */
  readonly world: string;
  /** How far its time was ahead of real time: somebody had let hours pass. Default 0. */
  readonly ahead_ms?: number;
}

/** The format that is written and read. */
const SNAPSHOT_VERSION = 1;

interface KeptSnapshot extends TelegramSnapshot {
  /** Whether the emulator had stopped, so that nothing happened after this was written. */
  readonly closed?: boolean;
}

export interface SnapshotFileOptions {
  /** Real time: a paused emulator is saved too. */
  readonly clock: Clock;
  readonly take: () => TelegramSnapshot;
  /** Gets one line when saving begins to fail; it is tried again until it works. */
  readonly warn: (line: string) => void;
}

/**
 * A change is written soon after it happened, and saving takes at most a twentieth of the time:
 * a large world is saved less often, down to every two seconds.
 */
const SAVE_AFTER_MIN_MS = 50;
const SAVE_AFTER_MAX_MS = 2_000;
const SAVE_SHARE = 20;

/** More update ids than can have been given out since the last save before a crash. */
const LOST_IDS_MAX = 10_000;

/**
 * Keeps a snapshot in a file: written whole under another name and then renamed, so that the file
 * is never half of one. A crash loses what happened since the last save, two seconds at most.
 *
 * States: open (the file belongs to this process) → closed.
 *
 * **Invariant:** no update id is given out twice, also when those of the last moments were lost: a
 * bot that had handled them would take the new updates for repetitions.
 */
export class SnapshotFile {
  readonly #path: string;
  readonly #options: SnapshotFileOptions;
  readonly #lock: { release(): void };
  #cancel: (() => void) | undefined;
  #saveAfterMs = SAVE_AFTER_MIN_MS;
  #isFailing = false;
  #isClosed = false;

  /** @throws {EmulatorError} `snapshot-in-use`, or `snapshot-file` when it cannot be written. */
  constructor(path: string, options: SnapshotFileOptions) {
    this.#path = path;
    this.#options = options;
    this.#lock = lockSnapshot(path);
  }

  /**
   * What the file holds; undefined when there is no such file.
   * @throws {EmulatorError} `bad-world` when it is not a snapshot of this version.
   */
  read(): TelegramSnapshot | undefined {
    const text = readIfPresent(this.#path);
    if (text === undefined) return undefined;
    const parsed = parse(text);
    if ("problem" in parsed) {
      const line = `${this.#path} ${parsed.problem}; move it away to begin anew`;
      throw new EmulatorError("bad-world", line);
    }
    const { kept } = parsed;
    return kept.closed === true ? kept : skipLostIds(kept);
  }

  /** Notes that something changed. */
  touch(): void {
    if (this.#isClosed) return;
    this.#cancel ??= this.#options.clock.after(this.#saveAfterMs, () => this.#saveOrWarn());
  }

  /** Writes the snapshot now. @throws {EmulatorError} `snapshot-file`. */
  save(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const { clock, take } = this.#options;
    const startedMs = clock.monotonic();
    this.#write({ ...take(), closed: this.#isClosed });
    const wishedMs = (clock.monotonic() - startedMs) * SAVE_SHARE;
    this.#saveAfterMs = Math.min(SAVE_AFTER_MAX_MS, Math.max(SAVE_AFTER_MIN_MS, wishedMs));
  }

  /** Writes the snapshot for the last time, and lets others have the file. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.save();
    } finally {
      this.#lock.release();
    }
  }

  /** Lets others have the file, as it is. */
  abandon(): void {
    this.#isClosed = true;
    this.#cancel?.();
    this.#lock.release();
  }

  #saveOrWarn(): void {
    try {
      this.save();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) {
        this.#options.warn(`${(error as Error).message}; it is tried again every two seconds`);
      }
      this.#isFailing = true;
      this.#saveAfterMs = SAVE_AFTER_MAX_MS;
      this.touch();
    }
  }

  #write(snapshot: KeptSnapshot): void {
    const unfinished = `${this.#path}.new`;
    try {
      // Webhook secrets are in it, so that nobody but the owner may read it.
      writeFileSync(unfinished, JSON.stringify(snapshot), { mode: 0o600 });
      renameSync(unfinished, this.#path);
    } catch (error) {
      rmSync(unfinished, { force: true });
      const { code = "unknown error" } = error as NodeJS.ErrnoException;
      throw new EmulatorError("snapshot-file", `${this.#path} cannot be written (${code})`);
    }
  }
}

function skipLostIds(snapshot: TelegramSnapshot): TelegramSnapshot {
  const bots = snapshot.bots.map((bot) => {
    const { next_id: nextId } = bot.queue;
    // 0 stands for a queue that was never used: its first id is drawn at random.
    const safeId = nextId === 0 ? 0 : nextId + LOST_IDS_MAX;
    return { ...bot, queue: { ...bot.queue, next_id: safeId } };
  });
  return { ...snapshot, bots };
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new EmulatorError("snapshot-file", `${path} cannot be read (${code ?? "unknown error"})`);
  }
}

function parse(text: string): { readonly kept: KeptSnapshot } | { readonly problem: string } {
  try {
    const kept = JSON.parse(text) as KeptSnapshot;
    const version: unknown = kept.version;
    if (typeof version === "number" && version !== SNAPSHOT_VERSION) {
      const age = version < SNAPSHOT_VERSION ? "an older" : "a newer";
      const versions = `it has format ${version}, this one reads ${SNAPSHOT_VERSION}`;
      return { problem: `is a snapshot of ${age} emulator (${versions})` };
    }
    const isSnapshot = version === SNAPSHOT_VERSION && Array.isArray(kept.bots);
    if (isSnapshot && typeof kept.world === "string") return { kept };
  } catch {
    // Not even JSON.
  }
  return { problem: "is not a snapshot of the emulator" };
}
