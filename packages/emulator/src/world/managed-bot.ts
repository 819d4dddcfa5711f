import { userOf } from "./directory.ts";
import type { BotRecord } from "./user-record.ts";
import type { World } from "./world.ts";

/** Tells the manager of a bot that it is there, or has another token. */
export function publishManagedBot(world: World, { id, managed }: BotRecord): void {
  if (managed === undefined) return;
  const [user, bot] = [userOf(world, managed.ownerId)!, userOf(world, id)!];
  world.publish(managed.managerId, "managed_bot", { user, bot });
}

/** Whether a person may write to a bot; its owner always may. */
export function mayWriteTo({ managed }: BotRecord, personId: number): boolean {
  const allowed = managed?.allowedIds;
  return allowed === undefined || managed?.ownerId === personId || allowed.includes(personId);
}
