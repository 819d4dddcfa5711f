import type { BotApi, Clock, Update, UpdateKind, User } from "@hookgram/bot-api";
import type { TimerSession } from "../timer/timer-control.ts";
import type { OutboxSession } from "./outbox-session.ts";
import type { Emission } from "../event/event-update.ts";
import type { HandlerInfo } from "../router/handler.ts";

/** Any value that survives `JSON.stringify` and back unchanged. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** What is stored for one conversation: the state's full name, its data, and how long it holds. */
export interface StateRecord {
  /** `group:state`, for example `address:confirm`. */
  readonly state: string;
  readonly data: Json;
  /** The `version` that the state group had when this was written. */
  readonly schemaVersion: number;
  /** Milliseconds since the epoch; absent means for ever. */
  readonly expiresAtMs?: number;
}

/**
 * Reads and stages conversation state for one attempt.
 *
 * **Invariant:** a write is visible to later reads of the same attempt at once, and to everyone
 * else only when the host commits it together with "update done". A failed attempt leaves nothing.
 */
export interface StateSession {
  read(key: string): Promise<StateRecord | undefined>;
  /** `undefined` removes the record. */
  write(key: string, record: StateRecord | undefined): void;
}

/** The few lines of a logger that hookgram uses; pino, winston and `console` all fit. */
export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/**
 * What becomes of an effect of which nobody can know whether it happened, because the process died
 * or the connection broke while it was under way:
 * - `repeat`: the next attempt does it again, so it may happen twice, and the host says so;
 * - `park`: it is never done again by itself. The host writes down that it is about to happen,
 *   which costs a commit, and when it finds no end of it the update waits for a person.
 */
export type WhenAmbiguous = "repeat" | "park";

/** How a host with a journal deals with one effect. */
export interface EffectOptions {
  /** Default: what the host was told for the bot, else `repeat`. */
  readonly ambiguous?: WhenAmbiguous | undefined;
}

/** How a host may carry out one call. */
export interface HostCallOptions extends EffectOptions {
  /**
   * The call may travel in the answer to Telegram's request, and then its promise gives `undefined`,
   * whatever its type says. Use {@link WebhookReply} instead, whose type does not lie.
   */
  readonly webhookReply?: boolean | undefined;
}

declare module "@hookgram/bot-api" {
  interface CallOptions extends HostCallOptions {}
}

/**
 * Everything that one attempt at one update needs from its host: the runtime in production, long
 * polling, or a test's `feed()`. The bot sees the same in all of them.
 */
export interface Invocation {
  /** As Telegram sent it; an own event has the field `event:NAME` and none of Telegram's. */
  readonly update: Update;
  /** Calls made through this client belong to the attempt: the host may journal and limit them. */
  readonly api: BotApi;
  /** The bot itself, as `getMe` answered at start. */
  readonly me: User;
  /** 1 for the first try; counted before the try begins, also when the process died in it. */
  readonly attempt: number;
  /**
   * The host's limit: when the attempt with this number fails, the update is given up. `Infinity` for
   * a host that never does. It is what holds now: another start of the host may have another.
   */
  readonly attemptsMax: number;
  /** Aborts when the attempt's deadline passes or the host must stop now. */
  readonly signal: AbortSignal;
  /**
   * Called each time that the filters of a handler have matched, before its inner middlewares and
   * itself run. When it throws they do not. A host that ends the attempt so aborts `signal` first:
   * then no error handler is asked.
   */
  enter?(handler: HandlerInfo): void;
  readonly states: StateSession;
  /** Sends that are enqueued when the host commits this attempt. */
  readonly outbox: OutboxSession;
  /**
   * Runs an outside effect under a name that is unique in the handler, and gives its result. What it
   * throws means that the effect has not happened, unless the error's `ambiguous` is true.
   */
  readonly step: <T>(
    name: string,
    effect: (signal: AbortSignal) => T | Promise<T>,
    options?: EffectOptions,
  ) => Promise<T>;
  readonly timers: TimerSession;
  /** Has the host store an event when it commits this attempt. */
  readonly emit: (emission: Emission) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** For what waits within the attempt; the machine's own time by default. */
  readonly clock?: Clock;
  readonly logger: Logger;
}

/**
 * How an update ended: a handler took it, a middleware dropped it on purpose, or none wanted it.
 * All three mean that it is done. Failures are thrown.
 */
export type DispatchOutcome =
  | { readonly status: "handled"; readonly handler: string }
  | { readonly status: "dropped"; readonly middleware: string }
  | { readonly status: "unhandled" };

/** What start and stop hooks find: the bot, outside of any update. */
export interface HookContext {
  /** Calls are made at once and are no part of an attempt: nothing is journaled or repeated. */
  readonly api: BotApi;
  /** The bot itself, as `getMe` answered at start. */
  readonly me: User;
  /** Aborts when the host does not wait for the hook any longer. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** What a host can run: hookgram's `Bot`, or an adapter around another framework's bot. */
export interface UpdateHandler {
  /** The kinds that this bot wants from Telegram; becomes `allowed_updates`. */
  readonly allowedUpdates: readonly UpdateKind[];
  /**
   * Called by the host each time it starts, before the first update. A rejection ends the start, and
   * then the handler itself has undone what it had begun.
   */
  start?(context: HookContext): Promise<void>;
  handle(invocation: Invocation): Promise<DispatchOutcome>;
  /** The most attempts that one of its handlers asks for; 0 or absent when none does. */
  readonly attemptsMax?: number;
  /** The longest wait between two attempts that one of them asks for, in milliseconds; so too. */
  readonly retryDelayMaxMs?: number;
  /** The client with what stands around the bot's calls, for calls that the host makes for it. */
  withOutgoing?(api: BotApi): BotApi;
  /** Called after a `start` that succeeded, when no update is handled any more. */
  stop?(context: HookContext): Promise<void>;
}
