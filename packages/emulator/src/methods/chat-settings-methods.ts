import { isDeepStrictEqual } from "node:util";
import { photoSizes } from "../files/media-content.ts";
import { hasRight } from "../world/member.ts";
import { membersInside } from "../world/membership.ts";
import { storeUpload } from "../files/store-upload.ts";
import { postMessage } from "../world/post-message.ts";
import type { World } from "../world/world.ts";
import { chatOf, groupOf } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import type { MethodCall } from "./method.ts";
import { readPermissions } from "./permissions.ts";
import { badRequest } from "./refusals.ts";
import { requireStickerSet } from "./sticker-sets.ts";

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
    setChatPhoto: (call) => setChatPhoto(world, call),
    deleteChatPhoto: (call) => deleteChatPhoto(world, call),
    setChatStickerSet: (call) =>
      setStickerSet(world, call, call.params.text("sticker_set_name") ?? ""),
    deleteChatStickerSet: (call) => setStickerSet(world, call, ""),
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

/** A new photo must be uploaded; one that Telegram has already cannot be taken. */
function setChatPhoto(world: World, call: MethodCall): true {
  const target = groupOf(world, call, "write", "Can't change private chat photo");
  const upload = call.params.file("photo");
  if (upload === undefined) {
    const isGiven = (call.params.text("photo") ?? "") !== "";
    throw badRequest(
      isGiven ? "photo must be uploaded as an InputFile" : "There is no photo in the request",
    );
  }
  if (!hasRight(target.self, "can_change_info")) {
    throw badRequest("Not enough rights to change chat photo");
  }
  const photo = storeUpload(world, upload, { kind: "photo", details: {} });
  target.group.photoId = photo.fileId;
  postMessage(world, target.conversation, {
    senderId: call.bot.id,
    content: { new_chat_photo: photoSizes(world, photo) },
  });
  return true;
}

function deleteChatPhoto(world: World, call: MethodCall): true {
  const target = groupOf(world, call, "write", "Can't change private chat photo");
  if (!hasRight(target.self, "can_change_info")) {
    throw badRequest("Not enough rights to change chat photo");
  }
  if (target.group.photoId === undefined) throw badRequest("CHAT_NOT_MODIFIED");
  delete target.group.photoId;
  postMessage(world, target.conversation, {
    senderId: call.bot.id,
    content: { delete_chat_photo: true },
  });
  return true;
}

/** Only large supergroups can have a set of their own. */
const STICKER_SET_MEMBERS_MIN = 100;

function setStickerSet(world: World, call: MethodCall, name: string): true {
  const refusal = "Can't set supergroup sticker set";
  const { group, self } = groupOf(world, call, "write", refusal);
  const isLarge = membersInside(world, group).length >= STICKER_SET_MEMBERS_MIN;
  if (group.type !== "supergroup" || !isLarge) throw badRequest(refusal);
  if (!hasRight(self, "can_change_info")) {
    throw badRequest("Not enough rights to change supergroup sticker set");
  }
  if (name === "") delete group.stickerSetName;
  else group.stickerSetName = requireStickerSet(world, name).name;
  world.record({ type: "world", change: "chat-changed", id: group.id });
  return true;
}
