import type { Clock } from "@hookgram/bot-api";
import type { DispatchOutcome, Logger } from "hookgram";

import { failpoint } from "../failpoint.ts";
import type { LaneItem } from "../lanes/lane.ts";
import type { LogLevel } from "../event-log/attempt-log.ts";
import { Deadlines } from "../deadlines.ts";
import type { Ending, Store } from "../store/store.ts";
import type { TimerRef } from "../store/timer-store.ts";
import { Attempt } from "./attempt.ts";
import { AttemptRun, type RunShared } from "./attempt-run.ts";
import type { EngineBot } from "./engine.ts";
import { recordLeftovers, toUndecided } from "./ambiguous-effects.ts";
import { errorText } from "../error-text.ts";
import { retryDelayMs } from "../retry-delay.ts";
import type { LaneOf } from "./lane-of.ts";
import { parseContent } from "./parse-content.ts";
import { toEmits } from "./to-new-update.ts";
import { timerOf, toTimerWrites } from "./timer-updates.ts";
import { SeenContents } from "./seen-contents.ts";
import { Slots } from "../slots.ts";
import type { StateCache } from "./state-cache.ts";

export interface AttemptRunnerOptions {
  readonly store: Store;
  readonly states: StateCache;
  readonly bots: ReadonlyMap<number, EngineBot>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly attemptsMax: number;
  readonly attemptTimeoutMs: number;
  /** 0: messages are not compared by content. */
  readonly contentWindowMs: number;
  readonly retryDelayMs: number;
  readonly retryDelayMaxMs: number;
  /** See `AttemptJournalOptions.doubted`. */
  readonly doubted: (kind: "repeated" | "unknown") => void;
  readonly eventLog: LogLevel;
  /** Names the lane of an event that does not name one itself. */
  readonly laneOf: LaneOf;
}

/**
 * Runs attempts and tells how each of them ended.
 *
 * An attempt ends with its handler, at its deadline, or when the runner is told to abort it. After a
 * deadline or an abort the handler may go on, but nothing that it does then counts.
 */
export class AttemptRunner {
  readonly #options: AttemptRunnerOptions;
  readonly #shared: RunShared;
  readonly #contents: SeenContents | undefined;

