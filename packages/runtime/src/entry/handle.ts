import type { Operator } from "../engine/operator.ts";
import type { EmitEvent, EngineStats, StopReport } from "../engine/engine.ts";
import type { EventLog } from "../event-log/event-log.ts";
import { RuntimeError } from "../error.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { PollerStats } from "../polling/poller.ts";
import type { ReceiverStats } from "../receiver/receiver.ts";
import type { BotRunner } from "./bot-runner.ts";

/** What a running bot has counted so far. */
export interface RunStats {
  /** Undefined before the engine runs. */
  readonly engine: EngineStats | undefined;
  /** Only of bots that receive by webhook. */
  readonly receiver?: ReceiverStats;
  /** Only of bots that receive by long polling, once they do. */
  readonly poller?: PollerStats;
}

/** How a bot is stopped. */
export interface StopOptions {
  /**
   * How long running attempts have to end by themselves. What is cut off then is handled again after
   * the next start. Default 8,000 ms, because Docker kills 10 seconds after SIGTERM: the whole stop
   * takes less than 2 seconds more, also while a PostgreSQL server does not answer.
   */
  readonly drainMs?: number | undefined;
}

/** What every entry point returns. */
export interface Handle {
  /**
   * Resolves when the bot takes updates. If that fails, everything that had begun is closed again,
   * and this rejects with a `RuntimeError`.
   */
  readonly ready: Promise<void>;
  /**
   * Refuses new updates, lets running attempts finish, and closes everything. Telegram keeps what was
   * refused and sends it to the next process: the webhook is never deleted. Calling it again gives
   * the same report.
   */
  stop(options?: StopOptions): Promise<StopReport>;
  stats(): RunStats;
  /** Emits an event of the bot's own. Rejects with `stopping` before the bot runs. */
  readonly emit: EmitEvent;
  /** The log of what attempts did. @throws RuntimeError `stopping` before the bot runs. */
  events(): EventLog;
  /**
   * Dead letters, repairs and pauses, of all bots that share the engine.
   * @throws RuntimeError `stopping` before the bot runs.
   */
  operator(): Operator;
  /** Sends that wait for no result. @throws RuntimeError `stopping` before the bot runs. */
  outbox(): Outbox;
}

/** The parts in which entry points differ. */
export interface HandleParts {
  readonly runner: BotRunner;
  /** Called once, immediately. Gives up when the signal aborts. */
  readonly start: (signal: AbortSignal) => Promise<void>;
  /** Undoes whatever `start` has done. Called once, after `start` has ended. */
  readonly stop: (drainMs: number) => Promise<StopReport>;
  readonly stats: () => RunStats;
}

const DRAIN_MS = 8_000;

/** Starts an entry point and returns its handle, which starts and stops the parts in order. */
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
      // Who stops a bot on purpose need not handle that it never became ready.
      ready.catch(() => {});
      return (stopped ??= end(options?.drainMs ?? DRAIN_MS));
    },
    stats: parts.stats,
    emit: async (kind, data, options) => engine().emit(kind, data, options),
    events: () => engine().events,
    operator: () => engine().operator,
    outbox: () => engine().outbox,
  };
}
