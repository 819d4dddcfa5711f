import type { Json, StateRecord } from "../dispatch/invocation.ts";
import type { Turn } from "./transcript.ts";

/** What is stored of a conversation between two of its updates. */
export interface TalkRecord {
  /** The form of this record; see {@link FORM}. */
  readonly form: number;
  readonly input?: Json | undefined;
  readonly turns: readonly Turn[];
  readonly wait: StoredWait;
}

/** What it waits for, as far as this can be told without its function. */
export interface StoredWait {
  /** The kinds that may answer. */
  readonly kinds: readonly string[];
  /** Whether a message that is no answer is to be spoken to. */
  readonly asksAgain: boolean;
  /** Answers that did not fit. */
  readonly tries: number;
  /** Milliseconds since the epoch. */
  readonly dueAtMs?: number | undefined;
}

/** To be raised when earlier records cannot be read any more. */
const FORM = 1;

/** Makes a record. */
export function toRecord(record: Omit<TalkRecord, "form">): TalkRecord {
  return { form: FORM, ...record };
}

/** What a stored record holds; undefined for one of another form. */
export function readRecord({ data }: StateRecord): TalkRecord | undefined {
  const record = data as unknown as TalkRecord;
  return record.form === FORM ? record : undefined;
}

/** What takes most of a record: the name of an effect and the bytes of its result. */
export function largestOf({ turns }: TalkRecord): string {
  let largest = { name: "its updates", bytes: 0 };
  for (const { done } of turns)
    for (const effect of done) {
      const bytes = bytesOf(effect);
      if (bytes > largest.bytes) largest = { name: effect.name, bytes };
    }
  return `${largest.name} (${largest.bytes})`;
}

/** The size of a value as JSON in UTF-8. */
export function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
