import { StoreFault } from "../store-fault.ts";
import type { Row } from "./connection.ts";
import type { Claimed, ClaimedRow } from "./operations.ts";
import { attempt, type Scope, transact } from "./session.ts";
import { toStoredUpdate } from "./rows.ts";

/** Updates that one step of a claim reads. */
const PAGE_LENGTH = 256;

/**
 * Updates of one lane that one step reads at most, so that a long lane does not keep the others
 * waiting.
 */
const LANE_PAGE_LENGTH_MAX = 64;

/**
 * Updates that are looked at for each one that is handed out: some lanes have fewer than others.
 */
const LOOK_AHEAD = 2;

/**
 * Hands out up to `limit` updates of lanes that are ours, or that nobody has and we take.
 *
 * What one page gave is committed, so it is told even when the next page cannot be had.
 */
export async function claim(scope: Scope, limit: number): Promise<Claimed> {
  const rows: ClaimedRow[] = [];
  const calm: string[] = [];
  while (rows.length < limit) {
    const length = Math.min(limit - rows.length, PAGE_LENGTH);
    const take = (): Promise<ClaimedPage> => claimPage(scope, length);
    const page = await attempt(scope, () => transact(scope, take, { atOnce: true }));
    if ("fault" in page) {
      if (rows.length === 0) throw new StoreFault(page.fault.kind, page.fault.message);
      return { rows, calm, more: true };
    }
    rows.push(...page.value.rows);
    calm.push(...page.value.calm);
    // Whatever else waits is locked by a transaction that either claims it or announces it when it
    // ends.
    if (page.value.isLast) return { rows, calm, more: false };
  }
  const [row] = await scope.connection.run("isWaiting", [scope.node]);
  return { rows, calm, more: row?.["waiting"] === true };
}

interface ClaimedPage extends Pick<Claimed, "rows" | "calm"> {
  /** Nothing else waits that this node could claim now. */
  readonly isLast: boolean;
}

async function claimPage(scope: Scope, length: number): Promise<ClaimedPage> {
  const { connection, node, avoided } = scope;
  const locked = await connection.run("lockWaitingLanes", [node, length, [...avoided]]);
  if (locked.length === 0) return { rows: [], calm: [], isLast: true };
  const lanes = oldest(locked, length);
  const [names, after] = [column(lanes, "lane"), column(lanes, "waiting_after")];
  const share = Math.ceil((LOOK_AHEAD * length) / lanes.length);
  const laneLength = Math.min(share, LANE_PAGE_LENGTH_MAX);
  const found = await connection.run("page", [names, after, laneLength, length]);
  // The last update of each lane says whether others follow it. That is still true now, because
  // nobody can add to a lane that is locked.
  const given = new Map(found.map((row) => [row["lane"], row["follows"] ? row["seq"] : null]));
  if (given.size > 0) {
    await connection.run("giveLanes", [node, [...given.keys()], [...given.values()]]);
  }
  const others = found.length < length ? names.filter((lane) => !given.has(lane)) : [];
  const isLast = found.length < Math.min(length, laneLength) && lanes.length < length;
  return { rows: found.map(toClaimedRow), calm: await calmDown(scope, others), isLast };
}

/** Of our lanes and of those that nobody has, the ones that have waited for the longest time. */
function oldest(lanes: readonly Row[], count: number): readonly Row[] {
  const age = (row: Row): number => Number(row["waiting_after"]);
  return lanes.length > count ? lanes.toSorted((a, b) => age(a) - age(b)).slice(0, count) : lanes;
}

/**
 * Nothing waits in these lanes after all: what was announced turned out to be a duplicate, or
 * everything was found anew. Gives those that are ours.
 */
async function calmDown(
  { connection, node }: Scope,
  lanes: readonly unknown[],
): Promise<readonly string[]> {
  if (lanes.length === 0) return [];
  const calm = await connection.run("calmLanes", [node, lanes]);
  await connection.run("dropEmptyLanes", [lanes]);
  return calm.map((row) => String(row["lane"]));
}

function column(rows: readonly Row[], name: string): unknown[] {
  return rows.map((row) => row[name]);
}

function toClaimedRow(row: Row): ClaimedRow {
  return row["aside"] === true
    ? { aside: true, seq: Number(row["seq"]), lane: String(row["lane"]) }
    : { aside: false, update: toStoredUpdate(row) };
}
