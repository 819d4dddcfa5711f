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
    const mark = message.forward_origin === undefined ? "" : "[forwarded] ";
    const [first = "", ...more] = `${mark}${contentText(message)}`.split("\n");
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
  const event = serviceText(message);
  if (event !== undefined) return event;
  const medium = MEDIA.find((field) => message[field] !== undefined);
  if (medium !== undefined) return [`[${medium}]`, message.caption ?? ""].join(" ").trim();
  return otherText(message) ?? "[message]";
}

function otherText(message: Message): string | undefined {
  const { contact, location, venue, dice, poll, checklist, invoice, game, paid_media } = message;
  if (contact !== undefined) return `[contact] ${contact.first_name} ${contact.phone_number}`;
  if (venue !== undefined) return `[venue] ${venue.title}, ${venue.address}`;
  if (location !== undefined) return `[location] ${location.latitude}, ${location.longitude}`;
  if (dice !== undefined) return `[dice] ${dice.emoji} ${dice.value}`;
  if (invoice !== undefined) {
    return `[invoice] ${invoice.title}, ${invoice.total_amount} ${invoice.currency}`;
  }
  if (game !== undefined) return `[game] ${game.title}`;
  if (paid_media !== undefined) return `[paid media] ${paid_media.star_count} XTR`;
  if (checklist !== undefined) {
    const tasks = checklist.tasks.map(({ text, completion_date: doneAt }) => {
      return `- ${text}${doneAt === undefined ? "" : " (done)"}`;
    });
    return [`[checklist] ${checklist.title}`, ...tasks].join("\n");
  }
  if (poll === undefined) return undefined;
  const options = poll.options.map(({ text, voter_count }) => `- ${text} (${voter_count})`);
  return [`[poll] ${poll.question}`, ...options].join("\n");
}

/** What service messages say, by the field that makes them one. */
const SERVICE_TEXTS: { readonly [Field in keyof Message]?: (message: Message) => string } = {
  new_chat_members: (m) => `[joined] ${firstNames(m.new_chat_members!)}`,
  left_chat_member: (m) => `[left] ${m.left_chat_member!.first_name}`,
  new_chat_title: (m) => `[title] ${m.new_chat_title}`,
  new_chat_photo: () => "[changed the photo]",
  delete_chat_photo: () => "[removed the photo]",
  pinned_message: () => "[pinned a message]",
  group_chat_created: () => "[created the group]",
  migrate_to_chat_id: () => "[made the group a supergroup]",
  forum_topic_created: (m) => `[topic] ${m.forum_topic_created!.name}`,
  forum_topic_closed: () => "[closed the topic]",
  forum_topic_reopened: () => "[opened the topic again]",
  successful_payment: (m) => {
    const { total_amount, currency } = m.successful_payment!;
    return `[paid] ${total_amount} ${currency}`;
  },
  refunded_payment: () => "[got the money back]",
  web_app_data: (m) => `[web app data] ${m.web_app_data!.data}`,
  users_shared: () => "[shared people]",
  chat_shared: () => "[shared a chat]",
};

function firstNames(users: readonly { readonly first_name: string }[]): string {
  return users.map(({ first_name }) => first_name).join(", ");
}

function serviceText(message: Message): string | undefined {
  const fields = Object.keys(SERVICE_TEXTS) as (keyof Message)[];
  const field = fields.find((name) => message[name] !== undefined);
  return field === undefined ? undefined : SERVICE_TEXTS[field]?.(message);
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
