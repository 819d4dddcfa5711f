import type { BotApi, Clock, Update, User } from "@hookgram/bot-api";
import type { EmitOptions, EventKind, Logger, UpdateHandler, WhenAmbiguous } from "hookgram";

import type { LogLevel } from "../event-log/attempt-log.ts";
import type { EventLog } from "../event-log/event-log.ts";
import type { Acceptance, Inbox } from "../inbox.ts";
import type { Pause } from "../store/pause-store.ts";
import type { ParkedQuery, ParkedUpdate, Store } from "../store/store.ts";
import type { Outbox, OutboxOptions } from "../outbox/outbox.ts";
import type { WebhookReplies } from "../webhook-reply/webhook-replies.ts";
import type { EngineBots } from "./bot-set.ts";
import type { Operator, ReplayOptions } from "./operator.ts";

/** One bot that an engine runs. */
export interface EngineBot {
  readonly id: number;
  /** As `getMe` answered. */
  readonly me: User;
  readonly api: BotApi;
  readonly handler: UpdateHandler;
  /**
   * For calls and steps that do not say it themselves; methods that only read (`get…`) are always
   * repeated. Default `repeat`.
   */
  readonly ambiguous?: WhenAmbiguous | undefined;
  /** The requests whose answers may carry a call of the handler. Without it none does. */
  readonly replies?: WebhookReplies | undefined;
}

/** In which lane an update waits: updates with the same key are handled one at a time, in order. */
export type LaneKey = (update: Update, botId: number) => string | null;

/** What an engine needs, and the limits that it keeps. */
export interface EngineOptions {
  /** Opened by {@link Engine.start} and closed by {@link Engine.stop}. */
  readonly store: Store;
  /** Those that it begins with; see {@link Engine.bots}. */
  readonly bots: readonly EngineBot[];
  readonly clock?: Clock;
  /** Numbers from 0 up to 1, for the jitter of retries. Default `Math.random`. */
  readonly random?: () => number;
  readonly logger?: Logger;
  /** Default: {@link conversationKey}. `null` means that the update needs no order. */
  readonly laneKey?: LaneKey;
  /** Attempts at one update before it is parked, those that killed the process included. Default 5. */
  readonly attemptsMax?: number;
  /** Longest time that one attempt may take. Default 60 seconds. */
  readonly attemptTimeoutMs?: number;
  /** Attempts that may run at the same moment. Default 500; a handler mostly waits for others. */
  readonly concurrencyMax?: number;
  /** Wait before the second attempt; doubles with each further one. Default 500 ms. */
  readonly retryDelayMs?: number;
  /** Longest wait between two attempts, jitter excluded. Default 60 seconds. */
  readonly retryDelayMaxMs?: number;
  /** Updates kept in memory at most; what is beyond waits in the store. Default 10,000. */
  readonly loadedMax?: number;
  /** Handle button presses and inline queries also when their time is over. Default false. */
  readonly handleExpired?: boolean;
  /**
   * How long a message that was handled is known by its content. The same message under a new update
   * id (same bot, kind, chat and everything in it) is then recorded as done without being handled.
   * Costs a read for each message, and a record of state. Default 0: only ids are compared.
   */
  readonly contentWindowMs?: number;
  /** How long the id of a settled update is remembered. Default 7 days, at least 24 hours. */
  readonly dedupeWindowMs?: number;
  /** How long the bytes of a settled update are kept. Default 24 hours; 0: not at all. */
  readonly payloadWindowMs?: number;
  /** Limits, retention and hook of the outbox. */
  readonly outbox?: OutboxOptions;
  /**
   * What is written to the log of events, with the end of each attempt. Default `changes`: attempts
   * that failed, changed something or called somebody.
   */
  readonly eventLog?: LogLevel;
  /** How long log entries are kept, those of live and parked updates excepted. Default 30 days. */
  readonly eventLogWindowMs?: number;
}

