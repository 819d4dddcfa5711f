import { failpoint } from "../../failpoint.ts";
import type { Accepted, NewUpdate } from "../store.ts";
import type { Scope } from "./session.ts";
import { LIVE, PARKED } from "./status.ts";
import { together } from "./together.ts";

/** A lane as it is after it was locked. */
interface TakenLane {
  readonly node: number;
  /**
   * This node has the lane and nothing of it waits for a claim, so that new updates can go straight
   * into the caller's hand without passing an older one.
   */
  readonly isFree: boolean;
}

const DUPLICATE: Accepted = { status: "duplicate" };

/** Stores new updates, in the order of the array, and takes the lanes that nobody has. */
export async function acceptAll(scope: Scope, updates: readonly NewUpdate[]): Promise<Accepted[]> {
  if (updates.length === 0) return [];
  const first = firstOfEach(updates);
  const [lanes, numbers] = await together([takeLanes(scope, first), takeNumbers(scope, first)]);
  const free = await withoutTakenKeys(scope, first);
  const stored = await insert(scope, free, { lanes, numbers });
  const answers = new Map<NewUpdate, Accepted>();
  for (const update of free) {
    const seq = numbers.get(update)!;
    const lane = lanes.get(update.lane);
    if (!stored.has(seq)) continue;
    answers.set(update, toAnswer(update, seq, lane));
    if (lane?.isFree === false && lane.node !== scope.node) scope.woken.add(lane.node);
  }
  return updates.map((update) => answers.get(update) ?? DUPLICATE);
}

/**
 * Of several with the same id or key, the one that came first; what has neither is like no other.
 */
function firstOfEach(updates: readonly NewUpdate[]): readonly NewUpdate[] {
  const seen = new Set<string>();
  return updates.filter(({ botId, updateId, key }) => {
    if (updateId === undefined && key === undefined) return true;
    const id = key === undefined ? `${botId}:${updateId}` : `${botId}:event:${key}`;
    return !seen.has(id) && seen.add(id) !== undefined;
  });
}

/**
 * Own events with a key that is remembered are left out; the keys of the others are from now on.
 */
async function withoutTakenKeys(
  { connection }: Scope,
  updates: readonly NewUpdate[],
): Promise<readonly NewUpdate[]> {
  const keyed = updates.filter(({ key }) => key !== undefined);
  if (keyed.length === 0) return updates;
  const rows = await connection.run("takeEventKeys", [
    keyed.map(({ botId }) => botId),
    keyed.map(({ key }) => key),
    keyed.map(({ receivedAtMs }) => receivedAtMs),
  ]);
  const free = new Set(rows.map((row) => `${String(row["bot_id"])} ${String(row["key"])}`));
  return updates.filter(({ botId, key }) => key === undefined || free.has(`${botId} ${key}`));
}

async function takeLanes(
  { connection, node, voided }: Scope,
  updates: readonly NewUpdate[],
): Promise<ReadonlyMap<string, TakenLane>> {
  const wanted = new Map<string, boolean>();
  for (const { lane, place, parkedBecause } of updates) {
    if (parkedBecause !== undefined) continue;
    // If one update of the lane has to wait, the others of this batch wait with it, so that none of
    // them can pass it.
    const isWanted = place !== "later" && !voided.has(lane);
    wanted.set(lane, isWanted && wanted.get(lane) !== false);
  }
  if (wanted.size === 0) return new Map();
  const sorted = [...wanted].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const [names, wants] = [sorted.map(([lane]) => lane), sorted.map(([, isWanted]) => isWanted)];
  const rows = await connection.run("takeLanes", [node, names, wants]);
  failpoint("lane.taken");
  return new Map(
    rows.map((row) => {
      const isFree = row["node"] === node && row["waiting_after"] === null;
      return [String(row["lane"]), { node: Number(row["node"]), isFree }];
    }),
  );
}

/** Numbers for new updates, once their lanes are locked: see the rules in `sql.ts`. */
async function takeNumbers(
  { connection }: Scope,
  updates: readonly NewUpdate[],
): Promise<ReadonlyMap<NewUpdate, number>> {
  const rows = await connection.run("takeNumbers", [updates.length]);
  return new Map(updates.map((update, at) => [update, Number(rows[at]!["seq"])]));
}

interface Taken {
  readonly lanes: ReadonlyMap<string, TakenLane>;
  readonly numbers: ReadonlyMap<NewUpdate, number>;
}

/** Gives the numbers of those that were stored; the others are duplicates. */
async function insert(
  { connection }: Scope,
  updates: readonly NewUpdate[],
  { lanes, numbers }: Taken,
): Promise<ReadonlySet<unknown>> {
  const isParked = ({ parkedBecause }: NewUpdate): boolean => parkedBecause !== undefined;
  const isBegun = (it: NewUpdate): boolean => isBegunIn(it, lanes.get(it.lane));
  const seqs = updates.map((it) => numbers.get(it)!);
  const inserting = connection.run("insertUpdates", [
    seqs,
    updates.map(({ botId }) => botId),
    updates.map(({ updateId }) => updateId ?? null),
    updates.map(({ lane }) => lane),
    updates.map((it) => (isParked(it) ? PARKED : LIVE)),
    updates.map(({ place }) => place === "aside"),
    updates.map((it) => (isBegun(it) ? 1 : 0)),
    updates.map(({ receivedAtMs }) => receivedAtMs),
    updates.map(({ expiresAtMs }) => expiresAtMs ?? null),
    updates.map((it) => (isParked(it) ? it.receivedAtMs : null)),
    updates.map(({ parkedBecause }) => parkedBecause ?? null),
  ]);
  const filling = connection.run("insertPayloads", payloadColumns(updates, seqs));
  const [rows] = await together([inserting, filling]);
  failpoint("update.inserted");
  return new Set(rows.map((row) => row["seq"]));
}

/**
 * All bytes are sent as one binary value, because the client writes the elements of an array as
 * text.
 */
function payloadColumns(updates: readonly NewUpdate[], seqs: readonly number[]): unknown[] {
  let end = 1;
  const starts = updates.map(({ raw }) => (end += raw.length) - raw.length);
  const lengths = updates.map(({ raw }) => raw.length);
  return [Buffer.concat(updates.map(({ raw }) => raw)), seqs, starts, lengths];
}

function isBegunIn(update: NewUpdate, lane: TakenLane | undefined): boolean {
  return update.begin && update.place === "hand" && lane?.isFree === true;
}

function toAnswer(update: NewUpdate, seq: number, lane: TakenLane | undefined): Accepted {
  const place = lane?.isFree === true ? update.place : "later";
  return { status: "stored", seq, place, begun: isBegunIn(update, lane) };
}
