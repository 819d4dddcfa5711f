import type { WhenAmbiguous } from "../dispatch/invocation.ts";
import { HookgramError } from "../error.ts";
import type { FilterObject } from "../filter/filter.ts";
import { flag } from "../filter/flag.ts";
import type { HandlerInfo } from "../router/handler.ts";

/** How a host attempts what one handler deals with. What is not said is as the host has it. */
export interface AttemptLimits {
  /** Attempts at one update, those that ended with their process included. At least 1. */
  readonly attemptsMax?: number;
  /** Longest time that the handler and its inner middlewares may take. At least 1. */
  readonly timeoutMs?: number;
  /** Wait before the second attempt; doubles with each further one. At least 0. */
  readonly retryDelayMs?: number;
  /** Longest wait between two attempts, jitter excluded. At least 0. */
  readonly retryDelayMaxMs?: number;
  /** For calls and steps that do not say it themselves. */
  readonly ambiguous?: WhenAmbiguous;
}

const FLAG = flag<AttemptLimits>("attempts");

/** The least that each number may be. */
const NUMBERS_MIN = { attemptsMax: 1, timeoutMs: 1, retryDelayMs: 0, retryDelayMaxMs: 0 } as const;

/**
 * Limits the attempts at what a handler deals with:
 * `router.message(command("refund"), attempts({ attemptsMax: 1 }), refund)`, or for a whole router
 * `router.filter(attempts({ timeoutMs: 5_000 }))`. The nearest says everything: limits of the router
 * do not complete those of the handler.
 *
 * They hold from the moment at which the handler's filters have matched. Filters and outer
 * middlewares run before, within the host's own limits.
 * @throws HookgramError `bad-argument` for a number that cannot be.
 */
export function attempts(limits: AttemptLimits): FilterObject<unknown> {
  for (const [name, min] of Object.entries(NUMBERS_MIN)) {
    const value = limits[name as keyof typeof NUMBERS_MIN];
    if (value === undefined || (Number.isSafeInteger(value) && value >= min)) continue;
    const rule = `${name} is a whole number of at least ${min}`;
    throw new HookgramError("bad-argument", `attempts(): ${rule}; got ${String(value)}`);
  }
  return FLAG(limits);
}

/** What {@link attempts} says about a handler; undefined when nothing is said. */
export function attemptLimits(handler: HandlerInfo | undefined): AttemptLimits | undefined {
  return FLAG.of(handler);
}
