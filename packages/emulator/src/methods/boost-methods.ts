import type { UserChatBoosts } from "@hookgram/bot-api";
import { boostView } from "../world/boost.ts";
import { isAdministrator } from "../world/member.ts";
import type { World } from "../world/world.ts";
import { groupOf } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { readUserId } from "./user-id.ts";

/** The method that tells how somebody boosts a chat. */
export function boostMethods(world: World): Handlers {
  return { getUserChatBoosts: (call) => getBoosts(world, call) };
}

function getBoosts(world: World, call: MethodCall): UserChatBoosts {
  const userId = readUserId(call.params);
  const { group, self } = groupOf(world, call, "read-members", "CHAT_INVALID");
  if (!isAdministrator(self)) throw badRequest("CHAT_ADMIN_REQUIRED");
  const own = [...group.boosts.values()].filter(({ personId }) => personId === userId);
  return { boosts: own.map((boost) => boostView(world, boost)) };
}
