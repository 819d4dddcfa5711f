import {
  type AnyParams,
  type BotApi,
  type MethodName,
  type Update,
  type User,
  wrapBotApi,
} from "@hookgram/bot-api";
import {
  attemptLimits,
  type AttemptLimits,
  type EffectOptions,
  type Emission,
  type HandlerInfo,
  type Invocation,
  type Logger,
  type StagedTimer,
  type TimerSession,
  type WhenAmbiguous,
} from "hookgram";

import { AttemptLog, type CallInfo, type LogLevel } from "../event-log/attempt-log.ts";
import { RuntimeError } from "../error.ts";
import { AttemptOutbox } from "../outbox/attempt-outbox.ts";
import type { OutboxTimes, OutboxWrite } from "../store/outbox/outbox-store.ts";
import type { JournalEntry, Store } from "../store/store.ts";
import { AttemptJournal, callName, type Effect } from "./attempt-journal.ts";
import type { AttemptRun } from "./attempt-run.ts";
import type { EngineBot } from "./engine.ts";
import { storedText } from "../stored-text.ts";
import { toReplyBody } from "../webhook-reply/reply-body.ts";
import { AttemptStates } from "./attempt-states.ts";
import type { StateCache } from "./state-cache.ts";

/** What an attempt is made of. */
export interface AttemptParts {
  readonly bot: EngineBot;
  readonly update: Update;
  readonly seq: number;
  /** Its number, from 1. */
  readonly attempt: number;
  readonly attemptsMax: number;
  /** Entries of earlier attempts may be in the journal. */
  readonly hasPast: boolean;
  /** A process died in an earlier attempt. */
  readonly hasGaps: boolean;
  readonly store: Store;
  readonly states: StateCache;
  readonly logger: Logger;
  readonly now: () => number;
  readonly eventLog: LogLevel;
  /** See `AttemptJournalOptions.doubted`. */
  readonly doubted: (kind: "repeated" | "unknown") => void;
}

const NOTHING: readonly never[] = [];

/** Methods that only read: making such a call twice does no harm. */
const READS = /^get/;
/** Shown for 5 s only: it is not worth a record, and the next attempt should show it again. */
const FLEETING: MethodName = "sendChatAction";
/** More would delay the commits of others; messages to many chats are the outbox's work. */
const EMITS_MAX = 1_000;
const TIMERS_MAX = 1_000;

/**
 * One attempt as its handler sees it. Most handlers use little of it, so each part that costs
 * something is created when it is first used.
 *
 * States: running → over, whether or not the handler's promise has settled.
 *
 * **Invariant:** nothing that the handler does after the end has an effect. Calls, steps and state
 * reads reject with `attempt-over`, and a commit is refused because a newer attempt exists or the
 * update is settled.
 */
export class Attempt implements Invocation {
  readonly update: Update;
  readonly attempt: number;
  readonly now: () => number;
  readonly logger: Logger;
  /** Is told which handler takes the update, and may end the attempt then. */
  run: AttemptRun | undefined;
  #limits: AttemptLimits | undefined;
  readonly #parts: AttemptParts;
  #emissions: Emission[] | undefined;
  #timers: Map<string, StagedTimer | undefined> | undefined;
  #isOver = false;
  #overBecause: Error | undefined;
  #controller: AbortController | undefined;
  #states: AttemptStates | undefined;
  #outbox: AttemptOutbox | undefined;
  #journal: AttemptJournal | undefined;
  #api: BotApi | undefined;
  #log: AttemptLog | undefined;

  constructor(parts: AttemptParts) {
    this.#parts = parts;
    this.update = parts.update;
    this.attempt = parts.attempt;
    this.now = parts.now;
    this.logger = parts.logger;
  }

  get attemptsMax(): number {
    return this.#limits?.attemptsMax ?? this.#parts.attemptsMax;
  }

