import type { StateRecord } from "hookgram";

import type { StatePatch } from "./state-patch.ts";

/** The version of the format in which events are written now. */
export const LOG_VERSION = 2;

/**
 * One thing that happened to an update, during the attempt of its entry unless it has a time of its
 * own. Times are milliseconds since the epoch. Keys are those of the journal, the states and the timers.
 */
export type LogEvent =
  /** In the entry of the first attempt. */
  | { readonly type: "accepted"; readonly atMs: number; readonly updateId?: number }
  /** `kind` is missing if the update came from the store as bytes. */
  | { readonly type: "attempt"; readonly attempt: number; readonly kind?: string }
  /** An API call that was made, or whose recorded result was used. With `error`: it failed. */
  | {
      readonly type: "call";
      readonly key: string;
      readonly method: string;
      /** Missing if the entry would be larger than 64 KiB. */
      readonly params?: unknown;
      readonly messageId?: number;
      readonly error?: string;
    }
  | { readonly type: "step"; readonly key: string; readonly error?: string }
  /** A state that was entered, updated or, with `null`, left. */
  | { readonly type: "state"; readonly key: string; readonly record: StateRecord | null }
  /** A state that was updated and has grown, by its difference from the one before. */
  | ({ readonly type: "grown"; readonly key: string } & StatePatch)
  /** A timer that was set or, with `null`, cancelled. */
  | { readonly type: "timer"; readonly key: string; readonly dueAtMs: number | null }
  /** The timer whose update this was has ended. */
  | { readonly type: "fired"; readonly key: string }
  | { readonly type: "emitted"; readonly lane: string; readonly key?: string }
  /** The number of changes that the attempt made to the outbox. */
  | { readonly type: "outbox"; readonly changes: number }
  /** The attempt failed, and another one follows. */
  | { readonly type: "failed"; readonly error: string; readonly retryAtMs: number }
  /** Without a handler, none wanted the update. */
  | { readonly type: "done"; readonly handler?: string }
  | { readonly type: "parked"; readonly reason: string; readonly error: string }
  | { readonly type: "expired" }
  /** A dead letter was put back, under a new number. */
  | { readonly type: "replayed"; readonly fromSeq: number; readonly atMs: number };

/** The events of one attempt, or of one repair. */
export interface LogEntry {
  /** The entry's place in the log, for `LogQuery.after`. */
  readonly cursor: string;
  /** The update's number; a replay gives it a new one. */
  readonly seq: number;
  readonly lane: string;
  /** When it was committed, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly events: readonly LogEvent[];
}
