import { isInputFile } from "@hookgram/bot-api";
import { createHash } from "node:crypto";
import type { Logger } from "hookgram";

import { RuntimeError } from "../error.ts";
import { failpoint } from "../failpoint.ts";
import type { AttemptRef, JournalEntry, Store } from "../store/store.ts";

export interface AttemptJournalOptions {
  readonly store: Store;
  readonly attempt: AttemptRef;
  /** Entries of earlier attempts may be there. */
  readonly hasPast: boolean;
  readonly now: () => number;
  readonly logger: Logger;
  /** Rejects or throws once the attempt is over. */
  readonly assertRunning: () => void;
}

/**
 * The effects of one update: a later attempt gets the recorded results instead of repeating them.
 *
 * An effect is known by what it is and how many times the attempt has asked for the same: the second
 * `sendMessage` with the same parameters is another effect than the first, and one with another text
 * is too. So an attempt that takes another path than the one before repeats nothing that was done
 * and leaves out nothing that is new. Recorded results that it did not ask for are reported.
 *
 * Results are recorded after the effect and before the handler goes on. What was in flight when the
 * process died is not recorded, and is repeated.
 */
export class AttemptJournal {
  readonly #options: AttemptJournalOptions;
  readonly #asked = new Map<string, number>();
  #past: Promise<Map<string, JournalEntry>> | undefined;
  #hasRecorded = false;

  constructor(options: AttemptJournalOptions) {
    this.#options = options;
  }

  /** This attempt has recorded something. */
  get hasRecorded(): boolean {
    return this.#hasRecorded;
  }

  /** Gives the recorded result, or runs the effect and records its result, as JSON has it. */
  async run(name: string, effect: () => unknown): Promise<unknown> {
    this.#options.assertRunning();
    const key = this.#nextKey(name);
    const past = await this.#takePast(key);
    if (past !== undefined) return fromJson(past.value);
    this.#options.assertRunning();
    failpoint("effect.begins");
    const value = toJson(name, await effect());
    failpoint("effect.done");
    await this.#record(key, value);
    failpoint("effect.recorded");
    this.#options.assertRunning();
    return fromJson(value);
  }

  /** Recorded effects that this attempt has not asked for. */
  async unused(): Promise<readonly string[]> {
    return this.#past === undefined ? [] : [...(await this.#past).keys()];
  }

  #nextKey(name: string): string {
    const times = (this.#asked.get(name) ?? 0) + 1;
    this.#asked.set(name, times);
    return times === 1 ? name : `${name}#${times}`;
  }

  async #takePast(key: string): Promise<JournalEntry | undefined> {
    if (!this.#options.hasPast) return undefined;
    const past = await (this.#past ??= this.#readPast());
    const entry = past.get(key);
    past.delete(key);
    return entry;
  }

  async #readPast(): Promise<Map<string, JournalEntry>> {
    const entries = await this.#options.store.journal(this.#options.attempt.seq);
    return new Map(entries.filter(({ kind }) => kind === "result").map((it) => [it.key, it]));
  }

  /**
   * The effect has happened, so a record that fails does not fail the attempt: the commit at its
   * end waits for the store anyway, and only if the process dies before is the effect repeated.
   */
  async #record(key: string, value: string | undefined): Promise<void> {
    const { store, attempt, now, logger } = this.#options;
    this.#hasRecorded = true;
    const entry = { key, attempt: attempt.attempt, kind: "result", value, atMs: now() } as const;
    try {
      await store.record(attempt, entry);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      logger.warn({ seq: attempt.seq, effect: key, code: error.code }, "an effect is not recorded");
    }
  }
}

/** The name of an API call in the journal: the method and what it is asked to do. */
export function callName(method: string, params: unknown): string {
  const text = JSON.stringify(params, (_key, value: unknown) =>
    isInputFile(value) ? { file: (value as { readonly name?: string }).name } : value,
  );
  return `${method}:${createHash("sha256").update(text).digest("base64url").slice(0, 22)}`;
}

function toJson(name: string, value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TypeError(`the result of ${name} cannot be kept as JSON: ${reason}`);
  }
}

function fromJson(text: string | undefined): unknown {
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