  constructor(options: AttemptRunnerOptions) {
    this.#options = options;
    const { store, contentWindowMs } = options;
    if (contentWindowMs > 0) this.#contents = new SeenContents(store, contentWindowMs);
    const { clock, attemptTimeoutMs } = options;
    this.#shared = {
      clock,
      attemptTimeoutMs,
      deadlines: new Deadlines(clock, attemptTimeoutMs),
      running: new Slots(),
      toFailure: (attempt, item, error) => this.#toFailure(attempt, item, error),
      record: (item, entries) => recordLeftovers(item, entries, options),
    };
  }

  /** Never rejects. */
  run(item: LaneItem): Promise<Ending> {
    failpoint("attempt.counted");
    let attempt: Attempt;
    try {
      attempt = this.#prepare(item);
    } catch (error) {
      const ending = { to: "parked", reason: "unparsable", error: errorText(error) } as const;
      return Promise.resolve(ending);
    }
    item.limits = undefined;
    return new Promise((resolve) => {
      const run = new AttemptRun(this.#shared, attempt, item, resolve);
      this.#handle(attempt, item).then(
        (ending) => run.end(ending),
        (error: unknown) => run.fail(error),
      );
    });
  }

  /** The ending of the attempt that was counted last, which failed with `error`: retry or park. */
  toFailure(item: LaneItem, error: unknown): Ending {
    const options = { ...this.#options, ...item.limits };
    const { attemptsMax, clock, logger } = options;
    const { seq, botId, updateId, attempts: attempt } = item;
    const text = errorText(error);
    const fields = { seq, botId, updateId, attempt, attemptsMax, error: text };
    if (attempt >= attemptsMax) {
      logger.error(fields, "parked an update after its last attempt failed");
      return { to: "parked", reason: "failed", error: text };
    }
    const delayMs = retryDelayMs(attempt, error, options);
    logger.warn({ ...fields, retryInMs: Math.round(delayMs) }, "an attempt failed");
    return { to: "retry", error: text, retryAtMs: Math.round(clock.now() + delayMs) };
  }

  #toFailure(attempt: Attempt, item: LaneItem, error: unknown): Ending {
    const { undecidedEffects } = attempt;
    if (undecidedEffects.length === 0) return this.toFailure(item, error);
    return toUndecided(item, undecidedEffects, { error, logger: this.#options.logger });
  }

  /** Aborts every running attempt, or those of one bot; they do not count. Returns how many. */
  abortAll(botId?: number): number {
    const all = this.#shared.running.members();
    const runs = botId === undefined ? all : all.filter((run) => run.botId === botId);
    for (const run of runs) run.abort();
    return runs.length;
  }

  /** Lets the timer of the deadlines end with the last attempt. */
  leave(): void {
    this.#shared.deadlines.leave();
  }

  /** @throws SyntaxError when the update is not JSON. */
  #prepare(item: LaneItem): Attempt {
    const { store, states, bots, clock, logger, attemptsMax, doubted, eventLog } = this.#options;
    return new Attempt({
      bot: bots.get(item.botId)!,
      update: parseContent(item.content),
      seq: item.seq,
      attempt: item.attempts,
      attemptsMax,
      hasPast: item.journaled,
      hasGaps: item.interrupted > 0,
      store,
      states,
      logger,
      now: () => clock.now(),
      eventLog,
      doubted,
    });
  }

  async #handle(attempt: Attempt, item: LaneItem): Promise<Ending> {
    const { bots, logger } = this.#options;
    if (item.journaled) {
      await attempt.readPast();
      const { undecidedEffects } = attempt;
      if (undecidedEffects.length > 0) return toUndecided(item, undecidedEffects, { logger });
    }
    const timer = timerOf(item, attempt.update);
    if (timer !== undefined && !(await this.#isSet(timer))) return NOTHING_DONE;
    const content = this.#contents && (await this.#contents.look(attempt.update, item));
    if (content?.status === "seen") return toDuplicate(item, content.updateId, logger);
    // Its time may have been over while the store was read; what is returned then is ignored.
    if (attempt.isOver) return NOTHING_DONE;
    const outcome = await bots.get(item.botId)!.handler.handle(attempt);
    const effects = attempt.unusedEffects;
    if (effects.length > 0) {
      const fields = { seq: item.seq, attempt: item.attempts, effects };
      logger.warn(fields, "an attempt took another path than the one before");
    }
    const done = { to: "done", handler: handlerName(outcome) } as const;
    const touched = attempt.touched?.writes() ?? [];
    const writes = content === undefined ? touched : [...touched, content.mark];
    return { ...done, writes, ...this.#toStore(attempt, item), ...(timer && { fired: timer }) };
  }

  /** Whether the timer was neither cancelled nor set again since it fell due. */
  async #isSet({ key, generation }: TimerRef): Promise<boolean> {
    return (await this.#options.store.timers.generation(key)) === generation;
  }

  /** What the attempt leaves behind for later: events, sends and timers. */
  #toStore(attempt: Attempt, item: LaneItem): Pick<Done, "emits" | "timers" | "outbox"> {
    const { emissions, stagedTimers, outboxEnding: outbox } = attempt;
    return {
      ...(emissions && { emits: toEmits(emissions, item, this.#options) }),
      ...(outbox && { outbox }),
      ...(stagedTimers && { timers: toTimerWrites(stagedTimers, item, this.#options.laneOf) }),
    };
  }
}

type Done = Extract<Ending, { to: "done" }>;

/** For example, because its timer was cancelled or set again before the update's turn came. */
const NOTHING_DONE: Ending = { to: "done", handler: undefined, writes: [] };

function toDuplicate({ seq, botId, updateId }: LaneItem, of: number, logger: Logger): Ending {
  const fields = { seq, botId, updateId, duplicateOf: of };
  logger.info(fields, "left out a message that was handled under another update id");
  return { to: "done", handler: `duplicate of update ${of}`, writes: [], duplicateOf: of };
}

function handlerName(outcome: DispatchOutcome): string | undefined {
  return outcome.status === "handled" ? outcome.handler : undefined;
}
