import { StoreFault } from "../store-fault.ts";
import type { Connection, Row } from "./connection.ts";
import { ANYBODY } from "./release.ts";

/**
 * Lanes per transaction: far from the time that a statement may take, also on a server that is ten
 * times slower than most, and others hardly wait for their rows.
 */
const LANES_PER_STEP = 2_000;

/** A text that comes before the key of every lane. */
const FIRST = "";

export interface FreeLanesOptions {
  /** Whose lanes: nodes that are not there any more, or are about to go. */
  readonly nodes: readonly unknown[];
  readonly channel: string;
  /** Whether there is no time left for another step. */
  readonly isLate: () => boolean;
}

/**
 * Has nobody hold these lanes, so that everybody may claim what is live in them. False when it came
 * to be too late before the last one.
 */
export async function freeLanes(
  connection: Connection,
  { nodes, channel, isLate }: FreeLanesOptions,
): Promise<boolean> {
  for (let lane = FIRST; ;) {
    await connection.text("BEGIN");
    const freed = await connection.run("freeLanes", [nodes, lane, LANES_PER_STEP]);
    // Nothing was live in them when they were locked, and nobody could add anything since.
    const empty = freed.filter((row) => row["waiting_after"] === 0).map(toLane);
    if (empty.length > 0) await connection.run("dropEmptyLanes", [empty]);
    if (freed.length > 0) await connection.run("notify", [channel, [String(ANYBODY)]]);
    await connection.text("COMMIT");
    if (freed.length === 0) return true;
    if (isLate()) return false;
    lane = toLane(freed.at(-1)!);
  }
}

/**
 * Everything live in the lanes of this node is handed out again. It begins when no transaction of
 * another session of it runs any more, and must end before the first other statement of this one.
 */
export async function findLanesAnew(connection: Connection, node: number): Promise<void> {
  for (let lane = FIRST; ;) {
    await connection.text("BEGIN");
    const locked = await connection.run("lockNode", [node]);
    if (locked.length === 0) throw new StoreFault("taken", "another node has taken over");
    const found = await connection.run("findLanesAnew", [node, lane, LANES_PER_STEP]);
    await connection.text("COMMIT");
    if (found.length === 0) return;
    lane = toLane(found.at(-1)!);
  }
}

function toLane(row: Row): string {
  return String(row["lane"]);
}
