import type { BusinessConnectionRecord } from "../world/business.ts";
import type { World } from "../world/world.ts";
import { businessConnection } from "./chat-access.ts";
import type { MethodCall } from "./method.ts";
import { forbidden } from "./refusals.ts";

/**
 * Refuses what the person has not allowed the bot.
 * @see https://core.telegram.org/bots/api#businessbotrights
 */
export function requireRight({ rights }: BusinessConnectionRecord, right: string): void {
  if (rights[right] !== true) throw forbidden("not enough rights");
}

/** The connection of a call, when it has a right. */
export function managedAccount(
  world: World,
  call: MethodCall,
  right: string,
): BusinessConnectionRecord {
  const connection = businessConnection(world, call);
  requireRight(connection, right);
  return connection;
}
