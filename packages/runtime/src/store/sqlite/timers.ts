import type { Accepted, Ending } from "../store.ts";
import { type Fired, type FireWrite, timersOf } from "../timer-operations.ts";
import { storeEvent } from "./events.ts";
import type { Statements } from "./statements.ts";

/** What has become of the timer that was handled is what the attempt has seen. */
export function isTimerCurrent(statements: Statements, ending: Ending): boolean {
  if (ending.to !== "done" || ending.fired === undefined) return true;
  return readGeneration(statements, ending.fired.key) === ending.fired.generation;
}

export function readGeneration(statements: Statements, key: string): number | undefined {
  const row = statements.get("timerGeneration").get(key);
  return row === undefined ? undefined : Number(row["generation"]);
}

/** Ends the timer that was handled, then sets and cancels. */
export function writeTimers(statements: Statements, ending: Ending, generation: number): void {
  if (ending.to !== "done") return;
  const { fired } = ending;
  if (fired !== undefined) statements.get("endTimer").run(fired.key, fired.generation);
  for (const { key, timer } of timersOf(ending)) {
    if (timer === undefined) statements.get("cancelTimer").run(key);
    else {
      const { botId, lane, dueAtMs, raw } = timer;
      statements.get("setTimer").run(key, botId, lane, dueAtMs, generation, raw);
    }
  }
}

/** See `TimerStore.fire`. */
export function fire(statements: Statements, { nowMs, limit }: FireWrite): Fired {
  const events = statements
    .get("dueTimers")
    .all(nowMs, limit)
    .map((row) => {
      const lane = String(row["lane"]);
      const [botId, raw] = [Number(row["bot_id"]), row["raw"] as Uint8Array];
      const seq = storeEvent(statements, { botId, lane, raw, receivedAtMs: nowMs });
      statements.get("markFired").run(row["key"]!);
      const accepted: Accepted = { status: "stored", seq, place: "aside", begun: false };
      return { lane, accepted };
    });
  return { events, nextDueMs: statements.nextTimerMs() };
}
