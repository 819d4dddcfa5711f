import type { Connection } from "./connection.ts";
import { COUNTED_MAX } from "./sql.ts";

/** How many updates there are; see `StoreStats`. */
export interface Counts {
  readonly live: number;
  readonly parked: number;
  /** One of them is. What is added and settled from then on makes it no better. */
  readonly isEstimate: boolean;
}

export async function readCounts(connection: Connection): Promise<Counts> {
  const [row] = await connection.run("counts", []);
  const [live, parked] = [Number(row?.["live"]), Number(row?.["parked"])];
  return { live, parked, isEstimate: Math.max(live, parked) >= COUNTED_MAX };
}
