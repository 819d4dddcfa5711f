import type { Connection } from "./connection.ts";
import { COUNTED_MAX } from "./sql.ts";

/** How many updates there are; see `StoreStats`. */
export interface Counts {
  readonly live: number;
  readonly parked: number;
  /**
   * One of the numbers is estimated. Adding what this node accepts and settles afterwards makes it
   * no more exact.
   */
  readonly isEstimate: boolean;
}

export async function readCounts(connection: Connection): Promise<Counts> {
  const [row] = await connection.run("counts", []);
  const [live, parked] = [Number(row?.["live"]), Number(row?.["parked"])];
  return { live, parked, isEstimate: Math.max(live, parked) >= COUNTED_MAX };
}
