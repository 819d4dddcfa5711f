import type { StoredUpdate } from "../store/store.ts";
import type { LaneItem } from "./lane.ts";

/** An update from the store, as its lane has it in memory. `begun`: see {@link LaneItem.begun}. */
export function storedItem(update: StoredUpdate, begun: boolean): LaneItem {
  const { seq, botId, updateId, receivedAtMs, expiresAtMs, attempts, interrupted } = update;
  const { retryAtMs, journaled, raw } = update;
  const identity = { seq, botId, updateId, receivedAtMs, expiresAtMs, content: raw };
  return {
    ...identity,
    isStored: true,
    attempts,
    begun,
    // The newest attempt is still to run, so it was not interrupted.
    interrupted: begun ? interrupted - 1 : interrupted,
    retryAtMs,
    journaled,
    limits: undefined,
    log: undefined,
  };
}
