import type { StoredUpdate } from "../store/store.ts";
import type { LaneItem } from "./lane.ts";

/** What was read from the store, as its lane has it in memory. `begun`: see `LaneItem`. */
export function storedItem(update: StoredUpdate, begun: boolean): LaneItem {
  const { seq, botId, updateId, receivedAtMs, expiresAtMs, attempts, interrupted } = update;
  const { retryAtMs, journaled, raw } = update;
  const identity = { seq, botId, updateId, receivedAtMs, expiresAtMs, content: raw };
  return {
    ...identity,
    isStored: true,
    attempts,
    begun,
    // Its newest attempt is to run yet, so nothing has interrupted that one.
    interrupted: begun ? interrupted - 1 : interrupted,
    retryAtMs,
    journaled,
    limits: undefined,
    log: undefined,
  };
}
