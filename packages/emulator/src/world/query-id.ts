import type { World } from "./world.ts";

/** Identifiers of queries look like Telegram's: the user in the upper half, a count in the lower. */
export function newQueryId(world: World, personId: number): string {
  return String((BigInt(personId) << 32n) | BigInt(world.next("query")));
}
