import type { StateRecord } from "hookgram";

import type { LogEntry } from "./log-event.ts";
import { applyPatch } from "./state-patch.ts";

/** An API call in a conversation. */
export interface TranscriptCall {
  /** The update's first number; replays give it new ones. */
  readonly seq: number;
  readonly key: string;
  readonly method: string;
  readonly params: unknown;
  readonly messageId: number | undefined;
  /** When the first attempt that logged the call was committed, in ms since the epoch. */
  readonly atMs: number;
}

/** What the log says about a conversation. */
export interface FoldedConversation {
  /** The states that are stored now, by key. */
  readonly states: ReadonlyMap<string, StateRecord>;
  /** When the timers that are set now are due, by key. */
  readonly timers: ReadonlyMap<string, number>;
  /** The calls that succeeded, each once, however many attempts have asked for it. */
  readonly calls: readonly TranscriptCall[];
}

/**
 * Computes the present state of a conversation from its log, whose entries must be in order. The result
 * lacks what retention has removed from the log.
 */
export function foldConversation(entries: Iterable<LogEntry>): FoldedConversation {
  const states = new Map<string, StateRecord>();
  const timers = new Map<string, number>();
  const calls = new Map<string, TranscriptCall>();
  const firstSeqs = new Map<number, number>();
  const writers = new Map<string, number>();
  for (const { seq, atMs, events } of entries) {
    for (const event of events) {
      const first = firstSeqs.get(seq) ?? seq;
      if (event.type === "replayed") {
        firstSeqs.set(seq, firstSeqs.get(event.fromSeq) ?? event.fromSeq);
      } else if (event.type === "state") {
        put(states, event.key, event.record);
        writers.set(event.key, seq);
      } else if (event.type === "grown") {
        const before = writers.get(event.key) === event.fromSeq ? states.get(event.key) : undefined;
        // If the entry before was removed, the state is unknown until it is logged in full again.
        put(states, event.key, before === undefined ? null : applyPatch(before, event));
        writers.set(event.key, seq);
      } else if (event.type === "timer") put(timers, event.key, event.dueAtMs);
      else if (event.type === "fired") timers.delete(event.key);
      else if (event.type === "call" && event.error === undefined) {
        const { key, method, params, messageId } = event;
        const call = { seq: first, key, method, params, messageId, atMs };
        if (!calls.has(`${first} ${key}`)) calls.set(`${first} ${key}`, call);
      }
    }
  }
  return { states, timers, calls: [...calls.values()] };
}

function put<T>(map: Map<string, T>, key: string, value: T | null): void {
  if (value === null) map.delete(key);
  else map.set(key, value);
}
