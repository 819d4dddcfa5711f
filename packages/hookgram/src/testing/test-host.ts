import {
  type AnyParams,
  type BotApi,
  createBotApi,
  type MethodName,
  type Update,
  wrapBotApi,
} from "@hookgram/bot-api";
import type {
  DispatchOutcome,
  Logger,
  StateRecord,
  StateSession,
  UpdateHandler,
} from "../dispatch/invocation.ts";
import type { Emission } from "../event/event-update.ts";
import { createTestClock } from "./test-clock.ts";
import type { StagedTimer } from "../timer/timer-control.ts";
import type { OutboxSession, SendOptions } from "../dispatch/outbox-session.ts";
import { SAMPLE_BOT } from "./sample-update.ts";

/** A call that the bot has made. */
export interface TestCall {
  readonly method: MethodName;
  readonly params: AnyParams;
}

/** A call that the bot has enqueued. */
export interface TestSend extends TestCall {
  readonly options: SendOptions;
}

/** A line that the bot has logged. */
export interface TestLogLine {
  readonly level: keyof Logger;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** How a test host behaves. */
export interface TestHostOptions {
  /** What API calls give; `true` for every call by default. May throw, as Telegram may refuse. */
  readonly respond?: (method: MethodName, params: AnyParams) => unknown;
  /** The time at the start, in milliseconds since the epoch. */
  readonly nowMs?: number;
}

/** What is special about one attempt. */
export interface FeedOptions {
  /** 1 by default. */
  readonly attempt?: number;
  /** 5 by default, as in the runtime. */
  readonly attemptsMax?: number;
  /** One that never aborts by default. */
  readonly signal?: AbortSignal;
}

/**
 * Runs updates through a bot in memory: no network, no store, no time of its own. What the bot has
 * done is there to look at.
 *
 * **Invariant:** as on every host, states that an attempt writes are kept only when it succeeds.
 */
export interface TestHost {
  /** All API calls so far, in order. */
  readonly calls: readonly TestCall[];
  readonly log: readonly TestLogLine[];
  /** Events that the bot has emitted, in order; `feed(emitted.update)` handles one. */
  readonly emitted: readonly Emission[];
  /** The timers that are set, by key. */
  readonly timers: ReadonlyMap<string, StagedTimer>;
  /** What the bot has put into the outbox and not cancelled, in order. Nothing of it is carried out. */
  readonly sends: readonly TestSend[];
  /** The stored states by key; a test may put some there. */
  readonly states: Map<string, StateRecord>;
  /** Runs the bot's start hooks; a bot that has some needs it before the first update. */
  start(): Promise<void>;
  /** Runs the bot's stop hooks. */
  stop(): Promise<void>;
  /** Handles one update; rejects with what the bot throws. */
  feed(update: Update, options?: FeedOptions): Promise<DispatchOutcome>;
  /**
   * Lets time pass, and runs what handlers wait for on the way. Timers that are due then wait for
   * {@link TestHost.deliver}.
   */
  advance(byMs: number): void;
  /**
   * Handles timers that are due and events that were emitted, in this order, until there are none;
   * gives how each ended.
   */
  deliver(): Promise<readonly DispatchOutcome[]>;
}

/** The runtime's default. */
const ATTEMPTS_MAX = 5;

/** A host for the tests of a bot. For tests with Telegram's own behaviour there is the emulator. */
export function createTestHost(handler: UpdateHandler, options: TestHostOptions = {}): TestHost {
  const { respond = () => true, nowMs = 0 } = options;
  const calls: TestCall[] = [];
  const log: TestLogLine[] = [];
  const emitted: Emission[] = [];
  const undelivered: Emission[] = [];
  const timers = new Map<string, StagedTimer>();
  const states = new Map<string, StateRecord>();
  const sends: TestSend[] = [];
  const api = recordingApi(calls, respond);
  const logger = recordingLogger(log);
  const hooks = { api, me: SAMPLE_BOT, signal: new AbortController().signal, logger };
  const clock = createTestClock(nowMs);
  return {
    calls,
    log,
    emitted,
    timers,
    sends,
    states,
    start: async () => handler.start?.(hooks),
    stop: async () => handler.stop?.(hooks),
    async feed(update, feedOptions = {}) {
      const { attempt = 1, attemptsMax = ATTEMPTS_MAX } = feedOptions;
      const { signal = new AbortController().signal } = feedOptions;
      const session = stagedStates(states);
      const staged: Emission[] = [];
      const stagedTimers = new Map<string, StagedTimer | undefined>();
      const outbox = stagedOutbox(sends);
      const outcome = await handler.handle({
        update,
        api,
        me: SAMPLE_BOT,
        attempt,
        attemptsMax,
        signal,
        states: session,
        outbox,
        emit: (emission) => void staged.push(emission),
        timers: { write: (key, timer) => void stagedTimers.set(key, timer) },
        step: async (_name, effect) => effect(signal),
        now: () => clock.now(),
        clock,
        logger,
      });
      session.commit();
      outbox.commit();
      emitted.push(...staged);
      undelivered.push(...staged);
      for (const [key, timer] of stagedTimers)
        if (timer === undefined) timers.delete(key);
        else timers.set(key, timer);
      return outcome;
    },
    advance: (byMs) => clock.advance(byMs),
    async deliver() {
      const outcomes: DispatchOutcome[] = [];
      for (;;) {
        const next = takeDue(timers, clock.now()) ?? undelivered.shift();
        if (next === undefined) return outcomes;
        outcomes.push(await this.feed(next.update));
      }
    },
  };
}

/** Takes the timer out that has been due for the longest time. */
function takeDue(timers: Map<string, StagedTimer>, nowMs: number): Emission | undefined {
  const due = [...timers].filter(([, { dueAtMs }]) => dueAtMs <= nowMs);
  const [first] = due.toSorted(([, a], [, b]) => a.dueAtMs - b.dueAtMs);
  if (first === undefined) return undefined;
  timers.delete(first[0]);
  return first[1].emission;
}

function recordingApi(
  calls: TestCall[],
  respond: (method: MethodName, params: AnyParams) => unknown,
): BotApi {
  // The token is well-formed and nobody's; nothing is ever sent with it.
  const api = createBotApi({ token: `${SAMPLE_BOT.id}:${"x".repeat(35)}` });
  return wrapBotApi(api, async (method, params) => {
    calls.push({ method, params });
    return respond(method, params);
  });
}

function recordingLogger(log: TestLogLine[]): Logger {
  const at =
    (level: keyof Logger) =>
    (fields: TestLogLine["fields"], message: string): void => {
      log.push({ level, fields, message });
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** As the runtime does it, but for the key of a send that is over: here none ever is. */
function stagedOutbox(sends: TestSend[]): OutboxSession & { commit(): void } {
  const staged: (() => void)[] = [];
  const withKey = (key: string): number => sends.findIndex(({ options }) => options.key === key);
  return {
    send(method, params, options = {}) {
      staged.push(() => {
        if (options.key !== undefined && withKey(options.key) !== -1) return;
        sends.push({ method, params: params as AnyParams, options });
      });
    },
    cancel(key) {
      staged.push(() => {
        const at = withKey(key);
        if (at !== -1) sends.splice(at, 1);
      });
    },
    commit: () => {
      for (const apply of staged) apply();
    },
  };
}

function stagedStates(stored: Map<string, StateRecord>): StateSession & { commit(): void } {
  const staged = new Map<string, StateRecord | undefined>();
  return {
    read: async (key) => (staged.has(key) ? staged.get(key) : stored.get(key)),
    write: (key, record) => void staged.set(key, record),
    commit() {
      for (const [key, record] of staged)
        if (record === undefined) stored.delete(key);
        else stored.set(key, record);
    },
  };
}
