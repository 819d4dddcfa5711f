import { EmulatorError } from "../emulator-error.ts";
import { requireGroup, userOf } from "../directory.ts";
import { forwarded } from "../forward.ts";
import { isInside } from "../member.ts";
import { memberOf } from "../membership.ts";
import { isPrivate } from "../conversation.ts";
import type { ConversationRecord } from "../conversation.ts";
import type { StoredMessage } from "../stored-message.ts";
import { isService } from "../stored-message.ts";
import type { BotReference } from "../world-file.ts";
import type { World } from "../world.ts";
import type { Where } from "./place.ts";
import { conversationAt, conversationToWrite, requireMessage, threadTarget } from "./place.ts";
import type { Posted } from "./say.ts";
import { post } from "./say.ts";

export interface Forwarding extends Where {
  readonly person: number;
  readonly message_id: number;
  /** Where the message is: a group, a channel, or the person's own id for a private chat. */
  readonly from_chat?: number | undefined;
  /** The bot of the private chat that the message is in. */
  readonly from_bot?: BotReference | undefined;
  /** Whoever wrote it lets nobody see their account behind forwarded messages. */
  readonly is_sender_hidden?: boolean | undefined;
  readonly message_thread_id?: number | undefined;
}

/** A person sends a message on, from any chat that they can read. */
export function forward(world: World, wanted: Forwarding): Posted {
  const target = conversationToWrite(world, wanted);
  const from = sourceOf(world, wanted);
  const source = requireMessage(from, wanted.message_id);
  if (isService(source.content) || source.content.has_protected_content === true) {
    throw new EmulatorError("conflict", `message ${source.id} cannot be forwarded`);
  }
  return post(world, target, {
    senderId: wanted.person,
    ...forwarded(world, from, source),
    ...(wanted.is_sender_hidden === true ? { forwardOrigin: hiddenOrigin(world, source) } : {}),
    ...threadTarget(world, target, wanted),
  });
}

function sourceOf(world: World, { person, ...wanted }: Forwarding): ConversationRecord {
  const chat = wanted.from_chat ?? wanted.chat;
  const source = conversationAt(world, { person, chat, bot: wanted.from_bot ?? wanted.bot });
  if (isPrivate(source)) {
    if (source.chatId === person) return source;
    throw new EmulatorError("bad-request", `chat ${source.chatId} is another person's`);
  }
  const group = requireGroup(world, source.chatId);
  const isPublic = group.username !== undefined;
  if (isPublic || isInside(memberOf(world, group, person))) return source;
  throw new EmulatorError("conflict", `person ${person} is not in group ${group.id}`);
}

function hiddenOrigin(world: World, { senderId, date }: StoredMessage) {
  const { first_name, last_name } = userOf(world, senderId)!;
  const sender_user_name = [first_name, last_name].filter(Boolean).join(" ");
  return { type: "hidden_user", sender_user_name, date } as const;
}
