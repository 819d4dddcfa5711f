import type { StateRecord } from "hookgram";

import type { LogEntry } from "./log-event.ts";
import { applyPatch } from "./state-patch.ts";

/** An API call that a conversation has seen. */
export interface TranscriptCall {
  /** The number under which the update was handled first. */
  readonly seq: number;
  readonly key: string;
  readonly method: string;
  readonly params: unknown;
  readonly messageId: number | undefined;
  /** Of the entry in which it is first said. */
  readonly atMs: number;
}

/** What the log says about a conversation. */
export interface FoldedConversation {
  /** The states that are stored now, by key. */
  readonly states: ReadonlyMap<string, StateRecord>;
  /** When the timers are due that sleep now, by key. */
  readonly timers: ReadonlyMap<string, number>;
  /** The calls that were answered, each once however many attempts have asked for it. */
  readonly calls: readonly TranscriptCall[];
}

/**
 * Builds what a conversation has come to from its log, in the order of the log. It is complete as far
 * as the log is: what retention has removed is not there.
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
        // What it grew out of was removed: nothing is known until it is written in full again.
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
