/** What is paused: a bot with all its lanes, or one lane. */
export type PauseScope = { readonly botId: number } | { readonly lane: string };

/** Handling of a scope that is held, since when and why. */
export type Pause = PauseScope & { readonly sinceMs: number; readonly note: string };

/**
 * Keeps what is paused. The store holds nothing back by itself: whoever handles has to look. All
 * who share it are told of a change by `StoreListener.pausesChanged`, within a second.
 */
export interface PauseStore {
  /** Oldest first. */
  list(): Promise<readonly Pause[]>;
  /** False when it is paused already; then nothing was changed. */
  pause(pause: Pause): Promise<boolean>;
  /** False when it is not paused. */
  resume(scope: PauseScope): Promise<boolean>;
}

/** Reads and writes for pauses, by their `op`. */
export type PauseRead = { readonly op: "pauses" };

export interface PauseReadAnswers {
  pauses: readonly Pause[];
}

export type PauseWrite =
  | { readonly op: "pause"; readonly pause: Pause }
  | { readonly op: "resume"; readonly scope: PauseScope };

export interface PauseWriteAnswers {
  pause: boolean;
  resume: boolean;
}

/** The part of a store's queue that pauses need. */
export interface PauseQueue {
  read<R extends PauseRead>(read: R): Promise<PauseReadAnswers[R["op"]]>;
  write<W extends PauseWrite>(write: W): Promise<PauseWriteAnswers[W["op"]]>;
}

/** The pauses of a store that does its work in groups. `queue` throws while it cannot be used. */
export class GroupedPauses implements PauseStore {
  readonly #queue: () => PauseQueue;

  constructor(queue: () => PauseQueue) {
    this.#queue = queue;
  }

  async list(): Promise<readonly Pause[]> {
    return this.#queue().read({ op: "pauses" });
  }

  async pause(pause: Pause): Promise<boolean> {
    return this.#queue().write({ op: "pause", pause });
  }

  async resume(scope: PauseScope): Promise<boolean> {
    return this.#queue().write({ op: "resume", scope });
  }
}

/** The scope as it is stored. */
export function scopeText(scope: PauseScope): string {
  return "lane" in scope ? `lane:${scope.lane}` : `bot:${scope.botId}`;
}

/** A row of the table `pauses`. */
export function toPause(row: Readonly<Record<string, unknown>>): Pause {
  const scope = String(row["scope"]);
  const rest = { sinceMs: Number(row["since_ms"]), note: String(row["note"]) };
  const name = scope.slice(scope.indexOf(":") + 1);
  return scope.startsWith("lane:") ? { lane: name, ...rest } : { botId: Number(name), ...rest };
}
