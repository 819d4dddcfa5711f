import { isInputFile } from "@hookgram/bot-api";
import { createHash } from "node:crypto";
import type { Logger, WhenAmbiguous } from "hookgram";

import { RuntimeError } from "../error.ts";
import { failpoint } from "../failpoint.ts";
import type { ReplyOutcome } from "../webhook-reply/webhook-replies.ts";
import { ANY_EFFECT, type AttemptRef, type JournalEntry, type Store } from "../store/store.ts";

export interface AttemptJournalOptions {
  readonly store: Store;
  readonly attempt: AttemptRef;
  /** Entries of earlier attempts may be there. */
  readonly hasPast: boolean;
  /** A process died in an earlier attempt: what it did last is not recorded. */
  readonly hasGaps: boolean;
  readonly now: () => number;
  readonly logger: Logger;
  /** Rejects or throws once the attempt is over. */
  readonly assertRunning: () => void;
  /**
   * `repeated`: an effect is about to be done that may have been done before. `unknown`: one has
   * ended, and nobody knows whether it happened.
   */
  readonly doubted: (kind: "repeated" | "unknown") => void;
}

/** An effect as the handler asks for it. */
export interface Effect {
  readonly name: string;
  readonly run: () => unknown;
  readonly ambiguous: WhenAmbiguous;
  /** To do it twice is the same as to do it once. */
  readonly isHarmless?: boolean;
  /**
   * Takes another way for the effect, on which nobody is told its result; undefined when there is
   * none now. Calling what it gives carries the effect out.
   */
  readonly reply?: (() => (() => Promise<ReplyOutcome>) | undefined) | undefined;
}

/** The value of an effect that was carried out by a webhook reply, whatever became of it. */
const REPLIED = JSON.stringify({ by: "webhook reply" });

/**
 * The effects of one update: a later attempt gets the recorded results instead of repeating them.
 *
 * An effect is known by what it is and how many times the attempt has asked for the same: the second
 * `sendMessage` with the same parameters is another effect than the first, and one with another text
 * is too. So an attempt that takes another path than the one before repeats nothing that was done
 * and leaves out nothing that is new. Recorded results that it did not ask for are reported. An
 * effect that failed is not counted: asked for again, it is the same effect.
 *
 * An effect that goes out as a webhook reply is recorded as `unknown` before a byte of it is written, and
 * never done again. It becomes a `result` when the answer was written whole.
 *
 * Results are recorded after the effect and before the handler goes on. Of what was in flight when the
 * process died, or ended with an error that is `ambiguous`, nobody knows whether it happened. Such an
 * effect is done again with a warning and recorded as `repeated`. One with `ambiguous: "park"` is
 * not: its intent is recorded first, and an intent without an end is for a person to decide.
 */
export class AttemptJournal {
  readonly #options: AttemptJournalOptions;
  /** Keys of effects that the attempt has asked for and that have not failed. */
  readonly #asked = new Set<string>();
  /** What an effect that is in flight would leave behind if the attempt ended now. */
  readonly #inFlight = new Map<string, WhenAmbiguous>();
  /** Entries of earlier attempts, and of effects of this one that did not end well. */
  readonly #known = new Map<string, JournalEntry>();
  #reading: Promise<void> | undefined;
  #unrecorded: JournalEntry[] = [];
  #hasRecorded = false;

  constructor(options: AttemptJournalOptions) {
    this.#options = options;
  }

  /** This attempt has recorded something. */
  get hasRecorded(): boolean {
    return this.#hasRecorded;
  }