  enter(handler: HandlerInfo): void {
    const limits = attemptLimits(handler);
    const isPlain = limits === undefined && this.#limits === undefined;
    if (isPlain && this.attempt <= this.#parts.attemptsMax) return;
    // A middleware may go on after the deadline; an attempt that is over must not get a new one.
    this.#assertRunning();
    this.#limits = limits;
    this.run?.enter(limits, handler);
    this.#assertRunning();
  }

  get me(): User {
    return this.#parts.bot.me;
  }

  get emit(): (emission: Emission) => void {
    return (emission) => {
      this.#assertRunning();
      this.#emissions ??= [];
      if (this.#emissions.push(emission) <= EMITS_MAX) return;
      throw new RuntimeError("store-refused", `one attempt emits ${EMITS_MAX} events at most`);
    };
  }

  /** The events that the commit has to store; undefined when there are none. */
  get emissions(): readonly Emission[] | undefined {
    return this.#emissions;
  }

  get timers(): TimerSession {
    const write: TimerSession["write"] = (key, timer) => {
      this.#assertRunning();
      this.#timers ??= new Map();
      if (this.#timers.set(storedText(key), timer).size <= TIMERS_MAX) return;
      throw new RuntimeError("store-refused", `one attempt sets ${TIMERS_MAX} timers at most`);
    };
    return { write };
  }

  /** The timers that the commit has to set or cancel; undefined when there are none. */
  get stagedTimers(): ReadonlyMap<string, StagedTimer | undefined> | undefined {
    return this.#timers;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#overBecause !== undefined) this.#controller.abort(this.#overBecause);
    return this.#controller.signal;
  }

  get states(): AttemptStates {
    return (this.#states ??= new AttemptStates(this.#parts.states, this.#assertRunning));
  }

  get outbox(): AttemptOutbox {
    const { bot } = this.#parts;
    const sender = {
      botId: bot.id,
      ambiguous: this.#whenAmbiguous,
      priority: "interactive",
    } as const;
    return (this.#outbox ??= new AttemptOutbox(sender, this.#assertRunning));
  }

  /** The sends that the commit has to enqueue or cancel; undefined when there are none. */
  get outboxEnding(): { writes: readonly OutboxWrite[]; times: OutboxTimes } | undefined {
    const writes = this.#outbox?.writes ?? NOTHING;
    return writes.length === 0 ? undefined : { writes, times: this.#parts.store.outbox.times() };
  }

  get api(): BotApi {
    return (this.#api ??= wrapBotApi(this.#parts.bot.api, (method, params, next, options) => {
      const run = (): Promise<unknown> =>
        next(params, { ...options, signal: this.#join(options?.signal) });
      if (method === FLEETING) return this.#once(run);
      const isHarmless = READS.test(method);
      const name = callName(method, params);
      const call = this.#effects.run({
        name,
        run,
        ambiguous: options?.ambiguous ?? (isHarmless ? "repeat" : this.#whenAmbiguous),
        isHarmless,
        reply: options?.webhookReply === true ? this.#replyWith(method, params) : undefined,
      });
      return isHarmless ? call : this.#logged(call, name, { method, params });
    }));
  }

  readonly step = <T>(
    name: string,
    effect: (signal: AbortSignal) => T | Promise<T>,
    options?: EffectOptions,
  ): Promise<T> => {
    const key = storedText(`step:${name}`);
    const done = this.#effects.run({
      name: key,
      run: () => effect(this.signal),
      ambiguous: options?.ambiguous ?? this.#whenAmbiguous,
    });
    return this.#logged(done as Promise<T>, key);
  };

  /** What it has done so far, if that is logged and there is something to say. */
  get log(): AttemptLog | undefined {
    if (this.#states === undefined || this.#parts.eventLog === "off") return this.#log;
    const patches = this.#states.patches();
    if (patches.size > 0) (this.#log ??= new AttemptLog()).patches = patches;
    return this.#log;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The attempt has used its journal. */
  get hasRecorded(): boolean {
    return this.#journal?.hasRecorded === true;
  }

  /** Reads what earlier attempts did, which the getters below need. */
  async readPast(): Promise<void> {
    await this.#effects.readPast();
  }

  /** Recorded effects of earlier attempts that this one has not asked for. */
  get unusedEffects(): readonly string[] {
    return this.#journal?.unused ?? NOTHING;
  }

  /** Effects that must not be done again before a person has decided. */
  get undecidedEffects(): readonly string[] {
    return this.#journal?.undecided ?? NOTHING;
  }

  /**
   * What the next attempt has to know and is not recorded yet. After a success there may be a next
   * one as well: if the commit finds that others have changed the state, the handler runs again.
   */
  leftovers(isSuccess: boolean): readonly JournalEntry[] {
    const journal = this.#journal;
    return (isSuccess ? journal?.unrecorded : journal?.leftovers) ?? NOTHING;
  }

  /** The conversation state that the attempt has read or written; undefined when there is none. */
  get touched(): AttemptStates | undefined {
    return this.#states;
  }

  /** Ends the attempt. A reason is told to the handler by its signal. */
  end(reason?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#overBecause = reason;
    this.#parts.bot.replies?.release({ updateId: this.update.update_id });
    if (reason !== undefined) this.#controller?.abort(reason);
  }

  get #effects(): AttemptJournal {
    const { store, seq, attempt, hasPast, hasGaps, now, logger, doubted } = this.#parts;
    return (this.#journal ??= new AttemptJournal({
      store,
      attempt: { seq, attempt },
      hasPast,
      hasGaps,
      now,
      logger,
      doubted,
      assertRunning: this.#assertRunning,
    }));
  }

  get #whenAmbiguous(): WhenAmbiguous {
    return this.#limits?.ambiguous ?? this.#parts.bot.ambiguous ?? "repeat";
  }

  #logged<T>(effect: Promise<T>, name: string, call?: CallInfo): Promise<T> {
    if (this.#parts.eventLog === "off") return effect;
    this.#log ??= new AttemptLog();
    return this.#log.follow(effect, name, call);
  }

  /** A way for the call into the answer to the request that has brought the update. */
  #replyWith(method: MethodName, params: AnyParams): Effect["reply"] {
    const { replies } = this.#parts.bot;
    const body = replies === undefined ? undefined : toReplyBody(method, params);
    if (replies === undefined || body === undefined) return undefined;
    return () => {
      const write = replies.take(this.update.update_id);
      return write && (() => write(body));
    };
  }

  async #once(run: () => Promise<unknown>): Promise<unknown> {
    this.#assertRunning();
    return run();
  }

  #join(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.signal : AbortSignal.any([signal, this.signal]);
  }

  readonly #assertRunning = (): void => {
    if (!this.#isOver) return;
    const why = this.#overBecause?.message ?? "its handler has returned";
    throw new RuntimeError("attempt-over", `this attempt is over: ${why}; await what you start`);
  };
}
