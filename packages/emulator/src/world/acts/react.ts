import { setReactions } from "../react.ts";
import { senderChatFor } from "../sender-chat.ts";
import type { World } from "../world.ts";
import type { Where } from "./place.ts";
import { conversationToWrite, requireMessage } from "./place.ts";

export interface Reaction extends Where {
  readonly person: number;
  readonly message_id: number;
  /** Empty takes all away. */
  readonly emoji: readonly string[];
  /** In whose name: a channel of the person's. */
  readonly as_chat?: number | undefined;
}

/** A person sets or removes reactions to a message. */
export function react(world: World, reaction: Reaction): void {
  const { person, message_id, emoji, as_chat } = reaction;
  const conversation = conversationToWrite(world, reaction, "can_react_to_messages");
  const message = requireMessage(conversation, message_id);
  const reactions = emoji.map((one) => ({ type: "emoji", emoji: one }) as never);
  const author = { userId: person, asChat: as_chat };
  const actorId = senderChatFor(world, conversation, author) ?? person;
  setReactions(world, conversation, message, { actorId, reactions });
}
