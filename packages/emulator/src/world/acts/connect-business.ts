import type { BusinessConnection } from "@hookgram/bot-api";
import type { BusinessConnectionRecord } from "../business.ts";
import { businessView } from "../business.ts";
import { requireBot, requirePerson } from "../directory.ts";
import type { World } from "../world.ts";
import type { BotReference } from "../world-file.ts";

export interface Connecting {
  readonly person: number;
  readonly bot?: BotReference | undefined;
  /** False ends the connection. */
  readonly is_enabled: boolean;
  readonly rights: readonly string[];
}

/** A person lets a bot answer in their name, changes what it may do, or ends that. */
export function connectBusiness(world: World, wanted: Connecting): BusinessConnection {
  const { id: personId } = requirePerson(world, wanted.person);
  const { id: botId } = requireBot(world, wanted.bot);
  const rights = Object.fromEntries(wanted.rights.map((right) => [right, true] as const));
  const existing = [...world.state.businessConnections.values()].find(
    (one) => one.personId === personId && one.botId === botId,
  );
  const connection: BusinessConnectionRecord = existing ?? {
    id: `business_${String(world.next("business")).padStart(10, "0")}`,
    personId,
    botId,
    date: world.nowS(),
    rights,
    isEnabled: wanted.is_enabled,
  };
  connection.rights = rights;
  connection.isEnabled = wanted.is_enabled;
  world.state.businessConnections.set(connection.id, connection);
  const view = businessView(world, connection);
  world.publish(botId, "business_connection", view);
  world.record({ type: "world", change: "business-connection", id: personId });
  return view;
}
