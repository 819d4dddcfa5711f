import type { User } from "@hookgram/bot-api";
import type { ChatMessage } from "../control/control-shapes.ts";
import { priceText } from "./quantity-text.ts";

function names(users: readonly User[]): string {
  return users.map(({ first_name }) => first_name).join(", ");
}

function joinText({ from, new_chat_members: joined = [] }: ChatMessage): string {
  const cameAlone = joined.length === 1 && joined[0]!.id === from?.id;
  return cameAlone
    ? `${names(joined)} joined the group`
    : `${from?.first_name ?? "Somebody"} added ${names(joined)}`;
}

function leaveText({ from, left_chat_member: left }: ChatMessage): string {
  return left!.id === from?.id
    ? `${left!.first_name} left the group`
    : `${from?.first_name ?? "Somebody"} removed ${left!.first_name}`;
}

function paidText({ successful_payment: paid }: ChatMessage): string {
  return `Payment of ${priceText(paid!.total_amount, paid!.currency)} received`;
}

type ServiceField = keyof ChatMessage;

/** The fields that make a message a service message, with what they say to people. */
const SERVICE_TEXTS: readonly (readonly [ServiceField, (message: ChatMessage) => string])[] = [
  ["new_chat_members", joinText],
  ["left_chat_member", leaveText],
  ["new_chat_title", (m) => `The group is now called “${m.new_chat_title}”`],
  ["new_chat_photo", () => "The group has a new photo"],
  ["delete_chat_photo", () => "The group's photo was removed"],
  ["group_chat_created", (m) => `${m.from?.first_name ?? "Somebody"} created the group`],
  ["supergroup_chat_created", () => "The supergroup was created"],
  ["channel_chat_created", () => "The channel was created"],
  ["migrate_to_chat_id", () => "The group became a supergroup"],
  ["migrate_from_chat_id", () => "This supergroup was a group before"],
  ["pinned_message", (m) => `${m.from?.first_name ?? "Somebody"} pinned a message`],
  ["message_auto_delete_timer_changed", () => "The auto-delete timer was changed"],
  ["successful_payment", paidText],
  ["refunded_payment", () => "A payment was refunded"],
  ["users_shared", () => "Users were shared with the bot"],
  ["chat_shared", () => "A chat was shared with the bot"],
  ["write_access_allowed", () => "The bot may now write first"],
  ["boost_added", () => "The chat was boosted"],
  ["forum_topic_created", (m) => `Topic “${m.forum_topic_created!.name}” was created`],
  ["forum_topic_edited", () => "The topic was changed"],
  ["forum_topic_closed", () => "The topic was closed"],
  ["forum_topic_reopened", () => "The topic was opened again"],
  ["general_forum_topic_hidden", () => "The general topic was hidden"],
  ["general_forum_topic_unhidden", () => "The general topic is shown again"],
  ["video_chat_started", () => "A video chat began"],
  ["video_chat_ended", () => "The video chat ended"],
  ["web_app_data", (m) => `Data from the Mini App “${m.web_app_data!.button_text}” was sent`],
];

/** What a service message says, or undefined when somebody wrote the message. */
export function serviceText(message: ChatMessage): string | undefined {
  const found = SERVICE_TEXTS.find(([field]) => message[field] !== undefined);
  return found?.[1](message);
}
