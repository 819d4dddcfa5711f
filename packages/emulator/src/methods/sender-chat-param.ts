import type { World } from "../world/world.ts";
import { badRequest } from "./refusals.ts";

/**
 * The id of the chat in whose name somebody writes or reacts, from the text of a parameter. That of
 * a person stands for the private chat, and so for the person.
 * Telegram's refusals say `sender_chat_id` whatever the parameter is called.
 * @throws {Refusal} in Telegram's words.
 */
export function readSenderChat(world: World, text: string): number {
  if (text === "") throw badRequest("sender_chat_id is empty");
  if (!/^-?\d+$/.test(text)) throw badRequest("sender_chat_id is not a valid Integer");
  const id = Number(text);
  const isKnown = world.state.groups.has(id) || world.state.people.has(id);
  if (!isKnown) throw badRequest("chat not found");
  return id;
}
