import type { BotApi, Clock, Update, User } from "@hookgram/bot-api";
import type { EmitOptions, EventKind, Logger, UpdateHandler, WhenAmbiguous } from "hookgram";

import type { LogLevel } from "../event-log/attempt-log.ts";
import type { EventLog } from "../event-log/event-log.ts";
import type { Acceptance, Inbox } from "../inbox.ts";
import type { Pause } from "../store/pause-store.ts";
import type { Store } from "../store/store.ts";
import type { Outbox, OutboxOptions } from "../outbox/outbox.ts";
import type { WebhookReplies } from "../webhook-reply/webhook-replies.ts";
import type { EngineBots } from "./bot-set.ts";
import type { Operator } from "./operator.ts";

/** One bot that an engine runs. */
export interface EngineBot {
  readonly id: number;
  /** What `getMe` answered. */
  readonly me: User;
  readonly api: BotApi;
  readonly handler: UpdateHandler;
  /**
   * What happens to a call or step of which nobody knows whether it took effect, unless its own
   * options say so. Methods that only read (`get…`) are always repeated. Default `repeat`.
   */
  readonly ambiguous?: WhenAmbiguous | undefined;
  /** The requests whose answers may carry a call of the handler. Default: no answer does. */
  readonly replies?: WebhookReplies | undefined;
}

/**
 * Names the lane in which an update waits its turn: updates with the same key are handled one at a
 * time, in the order of their arrival. `null`: the update needs no order.
 */
export type LaneKey = (update: Update, botId: number) => string | null;

/** What an engine needs, and the limits that it keeps. All numbers are whole. */
export interface EngineOptions {
  /** Opened by {@link Engine.start} and closed by {@link Engine.stop}. */
  readonly store: Store;
  /** The bots that it starts with; {@link Engine.bots} adds and removes others. Ids are unique. */
  readonly bots: readonly EngineBot[];
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Gives numbers from 0 up to 1, for the jitter of retries. Default `Math.random`. */
  readonly random?: () => number;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
  /** Default: {@link conversationKey}. If it throws, that is logged, and the default is used. */
  readonly laneKey?: LaneKey;
  /**
   * Attempts at one update before it is parked, including those in which the process died. Default
   * 5, at least 1.
   */
  readonly attemptsMax?: number;
  /** Longest time that one attempt may take. Default 60,000 ms, at least 1. */
  readonly attemptTimeoutMs?: number;
  /**
   * Attempts that may run at the same moment. Default 500, at least 1: handlers mostly wait for
   * answers from elsewhere.
   */
  readonly concurrencyMax?: number;
  /**
   * Delay before the second attempt; it doubles with each further one, and up to half of it is taken
   * off at random. Default 500 ms.
   */
  readonly retryDelayMs?: number;
  /** Longest delay between two attempts, unless Telegram asks for more. Default 60,000 ms. */
  readonly retryDelayMaxMs?: number;
  /** Updates in memory at most; all others wait in the store. Default 10,000, at least 1. */
  readonly loadedMax?: number;
  /**
   * Handle button presses and inline queries even after Telegram has stopped waiting for an answer
   * to them. Default false: they are recorded as expired.
   */
  readonly handleExpired?: boolean;
  /**
   * How long a handled message is recognised by its content. The same message under a new update id
   * (same bot, kind, chat and everything in it) is then recorded as done without being handled.
   * Costs a read and a record of state for each message. Default 0 ms: only ids are compared.
   */
  readonly contentWindowMs?: number;
  /** How long the id of a settled update is remembered. Default 7 days in ms, at least 24 hours. */
  readonly dedupeWindowMs?: number;
  /** How long the bytes of a settled update are kept. Default 24 hours in ms; 0: not at all. */
  readonly payloadWindowMs?: number;
  /** Limits, retention and failure hook of the outbox. */
  readonly outbox?: OutboxOptions;
  /**
   * Which attempts are written to the event log when they end. Default `changes`: those that failed,
   * changed something, or made a call or step.
   */
  readonly eventLog?: LogLevel;
  /**
   * How long log entries are kept; those of live and parked updates stay longer. Default 30 days in
   * ms.
   */
  readonly eventLogWindowMs?: number;
}

/** How {@link Engine.stop} ended, and what it left behind. */
export interface StopReport {
  /** Attempts that were running when it was called and ended by themselves. */
  readonly finished: number;
  /** Attempts that were cut off at the deadline; their updates are handled after the next start. */
  readonly aborted: number;
  /** Live updates in the store, including those of aborted attempts. */
  readonly left: number;
}

