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
  /** Whether there may be entries of earlier attempts. */
  readonly hasPast: boolean;
  /** Whether a process died in an earlier attempt: what it did last may not be recorded. */
  readonly hasGaps: boolean;
  readonly now: () => number;
  readonly logger: Logger;
  /** Rejects or throws once the attempt is over. */
  readonly assertRunning: () => void;
  /**
   * Called when an effect is in doubt. `repeated`: it is about to be done and may have been done
   * before. `unknown`: it has ended, and nobody knows whether it happened.
   */
  readonly doubted: (kind: "repeated" | "unknown") => void;
}

/** An effect as the handler asks for it. */
export interface Effect {
  readonly name: string;
  readonly run: () => unknown;
  readonly ambiguous: WhenAmbiguous;
  /** Whether doing it twice is the same as doing it once. */
  readonly isHarmless?: boolean;
  /**
   * Reserves the answer to Telegram's request for the effect, whose result is then never known. It
   * returns a function that carries the effect out, or undefined when no answer can carry it.
   */
  readonly reply?: (() => (() => Promise<ReplyOutcome>) | undefined) | undefined;
}

/** The recorded value of an effect that went out as a webhook reply. */
const REPLIED = JSON.stringify({ by: "webhook reply" });

/**
 * The effects of one update. A later attempt gets their recorded results and does not repeat them.
 *
 * An effect is identified by what it does and by how often the attempt has asked for the same before:
 * a second `sendMessage` with the same parameters is a different effect from the first, and so is one
 * with another text. An attempt that takes another path than the one before therefore repeats
 * nothing that was done and skips nothing that is new. Recorded results that it does not ask for are
 * reported. An effect that failed is not counted: asked for again, it is the same effect.
 *
 * A result is recorded after its effect and before the handler goes on. If the process died meanwhile,
 * or the effect ended with an error that is `ambiguous`, nobody knows whether it happened. It is then
 * done again, with a warning, and recorded as `repeated`; but with `ambiguous: "park"` its intent is
 * recorded first, and an intent without an end is left for a person to decide.
 *
 * An effect that goes out as a webhook reply is recorded as `unknown` before a byte of it is written,
 * and never repeated. It becomes a `result` once the whole answer was written, and `failed` if the
 * attempt ended before the first byte.
 */
export class AttemptJournal {
  readonly #options: AttemptJournalOptions;
  /** The keys of effects that the attempt has asked for, except those that failed. */
  readonly #asked = new Set<string>();
  /** The effects that are in flight, with what is to happen to them if the attempt ends now. */
  readonly #inFlight = new Map<string, WhenAmbiguous>();
  /** The entries of earlier attempts, and those of effects that failed in this one. */
  readonly #known = new Map<string, JournalEntry>();
  #reading: Promise<void> | undefined;
  /** What is to be recorded if the attempt ends now, by key. */
  readonly #unrecorded = new Map<string, JournalEntry>();
  #hasRecorded = false;

  constructor(options: AttemptJournalOptions) {
    this.#options = options;
  }

  /** Whether this attempt has recorded anything. */
  get hasRecorded(): boolean {
    return this.#hasRecorded;
  }

  /** Returns the recorded result, or runs the effect and records its result, as JSON carries it. */
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
   * Carries the effect out as a webhook reply; false when it cannot be. Never used for effects that a
   * person may have to decide about, nor for those that may have been done before: they are marked
   * as `repeated`, which takes a call.
   */
  async #reply({ reply, ambiguous }: Effect, key: string): Promise<boolean> {
    const write = ambiguous === "park" ? undefined : reply?.();
    if (write === undefined) return false;
    failpoint("reply.taken");
    await this.#noteReply(key);
    failpoint("reply.noted");
    const outcome = await write();
    failpoint("reply.written");
    if (outcome === "gone") await this.#record(this.#entry(key, "failed"));
    else if (outcome === "written") await this.#record(this.#entry(key, "result", REPLIED));
    else this.#doubt(key, "a webhook reply may have been read or not", "unknown");
    failpoint("reply.recorded");
    this.#options.assertRunning();
    return outcome !== "gone";
  }

  /** If this rejects, or the attempt ends before it resolves, no byte of the reply is written. */
  async #noteReply(key: string): Promise<void> {
    const { store, attempt, assertRunning } = this.#options;
    this.#hasRecorded = true;
    this.#unrecorded.set(key, this.#entry(key, "failed"));
    try {
      const noted = await store.record(attempt, this.#entry(key, "unknown", REPLIED));
      assertRunning();
      if (noted === "fenced") throw fenced();
    } catch (error) {
      this.#asked.delete(key);
      throw error;
    }
    this.#unrecorded.delete(key);
  }

  /** Reads the entries of earlier attempts, once. The getters below need them. */
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

  /** The ends of effects that could not be recorded. */
  get unrecorded(): readonly JournalEntry[] {
    return [...this.#unrecorded.values()];
  }

  /** What is still to be recorded, so that the next attempt knows what this one may have done. */
  get leftovers(): readonly JournalEntry[] {
    const unknown = this.#cutOff("repeat").map((key) => this.#entry(key, "unknown"));
    return [...unknown, ...this.unrecorded];
  }

  /** The effects in flight that are repeated, or parked, if the attempt ends now. */
  #cutOff(kind: WhenAmbiguous): readonly string[] {
    return [...this.#inFlight].flatMap(([key, ambiguous]) => (ambiguous === kind ? [key] : []));
  }

  /** The effect's key: its name, and a number unless it is the first with this name. */
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

  /** Rejects when the effect must not happen. Asking for it again asks for the same effect. */
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
    // The journal says nothing of an effect that may be repeated and has not happened.
    if (ambiguous === "repeat" && !isUnknown) return void this.#inFlight.delete(key);
    const kind = !isUnknown ? "failed" : ambiguous === "park" ? "intent" : "unknown";
    const entry = this.#entry(key, kind);
    this.#known.set(key, entry);
    if (isUnknown) this.#doubt(key, "an effect may have happened or not", "unknown");
    if (kind !== "intent") await this.#record(entry);
    this.#inFlight.delete(key);
  }

  /**
   * A record that fails does not fail the attempt, because the effect has happened. The commit at the
   * end waits for the store anyway; the effect is repeated only if the process dies before that.
   */
  async #record(entry: JournalEntry): Promise<void> {
    const { store, attempt, logger } = this.#options;
    this.#hasRecorded = true;
    try {
      await store.record(attempt, entry);
      this.#unrecorded.delete(entry.key);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      this.#unrecorded.set(entry.key, entry);
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

/** A `BotApiError` says so when the answer was lost; errors of others may say it, too. */
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
    // The effect has happened, although its result cannot be kept.
    throw Object.assign(new TypeError(message), { ambiguous: true });
  }
}

function fromJson(text: string | undefined): unknown {
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
