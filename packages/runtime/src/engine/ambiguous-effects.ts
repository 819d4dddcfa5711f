import type { Clock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import { insist } from "../lanes/insist.ts";
import type { LaneItem } from "../lanes/lane.ts";
import type { Ending, JournalEntry, Store } from "../store/store.ts";
import { errorText } from "../error-text.ts";

/** Parks an update with effects that must not be repeated before a person has decided. */
export function toUndecided(
  { seq, botId, updateId, attempts: attempt }: LaneItem,
  effects: readonly string[],
  { error, logger }: { readonly error?: unknown; readonly logger: Logger },
): Ending {
  const why = `nobody knows whether these effects happened: ${effects.join(", ")}`;
  logger.error({ seq, botId, updateId, attempt, effects }, "parked an update: decide its effects");
  const text = error === undefined ? why : `${why}\n${errorText(error)}`;
  return { to: "parked", reason: "ambiguous", error: text };
}

/**
 * Records what a failed attempt leaves to the next one. Never rejects: if the entries cannot be
 * written, the update goes on all the same, and its effects are repeated.
 */
export async function recordLeftovers(
  { seq, attempts: attempt }: LaneItem,
  entries: readonly JournalEntry[],
  {
    store,
    clock,
    logger,
  }: { readonly store: Store; readonly clock: Clock; readonly logger: Logger },
): Promise<void> {
  const record = (entry: JournalEntry): Promise<unknown> =>
    insist(clock, () => store.record({ seq, attempt }, entry));
  try {
    await Promise.all(entries.map(record));
  } catch (error) {
    const effects = entries.map(({ key }) => key);
    logger.warn({ seq, attempt, effects, error: errorText(error) }, "effects are not recorded");
  }
}