/** What an engine is working on, and what it has done since its start. */
export interface EngineStats {
  readonly state: "new" | "starting" | "running" | "stopping" | "stopped";
  /**
   * Live updates: stored and not settled. On PostgreSQL an estimate from 100,000 on, see
   * {@link StoreStats.live}.
   */
  readonly pending: number;
  /** Attempts that run now. */
  readonly running: number;
  /** Lanes whose first update waits for its next attempt after a failure. */
  readonly retrying: number;
  /** Lanes whose first update waits because its bot or lane is paused. */
  readonly held: number;
  /** The pauses that are in force, see {@link Operator.pause}. */
  readonly paused: readonly Pause[];
  /** Dead letters, as exact as `pending`. */
  readonly parked: number;
  /** Lanes in memory. */
  readonly lanes: number;
  /** Age of the oldest live update in memory; undefined when there is none. */
  readonly oldestPendingMs: number | undefined;
  /** Updates that a handler took. This and all that follows is counted from the engine's start. */
  readonly handled: number;
  /** Updates that no handler wanted. */
  readonly unhandled: number;
  /** Updates whose turn came too late to be of use. */
  readonly expired: number;
  readonly failedAttempts: number;
  /** Updates that became dead letters. */
  readonly parkedNow: number;
  /** Updates that were delivered again. */
  readonly duplicates: number;
  /** Messages that had been handled under another update id, see `contentWindowMs`. */
  readonly contentDuplicates: number;
  /** Commits that were tried again because another lane changed the same state. */
  readonly stateConflicts: number;
  /** Timers that this process has turned into updates. */
  readonly timersFired: number;
  /** Effects whose answer was lost, so that nobody knows whether they happened. */
  readonly unknownEffects: number;
  /** Effects that were carried out although an earlier attempt may have done so already. */
  readonly repeatedEffects: number;
}

/** Options of {@link EmitEvent}. */
export interface EmitFromOutside extends EmitOptions {
  /** The bot whose event it is. Default: the engine's first bot. */
  readonly botId?: number | undefined;
}

/**
 * Emits an event from outside of any handler. It is handled like an update from Telegram, in the lane
 * of its chat. Resolves when it is on disk; to `duplicate` when an event of the same kind with the
 * same key is remembered, see `dedupeWindowMs`.
 * @throws RuntimeError as {@link Inbox} does; HookgramError `bad-event-data`, `bad-argument`.
 */
export type EmitEvent = <Input>(
  kind: EventKind<Input, unknown>,
  data: NoInfer<Input>,
  options?: EmitFromOutside,
) => Promise<Acceptance>;

/**
 * Handles every accepted update, in the order of its lane.
 *
 * States: `new` → `starting` (by {@link Engine.start}) → `running` → `stopping` → `stopped` (by
 * {@link Engine.stop}, or when the start fails). An engine is started once. Updates are accepted
 * only while it is `running`, and no attempt begins before.
 *
 * Nothing that was accepted depends on the engine: the next one finds it in the store.
 */
export interface Engine extends Inbox {
  /**
   * Opens the store, starts the bots' handlers (`UpdateHandler.start`) and resumes everything that
   * is pending. An aborted signal gives up the start; a start that fails leaves everything closed.
   * @throws RuntimeError `start-hook-failed`, or what the store rejects with.
   */
  start(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * Begins nothing new, gives running attempts up to `drainMs` (default 10,000 ms) to end, aborts the
   * others and leaves their updates pending, stops the bots' handlers and closes the store. The stop
   * hooks have what is left of `drainMs`, and half a second more. Calling it again gives the same
   * report; the shorter `drainMs` counts.
   *
   * All of it takes less than `drainMs` and 2 seconds, also while a PostgreSQL server does not answer.
   * What could not be written is then taken up as after a crash, by other nodes or by the next start.
   */
  stop(options?: { readonly drainMs?: number }): Promise<StopReport>;
  readonly emit: EmitEvent;
  /** Sends that wait for no result. */
  readonly outbox: Outbox;
  /** Adds and removes bots while the engine runs. */
  readonly bots: EngineBots;
  stats(): EngineStats;
  /** Dead letters, repairs and pauses. */
  readonly operator: Operator;
  /** The log of what attempts did. */
  readonly events: EventLog;
}
