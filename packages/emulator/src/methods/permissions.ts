import { PERMISSIONS, completeRights } from "../world/member.ts";
import { isObject, jsonParam, naming, optionalBoolean } from "./json-fields.ts";
import type { Params } from "./method.ts";
import { badRequest } from "./refusals.ts";

const MEDIA = [
  "can_send_audios",
  "can_send_documents",
  "can_send_photos",
  "can_send_videos",
  "can_send_video_notes",
  "can_send_voice_notes",
];

/**
 * Reads `permissions`. Unless they are independent, the right to send richer things includes the
 * right to send simpler ones.
 * @see https://core.telegram.org/bots/api#restrictchatmember
 * @throws {Refusal} in Telegram's words.
 */
export function readPermissions(params: Params): Record<string, boolean> {
  const value = jsonParam(params, "permissions", "permissions");
  if (value === undefined) throw badRequest('Parameter "permissions" is required');
  if (!isObject(value)) throw badRequest("Object expected as permissions");
  const names = [...PERMISSIONS, "can_send_media_messages"];
  const given = naming("Can't parse chat permissions", () =>
    Object.fromEntries(names.map((name) => [name, optionalBoolean(value, name)])),
  );
  const permissions = completeRights(PERMISSIONS, given, false);
  const set = (isSet: boolean, targets: readonly string[]): void => {
    if (isSet) for (const name of targets) permissions[name] = true;
  };
  const isIndependent = params.boolean("use_independent_chat_permissions");
  const hasMedia = MEDIA.some((name) => name in value);
  const sendsMedia = !hasMedia && given["can_send_media_messages"] === true;
  set(sendsMedia, MEDIA);
  set(sendsMedia && !isIndependent, ["can_send_messages"]);
  const isRich = given["can_send_other_messages"] || given["can_add_web_page_previews"];
  set(isRich === true && !isIndependent, [...MEDIA, "can_send_messages"]);
  set(given["can_send_polls"] === true && !isIndependent, ["can_send_messages"]);
  const follows = (name: string, leader: string): void => {
    if (!(name in value)) permissions[name] = permissions[leader] === true;
  };
  follows("can_manage_topics", "can_pin_messages");
  follows("can_edit_tag", "can_pin_messages");
  follows("can_react_to_messages", "can_send_messages");
  return permissions;
}
