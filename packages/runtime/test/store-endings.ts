import type { Ending, Settlement, StateWrite } from "../src/store/store.ts";
import { NOW_MS } from "./store-ground.ts";

/** How the newest attempt has ended; by default the first one. */
export function settlement(
  seq: number,
  ending: Ending,
  { attempt = 1, next }: Partial<Pick<Settlement, "attempt" | "next">> = {},
): Settlement {
  return { seq, attempt, ending, atMs: NOW_MS, next };
}

/** Handled, with these changes of state. */
export function done(...writes: StateWrite[]): Ending {
  return { to: "done", handler: "start", writes };
}

/** A state of one number; version undefined: whatever was there. */
export function write(key: string, data: number, expectedVersion?: number): StateWrite {
  return { key, record: { state: "s:one", data, schemaVersion: 1 }, expectedVersion };
}

export function parked(error = "boom"): Ending {
  return { to: "parked", reason: "failed", error };
}
