import { isDeepStrictEqual } from "node:util";
import { hasRight, isAdministrator } from "../world/member.ts";
import { postMessage } from "../world/post-message.ts";
import type { World } from "../world/world.ts";
import { chatOf, groupOf } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import type { MethodCall } from "./method.ts";
import { readPermissions } from "./permissions.ts";
import { badRequest } from "./refusals.ts";

/** @see https://core.telegram.org/bots/api#setchattitle */
const TITLE_MAX = 128;
/** @see https://core.telegram.org/bots/api#setchatdescription */
const DESCRIPTION_MAX = 255;

/** Methods that change a group's settings. */
export function chatSettingsMethods(world: World): Handlers {
  return {
    setChatTitle: (call) => setChatTitle(world, call),
    setChatDescription: (call) => setChatDescription(world, call),
    setChatPermissions: (call) => setChatPermissions(world, call),
    exportChatInviteLink: (call) => exportChatInviteLink(world, call),
  };
}

function setChatTitle(world: World, call: MethodCall): true {
  const target = groupOf(world, call, "write", "Can't change private chat title");
  const title = (call.params.text("title") ?? "").trim().slice(0, TITLE_MAX);
  if (title === "") throw badRequest("Title must be non-empty");
  if (!hasRight(target.self, "can_change_info")) {
    throw badRequest("Not enough rights to change chat title");
  }
  if (target.group.title === title) return true;
  target.group.title = title;
  postMessage(world, target.conversation, {
    senderId: call.bot.id,
    content: { new_chat_title: title },
  });
  return true;
}

function setChatDescription(world: World, call: MethodCall): true {
  const chat = chatOf(world, call, "write");
  if (chat.kind === "private") throw badRequest("Can't change private chat description");
  const description = (call.params.text("description") ?? "").trim();
  if (!hasRight(chat.self, "can_change_info")) {
    throw badRequest("Not enough rights to set chat description");
  }
  if (description.length > DESCRIPTION_MAX) throw badRequest("CHAT_ABOUT_TOO_LONG");
  if ((chat.group.description ?? "") === description) {
    throw badRequest("chat description is not modified");
  }
  if (description === "") delete chat.group.description;
  else chat.group.description = description;
  world.record({ type: "world", change: "chat-changed", id: chat.group.id });
  return true;
}

function setChatPermissions(world: World, call: MethodCall): true {
  const permissions = readPermissions(call.params);
  const { group, self } = groupOf(world, call, "write", "Can't change private chat permissions");
  if (!hasRight(self, "can_restrict_members")) {
    throw badRequest("Not enough rights to change chat permissions");
  }
  if (isDeepStrictEqual(permissions, group.permissions)) throw badRequest("CHAT_NOT_MODIFIED");
  group.permissions = permissions;
  world.record({ type: "world", change: "chat-changed", id: group.id });
  return true;
}

/** A new primary link of the bot; the one before it stops working. */
function exportChatInviteLink(world: World, call: MethodCall): string {
  const refusal = "Can't invite members to a private chat";
  const { group, self } = groupOf(world, call, "write", refusal);
  if (!isAdministrator(self) || !hasRight(self, "can_invite_users")) {
    throw badRequest("Not enough rights to manage chat invite link");
  }
  const number = String(world.next("inviteLink")).padStart(16, "0");
  const link = `https://t.me/+${number}`;
  group.inviteLinks.set(call.bot.id, link);
  world.record({ type: "world", change: "chat-changed", id: group.id });
  return link;
}
