import type { StateRecord } from "hookgram";

import type { StatePatch } from "./state-patch.ts";

/** The form in which events are written now. */
export const LOG_VERSION = 2;

/**
 * One thing that happened to an update. Times are milliseconds since the epoch; what has none
 * happened during the attempt whose entry it is in. Keys are those of the journal, the states and the
 * timers.
 */
export type LogEvent =
  /** In the entry of the first attempt. */
  | { readonly type: "accepted"; readonly atMs: number; readonly updateId?: number }
  /** `kind` is left out where the update came from the store as bytes. */
  | { readonly type: "attempt"; readonly attempt: number; readonly kind?: string }
  /** An API call that was answered, or whose recorded answer was used; with `error`, one that failed. */
  | {
      readonly type: "call";
      readonly key: string;
      readonly method: string;
      /** Left out of entries that would be larger than 64 KiB. */
      readonly params?: unknown;
      readonly messageId?: number;
      readonly error?: string;
    }
  | { readonly type: "step"; readonly key: string; readonly error?: string }
  /** A state that was entered, updated or, with `null`, left. */
  | { readonly type: "state"; readonly key: string; readonly record: StateRecord | null }
  /** A state that was updated and has grown: what is different from the one before. */
  | ({ readonly type: "grown"; readonly key: string } & StatePatch)
  /** A timer that was set or, with `null`, cancelled. */
  | { readonly type: "timer"; readonly key: string; readonly dueAtMs: number | null }
  /** The update was a timer's, and the timer has ended with it. */
  | { readonly type: "fired"; readonly key: string }
  | { readonly type: "emitted"; readonly lane: string; readonly key?: string }
  /** What the attempt did to the outbox: so many changes. */
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
  /** Names the entry's place in the log. */
  readonly cursor: string;
  /** The update's number; a replay gives it a new one. */
  readonly seq: number;
  readonly lane: string;
  /** When it was committed. */
  readonly atMs: number;
  readonly events: readonly LogEvent[];
}
