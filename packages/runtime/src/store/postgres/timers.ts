import type { NewUpdate } from "../store.ts";
import { type Fired, type FireWrite, timersOf } from "../timer-operations.ts";
import type { SleepingTimer } from "../timer-store.ts";
import { acceptAll } from "./accept.ts";
import type { Row } from "./connection.ts";
import type { SettleWrite } from "./operations.ts";
import type { Scope } from "./session.ts";

/** The generations of timers that were locked, by key. */
export type Generations = ReadonlyMap<string, number>;

/** Locks the timers that were handled, so that nobody cancels them any more. */
export async function lockTimers(
  { connection }: Scope,
  settles: readonly SettleWrite[],
): Promise<Generations> {
  const keys = settles.flatMap(({ ending }) => (ending.to === "done" && ending.fired?.key) || []);
  if (keys.length === 0) return new Map();
  const rows = await connection.run("lockTimers", [keys]);
  return new Map(rows.map((row) => [String(row["key"]), Number(row["generation"])]));
}

/** What has become of the timer that was handled is what the attempt has seen. */
export function isTimerCurrent({ ending }: SettleWrite, generations: Generations): boolean {
  if (ending.to !== "done" || ending.fired === undefined) return true;
  return generations.get(ending.fired.key) === ending.fired.generation;
}

/** Ends the timers that were handled, then sets and cancels. No key is in two settlements. */
export async function writeTimers(scope: Scope, applied: readonly SettleWrite[]): Promise<void> {
  const gone = new Set<string>();
  const set: SetTimer[] = [];
  for (const { ending, seq: generation } of applied) {
    if (ending.to === "done" && ending.fired !== undefined) gone.add(ending.fired.key);
    for (const { key, timer } of timersOf(ending)) {
      if (timer === undefined) gone.add(key);
      else set.push({ key, generation, ...timer });
    }
  }
  for (const { key } of set) gone.delete(key);
  if (gone.size > 0) await scope.connection.run("removeTimers", [[...gone].toSorted(byText)]);
  if (set.length > 0) await scope.connection.run("setTimers", toColumns(set));
}

interface SetTimer extends SleepingTimer {
  readonly key: string;
  readonly generation: number;
}

/** All bytes go over as one value, as those of new updates do. */
function toColumns(timers: readonly SetTimer[]): unknown[] {
  let end = 1;
  return [
    Buffer.concat(timers.map(({ raw }) => raw)),
    timers.map(({ key }) => key),
    timers.map(({ botId }) => botId),
    timers.map(({ lane }) => lane),
    timers.map(({ dueAtMs }) => dueAtMs),
    timers.map(({ generation }) => generation),
    timers.map(({ raw }) => (end += raw.length) - raw.length),
    timers.map(({ raw }) => raw.length),
  ];
}

/** See `TimerStore.fire`. In a transaction of its own. */
export async function fire(scope: Scope, { nowMs, limit }: FireWrite): Promise<Fired> {
  const { connection } = scope;
  const rows = await connection.run("dueTimers", [nowMs, limit]);
  const updates = rows.map((row) => toUpdate(row, nowMs));
  const accepted = await acceptAll(scope, updates);
  if (rows.length > 0) await connection.run("markFired", [rows.map((row) => row["key"])]);
  const events = updates.map(({ lane }, at) => ({ lane, accepted: accepted[at]! }));
  return { events, nextDueMs: toTime((await connection.run("nextTimer", []))[0]) };
}

/** The answer of `nextTimer`. */
export function toTime(row: Row | undefined): number | undefined {
  const due = row?.["due"];
  return due === null || due === undefined ? undefined : Number(due);
}

function toUpdate(row: Row, nowMs: number): NewUpdate {
  return {
    botId: Number(row["bot_id"]),
    updateId: undefined,
    raw: row["raw"] as Uint8Array,
    receivedAtMs: nowMs,
    lane: String(row["lane"]),
    expiresAtMs: undefined,
    parkedBecause: undefined,
    place: "aside",
    begin: false,
  };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
