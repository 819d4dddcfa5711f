import type { Row } from "./connection.ts";
import type { Released } from "./operations.ts";
import { type Scope, transact } from "./session.ts";

/** Told to whoever has room: a lane that nobody has. */
export const ANYBODY = 0;

/**
 * Gives those of the lanes back that are idle still. One that waits for a claim stays ours: the
 * claim says what becomes of it. Until then nobody need look at it again, and with a long backlog
 * that may be long: to ask about such lanes over and over was a third of what an update cost.
 *
 * The caller says that it has nothing of these lanes any more, and yet what is live in them is
 * looked for: an update in a lane without a row would be found by nobody, ever.
 */
export async function release(scope: Scope, wanted: readonly string[]): Promise<Released> {
  const { lanes, left } = await transact(scope, () => giveBack(scope, wanted));
  // Before a claim of the same batch finds that nothing waits in one of them, and it is idle again.
  scope.released(lanes);
  return { left };
}

/** `lanes`: those that were idle still. */
async function giveBack(
  { connection, node, woken, stillIdle }: Scope,
  wanted: readonly string[],
): Promise<Released & { readonly lanes: readonly string[] }> {
  const lanes = stillIdle(wanted).toSorted();
  if (lanes.length === 0) return { lanes, left: [] };
  const empty = await connection.run("releaseLanes", [node, lanes]);
  if (empty.length === lanes.length) return { lanes, left: [] };
  const left = (await connection.run("giveUpLanes", [node, lanes])).map(toLane);
  if (left.length > 0) woken.add(ANYBODY);
  return { lanes, left };
}

/**
 * Gives back what is idle at this moment and has nothing in it. Says which lanes these are, and
 * which wait for a claim.
 */
export async function releaseFree({ connection, node, idle }: Scope): Promise<readonly string[]> {
  const lanes = idle();
  if (lanes.length === 0) return [];
  return (await connection.run("releaseFreeLanes", [node, lanes])).map(toLane);
}

function toLane(row: Row): string {
  return String(row["lane"]);
}