/** What {@link Engine.stop} left behind. */
export interface StopReport {
  /** Attempts that were running when it was called and ended by themselves. */
  readonly finished: number;
  /** Attempts that were cut off at the deadline; their updates are handled after the next start. */
  readonly aborted: number;
  /** Live updates in the store; those of aborted attempts included. */
  readonly left: number;
}

/** What an engine has in hand, and what it has done since its start. */
export interface EngineStats {
  readonly state: "new" | "starting" | "running" | "stopping" | "stopped";
  /** Live updates: stored and not settled. From 100,000 on an estimate in PostgreSQL: see `StoreStats`. */
  readonly pending: number;
  /** Attempts that run now. */
  readonly running: number;
  /** Lanes whose first update waits for its next attempt after a failure. */
  readonly retrying: number;
  /** Lanes whose first update waits because it is paused. */
  readonly held: number;
  /** What is paused: see {@link Operator.pause}. */
  readonly paused: readonly Pause[];
  /** Dead letters, as exact as `pending`. */
  readonly parked: number;
  /** Lanes in memory. */
  readonly lanes: number;
  /** Age of the oldest live update in memory; undefined when there is none. */
  readonly oldestPendingMs: number | undefined;
  /** Counts since the start. */
  readonly handled: number;
  readonly unhandled: number;
  readonly expired: number;
  readonly failedAttempts: number;
  readonly parkedNow: number;
  readonly duplicates: number;
  /** Messages that were handled before under another update id: see `contentWindowMs`. */
  readonly contentDuplicates: number;
  /** Commits that were tried again because another lane changed the same state. */
  readonly stateConflicts: number;
  /** Timers that have become updates in this process. */
  readonly timersFired: number;
  /** Effects of which nobody knows whether they happened: the answer was lost. */
  readonly unknownEffects: number;
  /** Effects that were done although an earlier attempt may have done them. */
  readonly repeatedEffects: number;
}

/** How an event is emitted from outside of any handler. */
export interface EmitFromOutside extends EmitOptions {
  /** Default: the first bot. */
  readonly botId?: number | undefined;
}

/**
 * Stores an event of the bot's own; it is handled like what Telegram sends, in the lane of its chat.
 * Resolves when it is on disk. `duplicate`: one of the same kind with the same key is there.
 * @throws RuntimeError as {@link Inbox} does; HookgramError `bad-event-data`, `bad-argument`.
 */
export type EmitEvent = <Input>(
  kind: EventKind<Input, unknown>,
  data: NoInfer<Input>,
  options?: EmitFromOutside,
) => Promise<Acceptance>;

/**
 * Handles every accepted update in the order of its lane.
 *
 * States: `new` → `starting` (by {@link Engine.start}) → `running` → `stopping` → `stopped` (by
 * {@link Engine.stop}, or when the start fails). There is no way back; updates are accepted only
 * while it is `running`, and no attempt begins before.
 */
export interface Engine extends Inbox {
  /**
   * Opens the store, starts the bots' handlers (`UpdateHandler.start`) and takes up everything that
   * is pending. The signal gives the start up; a start that fails leaves everything closed.
   * @throws RuntimeError `start-hook-failed`, or what the store says.
   */
  start(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * Begins nothing new, waits up to `drainMs` for what runs, aborts the rest and leaves it pending,
   * stops the bots' handlers, closes the store. A handler's `stop` has what is left of `drainMs`,
   * and one second more. Calling it again gives the same report; a shorter `drainMs` wins.
   */
  stop(options?: { readonly drainMs?: number }): Promise<StopReport>;
  readonly emit: EmitEvent;
  readonly outbox: Outbox;
  /** Adds bots while it runs, and takes them out. */
  readonly bots: EngineBots;
  stats(): EngineStats;
  readonly operator: Operator;
  /** What attempts did, as far as it is logged. */
  readonly events: EventLog;
  /** The dead letters, newest first. */
  parked(query?: ParkedQuery): Promise<readonly ParkedUpdate[]>;
  /** See {@link Operator.replay}. */
  replay(seq: number, options?: ReplayOptions): Promise<number | undefined>;
}