  /** Gives the recorded result, or runs the effect and records its result, as JSON has it. */
  async run(effect: Effect): Promise<unknown> {
    this.#options.assertRunning();
    const key = this.#ask(effect.name);
    if (this.#options.hasPast) await this.readPast();
    const known = this.#known.get(key);
    if (known?.value === REPLIED) return undefined;
    if (known !== undefined && hasResult(known)) return fromJson(known.value);
    this.#options.assertRunning();
    const isDoubtful = this.#isDoubtful(effect, known);
    if (!isDoubtful && effect.reply && (await this.#reply(effect, key))) return undefined;
    const kind = isDoubtful ? "repeated" : "result";
    if (effect.ambiguous === "park") await this.#intend(key);
    if (kind === "repeated") this.#doubt(key, "an effect is done that may have happened before");
    failpoint("effect.begins");
    const value = await this.#carryOut(effect, key);
    failpoint("effect.done");
    await this.#record(this.#entry(key, kind, value));
    failpoint("effect.recorded");
    this.#inFlight.delete(key);
    this.#options.assertRunning();
    return fromJson(value);
  }

  /**
   * Whether it was carried out so. Never for effects that a person is to decide about, nor for one
   * that may have been done before: as a call it gets the mark that it needs.
   */
  async #reply({ reply, ambiguous }: Effect, key: string): Promise<boolean> {
    const write = ambiguous === "park" ? undefined : reply?.();
    if (write === undefined) return false;
    failpoint("reply.taken");
    const { store, attempt, assertRunning } = this.#options;
    this.#hasRecorded = true;
    if ((await store.record(attempt, this.#entry(key, "unknown", REPLIED))) === "fenced") {
      throw fenced();
    }
    assertRunning();
    failpoint("reply.noted");
    const outcome = await write();
    failpoint("reply.written");
    if (outcome === "gone") await this.#record(this.#entry(key, "failed"));
    else if (outcome === "written") await this.#record(this.#entry(key, "result", REPLIED));
    else this.#doubt(key, "a webhook reply may have been read or not", "unknown");
    failpoint("reply.recorded");
    assertRunning();
    return outcome !== "gone";
  }

  /** Has to be done once before the getters below tell of earlier attempts. */
  readPast(): Promise<void> {
    return (this.#reading ??= this.#readPast());
  }

  /** Recorded effects that this attempt has not asked for. */
  get unused(): readonly string[] {
    const entries = [...this.#known.values()].filter(hasResult);
    return entries.map(({ key }) => key).filter((key) => !this.#asked.has(key));
  }

  /** Effects that must not be done again before a person has decided. */
  get undecided(): readonly string[] {
    const intents = [...this.#known.values()].filter(({ kind }) => kind === "intent");
    return [...intents.map(({ key }) => key), ...this.#cutOff("park")];
  }

  /** Effects that have ended and could not be recorded. */
  get unrecorded(): readonly JournalEntry[] {
    return this.#unrecorded;
  }

  /** What has to be recorded so that the next attempt knows what this one did or may have done. */
  get leftovers(): readonly JournalEntry[] {
    const unknown = this.#cutOff("repeat").map((key) => this.#entry(key, "unknown"));
    return [...unknown, ...this.#unrecorded];
  }

  /** Effects of this kind that would be in flight still if the attempt ended now. */
  #cutOff(kind: WhenAmbiguous): readonly string[] {
    return [...this.#inFlight].flatMap(([key, ambiguous]) => (ambiguous === kind ? [key] : []));
  }

  /** The name, with a number if it is not the first of its like. */
  #ask(name: string): string {
    let key = name;
    for (let times = 2; this.#asked.has(key); times += 1) key = `${name}#${times}`;
    this.#asked.add(key);
    return key;
  }

  async #readPast(): Promise<void> {
    const entries = await this.#options.store.journal(this.#options.attempt.seq);
    for (const entry of entries) this.#known.set(entry.key, entry);
  }

  #isDoubtful({ isHarmless = false }: Effect, known: JournalEntry | undefined): boolean {
    if (isHarmless || known?.kind === "failed") return false;
    return this.#options.hasGaps || known !== undefined || this.#known.has(ANY_EFFECT);
  }

  #doubt(key: string, message: string, kind: "repeated" | "unknown" = "repeated"): void {
    const { attempt, logger, doubted } = this.#options;
    logger.warn({ ...attempt, effect: key }, message);
    doubted(kind);
  }

  /** Rejects when the effect must not happen; whoever asks once more then asks for the same one. */
  async #intend(key: string): Promise<void> {
    const { store, attempt, assertRunning } = this.#options;
    try {
      if (this.#known.get(key)?.kind === "intent") throw mayHaveHappened(key);
      this.#hasRecorded = true;
      const written = await store.record(attempt, this.#entry(key, "intent"));
      assertRunning();
      if (written === "fenced") throw fenced();
    } catch (error) {
      this.#asked.delete(key);
      throw error;
    }
  }

  async #carryOut({ name, run, ambiguous }: Effect, key: string): Promise<string | undefined> {
    this.#inFlight.set(key, ambiguous);
    try {
      return toJson(name, await run());
    } catch (error) {
      await this.#failed(key, ambiguous, error);
      throw error;
    }
  }

  async #failed(key: string, ambiguous: WhenAmbiguous, error: unknown): Promise<void> {
    this.#asked.delete(key);
    const isUnknown = isAmbiguous(error);
    // Nothing was written down about an effect that may be repeated and has not happened.
    if (ambiguous === "repeat" && !isUnknown) return void this.#inFlight.delete(key);
    const kind = !isUnknown ? "failed" : ambiguous === "park" ? "intent" : "unknown";
    const entry = this.#entry(key, kind);
    this.#known.set(key, entry);
    if (isUnknown) this.#doubt(key, "an effect may have happened or not", "unknown");
    if (kind !== "intent") await this.#record(entry);
    this.#inFlight.delete(key);
  }

  /**
   * The effect has ended, so a record that fails does not fail the attempt: the commit at its end
   * waits for the store anyway, and only if the process dies before is the effect repeated.
   */
  async #record(entry: JournalEntry): Promise<void> {
    const { store, attempt, logger } = this.#options;
    this.#hasRecorded = true;
    try {
      await store.record(attempt, entry);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      this.#unrecorded.push(entry);
      const fields = { seq: attempt.seq, effect: entry.key, code: error.code };
      logger.warn(fields, "an effect is not recorded");
    }
  }

  #entry(key: string, kind: JournalEntry["kind"], value?: string): JournalEntry {
    return { key, attempt: this.#options.attempt.attempt, kind, value, atMs: this.#options.now() };
  }
}

/** The name of an API call in the journal: the method and what it is asked to do. */
export function callName(method: string, params: unknown): string {
  const text = JSON.stringify(params, (_key, value: unknown) =>
    isInputFile(value) ? { file: (value as { readonly name?: string }).name } : value,
  );
  return `${method}:${createHash("sha256").update(text).digest("base64url").slice(0, 22)}`;
}

function hasResult({ kind }: JournalEntry): boolean {
  return kind === "result" || kind === "repeated";
}

/** What a `BotApiError` says of a lost answer; other errors may say it too. */
function isAmbiguous(error: unknown): boolean {
  return (error as { readonly ambiguous?: unknown } | null | undefined)?.ambiguous === true;
}

function mayHaveHappened(key: string): RuntimeError {
  const rule = `${key} may have happened, and is not done again because of ambiguous: "park"`;
  return new RuntimeError("ambiguous-effect", rule);
}

function fenced(): RuntimeError {
  return new RuntimeError("attempt-over", "this attempt is over: another one has begun");
}

function toJson(name: string, value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the result of ${name} cannot be kept as JSON: ${reason}`;
    // It has happened, and nobody can be told what came of it.
    throw Object.assign(new TypeError(message), { ambiguous: true });
  }
}

function fromJson(text: string | undefined): unknown {
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
