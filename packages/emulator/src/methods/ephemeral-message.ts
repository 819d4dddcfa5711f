import { userOf } from "../world/directory.ts";
import { isInside } from "../world/member.ts";
import { memberOf } from "../world/membership.ts";
import type { EphemeralMessage } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import type { ChatTarget } from "./chat-access.ts";
import { isObject, jsonParam, naming, requiredInteger } from "./json-fields.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** Where there are no such messages. */
export const NOT_HERE = "ephemeral messages can be sent only to groups";

/** The person whom alone a message is for; undefined for everyone. */
export function readReceiver(world: World, call: MethodCall, chat: ChatTarget): number | undefined {
  const { params } = call;
  const given = jsonParam(params, "ephemeral_message_parameters", "ephemeral message parameters");
  const userId = isObject(given)
    ? naming("Can't parse ephemeral message parameters", () =>
        requiredInteger(given, "receiver_user_id"),
      )
    : params.integer("receiver_user_id");
  if (userId === undefined) return undefined;
  if (chat.kind === "private") throw badRequest(NOT_HERE);
  const isHere = isInside(memberOf(world, chat.group, userId));
  if (userOf(world, userId) === undefined || !isHere) throw badRequest("USER_NOT_PARTICIPANT");
  return userId;
}

/** Keeps a message that one person sees, apart from those of everyone. */
export function addEphemeral(
  world: World,
  chat: ChatTarget,
  message: Omit<EphemeralMessage, "id" | "date">,
): EphemeralMessage {
  const stored = { id: world.next("ephemeral"), date: world.nowS(), ...message };
  chat.conversation.ephemeral.set(stored.id, stored);
  noteEphemeral(world, chat);
  return stored;
}

/** Wakes everyone who waits for something to happen in the chat. */
export function noteEphemeral(world: World, { conversation }: ChatTarget): void {
  world.record({ type: "world", change: "ephemeral-message", id: conversation.chatId });
}
