import type { Row } from "./connection.ts";
import type { Claimed, ClaimedRow } from "./operations.ts";
import { type Scope, transact } from "./session.ts";
import { toStoredUpdate } from "./rows.ts";

/** Updates that one step of a claim reads. */
const PAGE_LENGTH = 256;

/** Of one lane, per step: the others have their turn too. */
const LANE_PAGE_LENGTH = 64;

/** Hands out up to `limit` updates of lanes that are ours, or that nobody has and we take. */
export async function claim(scope: Scope, limit: number): Promise<Claimed> {
  const rows: ClaimedRow[] = [];
  while (rows.length < limit) {
    const length = Math.min(limit - rows.length, PAGE_LENGTH);
    const page = await transact(scope, () => claimPage(scope, length));
    rows.push(...page);
    // What is still there is locked by somebody who will see to it, or will say that it waits.
    if (page.length === 0) return { rows, more: false };
  }
  const [row] = await scope.connection.run("isWaiting", [scope.node]);
  return { rows, more: row?.["waiting"] === true };
}

async function claimPage(scope: Scope, length: number): Promise<readonly ClaimedRow[]> {
  const { connection, node, voided } = scope;
  const lanes = await connection.run("lockWaitingLanes", [node, length, [...voided]]);
  if (lanes.length === 0) return [];
  const [names, after] = [column(lanes, "lane"), column(lanes, "waiting_after")];
  const found = await connection.run("page", [names, after, LANE_PAGE_LENGTH, length]);
  const given = new Map(found.map((row) => [row["lane"], row["seq"]]));
  if (given.size > 0) {
    await connection.run("giveLanes", [node, [...given.keys()], [...given.values()]]);
  }
  if (found.length < length)
    await tidy(
      scope,
      names.filter((lane) => !given.has(lane)),
    );
  return found.map(toClaimedRow);
}

/** Nothing waits in these lanes after all: what was announced turned out to be a duplicate. */
async function tidy({ connection, node }: Scope, lanes: readonly unknown[]): Promise<void> {
  if (lanes.length === 0) return;
  await connection.run("calmLanes", [node, lanes]);
  await connection.run("dropEmptyLanes", [lanes]);
}

function column(rows: readonly Row[], name: string): unknown[] {
  return rows.map((row) => row[name]);
}

function toClaimedRow(row: Row): ClaimedRow {
  return row["aside"] === true
    ? { aside: true, seq: Number(row["seq"]), lane: String(row["lane"]) }
    : { aside: false, update: toStoredUpdate(row) };
}
