import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Clock } from "@hookgram/bot-api";
import type { DirectorySnapshot } from "./delivery/bot-directory.ts";
import { EmulatorError } from "./world/emulator-error.ts";

/** Everything that an emulator remembers, as JSON. Tokens are in it as digests only. */
export interface TelegramSnapshot {
  readonly version: 1;
  /** Queues, webhooks and `allowed_updates` of the bots. */
  readonly bots: DirectorySnapshot;
  /** People, chats, messages and files, in the world's own text form. */
  readonly world: string;
}

/** A change is written to the file at the latest after this time. */
const SAVE_AFTER_MS = 2_000;

/**
 * Keeps a snapshot in a file: written whole under another name and then renamed, so that the file
 * is never half of one. A crash loses at most the last two seconds.
 */
export class SnapshotFile {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #take: () => TelegramSnapshot;
  #cancel: (() => void) | undefined;
  #isClosed = false;

  /** `clock` is real time: a paused emulator is saved too. */
  constructor(path: string, clock: Clock, take: () => TelegramSnapshot) {
    this.#path = path;
    this.#clock = clock;
    this.#take = take;
  }

  /** Notes that something changed. */
  touch(): void {
    if (this.#isClosed) return;
    this.#cancel ??= this.#clock.after(SAVE_AFTER_MS, () => this.save());
  }

  /** Writes the snapshot for the last time. */
  close(): void {
    this.#isClosed = true;
    this.save();
  }

  /** Writes the snapshot now. */
  save(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const unfinished = `${this.#path}.new`;
    // Webhook secrets are in it, so that nobody but the owner may read it.
    writeFileSync(unfinished, JSON.stringify(this.#take()), { mode: 0o600 });
    renameSync(unfinished, this.#path);
  }
}

/**
 * Reads a snapshot; undefined when there is no such file.
 * @throws {EmulatorError} `bad-world` when it is not a snapshot of this version.
 */
export function readSnapshotFile(path: string): TelegramSnapshot | undefined {
  const text = readIfPresent(path);
  if (text === undefined) return undefined;
  const snapshot = parse(text);
  if (snapshot !== undefined) return snapshot;
  throw new EmulatorError("bad-world", `${path} is not a snapshot of this version of the emulator`);
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parse(text: string): TelegramSnapshot | undefined {
  try {
    const read = JSON.parse(text) as TelegramSnapshot;
    const isSnapshot = read.version === 1 && Array.isArray(read.bots);
    return isSnapshot && typeof read.world === "string" ? read : undefined;
  } catch {
    return undefined;
  }
}
