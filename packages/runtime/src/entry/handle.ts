import type { Operator, ReplayOptions } from "../engine/operator.ts";
import type { EmitEvent, EngineStats, StopReport } from "../engine/engine.ts";
import type { EventLog } from "../event-log/event-log.ts";
import { RuntimeError } from "../error.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { PollerStats } from "../polling/poller.ts";
import type { ReceiverStats } from "../receiver/receiver.ts";
import type { ParkedQuery, ParkedUpdate } from "../store/store.ts";
import type { BotRunner } from "./bot-runner.ts";

/** What a running bot has counted so far. A part that there is not (yet) is undefined. */
export interface RunStats {
  readonly engine: EngineStats | undefined;
  /** By webhook. */
  readonly receiver?: ReceiverStats;
  /** By long polling. */
  readonly poller?: PollerStats;
}

/** How a bot is stopped. */
export interface StopOptions {
  /**
   * How long attempts that are running may take to end by themselves; what is cut off then is
   * handled again after the next start. Default 8 seconds: Docker kills 10 seconds after SIGTERM.
   */
  readonly drainMs?: number | undefined;
}

/** What every entry point returns. */
export interface Handle {
  /**
   * Resolves when updates are taken. Rejects with a `RuntimeError` when that cannot be, after
   * everything that had begun is closed again.
   */
  readonly ready: Promise<void>;
  /**
   * Refuses new updates, lets what runs finish, closes. Telegram keeps what was refused and sends
   * it to whoever comes next: the webhook is never deleted. Calling it again changes nothing.
   */
  stop(options?: StopOptions): Promise<StopReport>;
  stats(): RunStats;
  /** As the engine's. Rejects with `stopping` when the bot does not run. */
  readonly emit: EmitEvent;
  /** The dead letters, newest first. Rejects with `stopping` when the bot does not run. */
  parked(query?: ParkedQuery): Promise<readonly ParkedUpdate[]>;
  /** See {@link Operator.replay}. */
  replay(seq: number, options?: ReplayOptions): Promise<number | undefined>;
  /** What attempts did. @throws RuntimeError `stopping` before the bot runs. */
  events(): EventLog;
  /** To look and mend. @throws RuntimeError `stopping` before the bot runs. */
  operator(): Operator;
  /** What is sent without waiting for the result. @throws RuntimeError `stopping` before the bot runs. */
  outbox(): Outbox;
}

/** The parts of an entry point that differ. */
export interface HandleParts {
  readonly runner: BotRunner;
  /** Runs once, at once. Gives up when the signal aborts. */
  readonly start: (signal: AbortSignal) => Promise<void>;
  /** Undoes whatever `start` got done. Runs once, after `start` has ended. */
  readonly stop: (drainMs: number) => Promise<StopReport>;
  readonly stats: () => RunStats;
}

const DRAIN_MS = 8_000;

/** Starts the parts and puts the order of starting and stopping around them. */
export function createHandle(parts: HandleParts): Handle {
  const starting = new AbortController();
  const started = parts.start(starting.signal);
  const end = async (drainMs: number): Promise<StopReport> => {
    starting.abort(new RuntimeError("stopping", "it was stopped before it was ready"));
    await started.catch(() => {});
    return parts.stop(drainMs);
  };
  let stopped: Promise<StopReport> | undefined;
  const ready = started.catch(async (error: unknown) => {
    await (stopped ??= end(0));
    throw error;
  });
  const engine = () => {
    if (parts.runner.engine !== undefined) return parts.runner.engine;
    throw new RuntimeError("stopping", "the bot is not running yet; wait for ready");
  };
  return {
    ready,
    stop: (options) => {
      // Whoever stops it does not have to hear that it never became ready.
      ready.catch(() => {});
      return (stopped ??= end(options?.drainMs ?? DRAIN_MS));
    },
    stats: parts.stats,
    emit: async (kind, data, options) => engine().emit(kind, data, options),
    parked: async (query) => engine().parked(query),
    replay: async (seq, options) => engine().replay(seq, options),
    events: () => engine().events,
    operator: () => engine().operator,
    outbox: () => engine().outbox,
  };
}
