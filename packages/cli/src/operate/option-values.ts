import { InvalidArgumentError } from "commander";
import type { SendDecision } from "@hookgram/runtime";

/** An effect of which an operator says that it has happened. */
export interface HappenedEffect {
  /** As in the update's journal. */
  readonly key: string;
  readonly result: unknown;
}

/** A longer list is for nobody to read; `--before` has the next page. */
const LIMIT_MAX = 10_000;

const DECISIONS: readonly SendDecision[] = ["sent", "drop", "again"];

export function parseDecision(text: string): SendDecision {
  const found = DECISIONS.find((decision) => decision === text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`It is sent, drop or again: got "${text}".`);
}

export function parseNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Give a whole number: got "${text}".`);
}

/** How many to show: no list is as empty as one of which nothing may be shown. */
export function parseLimit(text: string): number {
  const limit = parseNumber(text);
  if (limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new InvalidArgumentError(`A limit is a number from 1 to ${LIMIT_MAX}: got "${text}".`);
}

/** Dead letters per second. */
export function parseRate(text: string): number {
  const rate = Number(text);
  if (rate >= 0.01 && rate <= 1_000) return rate;
  throw new InvalidArgumentError(`A rate is a number from 0.01 to 1000: got "${text}".`);
}

/** Milliseconds since the epoch. */
export function parseTime(text: string): number {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new InvalidArgumentError(`A time is like 2026-11-21T18:00Z: got "${text}".`);
}

/** One more KEY=JSON. Both sides may contain `=`: the first one counts that is followed by JSON. */
export function parseHappened(
  text: string,
  before: readonly HappenedEffect[] = [],
): readonly HappenedEffect[] {
  for (let at = text.indexOf("="); at !== -1; at = text.indexOf("=", at + 1)) {
    const result = parseJson(text.slice(at + 1));
    if (result !== undefined) return [...before, { key: text.slice(0, at), ...result }];
  }
  throw new InvalidArgumentError(`It is KEY=JSON: got "${text}".`);
}

function parseJson(text: string): { readonly result: unknown } | undefined {
  try {
    return { result: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
