/**
 * A process with a node on PostgreSQL that has all dead letters replayed, at a rate. In the middle of
 * it, it tells its parent the repair's number and kills itself.
 */
import { setTimeout as delay } from "node:timers/promises";

import { createPostgresStore } from "../src/store/postgres/postgres-store.ts";
import { countingNode } from "./counting-node.ts";

const RATE_PER_SECOND = 10;
/** Some are done, and most are not. */
const MIDDLE = 3;

const [url, schema] = process.argv.slice(2) as [string, string];
const node = countingNode(createPostgresStore({ url, schema }));
await node.start();
const { operator } = node;
const { repair } = await operator.planRepair({ action: "replay", ratePerSecond: RATE_PER_SECOND });
await operator.startRepair(repair.id);
while ((await operator.repair(repair.id))!.applied < MIDDLE) await delay(10);
process.send!({ id: repair.id }, () => process.kill(process.pid, "SIGKILL"));
