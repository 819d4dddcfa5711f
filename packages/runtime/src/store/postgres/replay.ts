import { failpoint } from "../../failpoint.ts";
import type { Scope } from "./session.ts";

/**
 * Puts a parked update at the end of its lane. Gives its new number; undefined when no update with
 * the old one is parked.
 */
export async function replay(scope: Scope, seq: number): Promise<number | undefined> {
  const { connection, node, woken } = scope;
  const [parked] = await connection.run("lockParked", [seq]);
  if (parked === undefined) return undefined;
  const [lane] = await connection.run("takeLanes", [node, [parked["lane"]], [false]]);
  const [replayed] = await connection.run("replayUpdate", [seq]);
  failpoint("update.replayed");
  const newSeq = Number(replayed?.["seq"]);
  await connection.run("replayPayload", [seq, newSeq]);
  await connection.run("replayJournal", [seq, newSeq]);
  if (lane?.["node"] !== node) woken.add(Number(lane?.["node"]));
  return newSeq;
}
