import { systemClock } from "@hookgram/bot-api";

import { LOG_LEVELS, type LogLevel } from "../event-log/attempt-log.ts";
import { RuntimeError } from "../error.ts";
import { conversationKey } from "../lanes/conversation-key.ts";
import { silentLogger } from "../silent-logger.ts";
import { wholeNumber } from "../whole-number.ts";
import type { EngineBot, EngineOptions } from "./engine.ts";

/** Every option of an engine, with its default where it was not given. */
export type Settings = {
  readonly [K in Exclude<keyof EngineOptions, "bots">]-?: NonNullable<EngineOptions[K]>;
} & {
  /** The bots that run now. */
  readonly bots: EngineBot[];
};

const DAY_MS = 86_400_000;

/** The default and the minimum of each number. */
const NUMBERS = {
  attemptsMax: { default: 5, min: 1 },
  attemptTimeoutMs: { default: 60_000, min: 1 },
  concurrencyMax: { default: 500, min: 1 },
  retryDelayMs: { default: 500, min: 0 },
  retryDelayMaxMs: { default: 60_000, min: 0 },
  loadedMax: { default: 10_000, min: 1 },
  // Telegram may send an update again for 24 hours: to forget it sooner is to handle it twice.
  dedupeWindowMs: { default: 7 * DAY_MS, min: DAY_MS },
  eventLogWindowMs: { default: 30 * DAY_MS, min: 0 },
  contentWindowMs: { default: 0, min: 0 },
  payloadWindowMs: { default: DAY_MS, min: 0 },
} as const satisfies Partial<Record<keyof EngineOptions, { default: number; min: number }>>;

type NumberName = keyof typeof NUMBERS;

/** @throws RuntimeError `bad-options` */
export function readSettings(options: EngineOptions): Settings {
  return {
    store: options.store,
    bots: [...assertBots(options.bots)],
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    logger: options.logger ?? silentLogger,
    laneKey: options.laneKey ?? conversationKey,
    outbox: options.outbox ?? {},
    handleExpired: options.handleExpired ?? false,
    eventLog: assertLevel(options.eventLog ?? "changes"),
    ...readNumbers(options),
  };
}

function readNumbers(options: EngineOptions): Record<NumberName, number> {
  const entries = Object.entries(NUMBERS).map(([name, rule]) => {
    const value = options[name as NumberName] ?? rule.default;
    return [name, wholeNumber(name, value, rule)];
  });
  return Object.fromEntries(entries) as Record<NumberName, number>;
}

function assertLevel(level: LogLevel): LogLevel {
  if (LOG_LEVELS.includes(level)) return level;
  const rule = `eventLog is one of ${LOG_LEVELS.join(", ")}`;
  throw new RuntimeError("bad-options", `${rule}; got ${String(level)}`);
}

function assertBots(bots: EngineOptions["bots"]): EngineOptions["bots"] {
  const twice = bots.find((bot, at) => bots.findIndex(({ id }) => id === bot.id) !== at);
  if (twice === undefined) return bots;
  throw new RuntimeError("bad-options", `bot ${twice.id} is there twice; give each bot once`);
}
