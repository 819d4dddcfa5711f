import type { Row } from "./connection.ts";
import type { Released } from "./operations.ts";
import type { Scope } from "./session.ts";

/** Told to whoever has room: a lane that nobody has. */
export const ANYBODY = 0;

/**
 * Gives those of the lanes back that are idle still. One in which somebody else has left something
 * meanwhile stays ours: a claim brings that.
 *
 * The caller says that it has nothing of these lanes any more, and yet what is live in them is
 * looked for: an update in a lane without a row would be found by nobody, ever.
 */
export async function release(
  { connection, node, woken, stillIdle }: Scope,
  wanted: readonly string[],
): Promise<Released> {
  const lanes = stillIdle(wanted).toSorted();
  if (lanes.length === 0) return { gone: [], left: [] };
  const empty = await connection.run("releaseLanes", [node, lanes]);
  if (empty.length === lanes.length) return { gone: lanes, left: [] };
  const left = (await connection.run("giveUpLanes", [node, lanes])).map(toLane);
  if (left.length > 0) woken.add(ANYBODY);
  const ours = new Set((await connection.run("ownLanes", [node, lanes])).map(toLane));
  return { gone: lanes.filter((lane) => !ours.has(lane)), left };
}

/** Gives back what is idle at this moment and has nothing in it, and says which lanes these are. */
export async function releaseFree({ connection, node, idle }: Scope): Promise<readonly string[]> {
  const lanes = idle();
  if (lanes.length === 0) return [];
  return (await connection.run("releaseFreeLanes", [node, lanes])).map(toLane);
}

function toLane(row: Row): string {
  return String(row["lane"]);
}
