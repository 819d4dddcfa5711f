import type { Message } from "@hookgram/bot-api";
import type { ConversationRecord } from "../world/conversation.ts";
import { messageForPeople } from "../world/message-view.ts";
import type { ReplyMarkup } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";

/** Fields of a message that hold media; the name is what the transcript shows. */
const MEDIA = [
  "photo",
  "animation",
  "video",
  "document",
  "audio",
  "voice",
  "video_note",
  "sticker",
] as const;

/**
 * A chat as lines for reading: who says what, media in brackets, buttons below. There are no times
 * and no identifiers in it, so that it can be compared with an expected one.
 */
export function transcript(world: World, conversation: ConversationRecord): string[] {
  return [...conversation.messages.values()].flatMap((stored) => {
    const message = messageForPeople(world, conversation, stored);
    const name = message.from?.first_name ?? "?";
    const edited = message.edit_date === undefined ? "" : " (edited)";
    const [first = "", ...more] = contentText(message).split("\n");
    const indent = " ".repeat(name.length + 2);
    return [
      `${name}: ${first}${more.length === 0 ? edited : ""}`,
      ...more.map((line, index) => `${indent}${line}${index === more.length - 1 ? edited : ""}`),
      ...buttonLines(stored.markup).map((line) => `${indent}${line}`),
    ];
  });
}

function contentText(message: Message): string {
  if (message.text !== undefined) return message.text;
  const medium = MEDIA.find((field) => message[field] !== undefined);
  if (medium !== undefined) return [`[${medium}]`, message.caption ?? ""].join(" ").trim();
  return otherText(message) ?? serviceText(message) ?? "[message]";
}

function otherText(message: Message): string | undefined {
  const { contact, location, venue, dice, poll } = message;
  if (contact !== undefined) return `[contact] ${contact.first_name} ${contact.phone_number}`;
  if (venue !== undefined) return `[venue] ${venue.title}, ${venue.address}`;
  if (location !== undefined) return `[location] ${location.latitude}, ${location.longitude}`;
  if (dice !== undefined) return `[dice] ${dice.emoji} ${dice.value}`;
  if (poll === undefined) return undefined;
  const options = poll.options.map(({ text, voter_count }) => `- ${text} (${voter_count})`);
  return [`[poll] ${poll.question}`, ...options].join("\n");
}

function serviceText(message: Message): string | undefined {
  const { new_chat_members, left_chat_member, new_chat_title, pinned_message } = message;
  if (new_chat_members !== undefined) {
    return `[joined] ${new_chat_members.map(({ first_name }) => first_name).join(", ")}`;
  }
  if (left_chat_member !== undefined) return `[left] ${left_chat_member.first_name}`;
  if (new_chat_title !== undefined) return `[title] ${new_chat_title}`;
  if (pinned_message !== undefined) return "[pinned a message]";
  return message.group_chat_created === undefined ? undefined : "[created the group]";
}

function buttonLines(markup: ReplyMarkup | undefined): string[] {
  if (markup === undefined) return [];
  if ("inline_keyboard" in markup) return rowLines(markup.inline_keyboard, "[", "]");
  return "keyboard" in markup ? rowLines(markup.keyboard, "(", ")") : [];
}

function rowLines(
  rows: readonly (readonly (string | { readonly text: string })[])[],
  open: string,
  close: string,
): string[] {
  return rows.map((row) => {
    const labels = row.map((button) => (typeof button === "string" ? button : button.text));
    return labels.map((label) => `${open}${label}${close}`).join(" ");
  });
}
