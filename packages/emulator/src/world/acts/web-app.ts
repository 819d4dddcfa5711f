import type { WebAppInfo } from "@hookgram/bot-api";
import type { ConversationRecord } from "../conversation.ts";
import { isPrivate } from "../conversation.ts";
import { requireBot, requirePerson, userOf } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import { inlineResult } from "../inline-result.ts";
import { openResultQuery } from "../result-query.ts";
import { personUser } from "../user-record.ts";
import type { World } from "../world.ts";
import type { Where } from "./place.ts";
import { conversationToWrite } from "./place.ts";
import type { Press } from "./press.ts";
import { findInline, findReply, noSuchButton } from "./press.ts";
import type { Posted } from "./say.ts";
import { post } from "./say.ts";

export interface Launch extends Where {
  readonly person: number;
  /** What stands on the button; the menu button when left out. */
  readonly label?: string | undefined;
  readonly message_id?: number | undefined;
  /** A direct link to the app, which may stand in any chat, instead of a button. */
  readonly link?: AppLink | undefined;
}

/** `t.me/bot/app?startapp=…`: where the app is, and what the link says to it. */
export interface AppLink {
  readonly url: string;
  readonly start_param?: string | undefined;
}

/** A Web App that a person has opened. */
export interface Launched {
  readonly botId: number;
  /** As the bot has set it. */
  readonly url: string;
  readonly source: "inline" | "keyboard" | "menu" | "link";
  /** What the app is told, to be signed; undefined for a keyboard button, which tells nothing. */
  readonly fields?: Readonly<Record<string, string>>;
}

/**
 * A person opens a Web App by an inline button, a button of the reply keyboard or the menu button.
 * Apps of keyboard buttons send data back; the others get a query that the bot can answer.
 * @see https://core.telegram.org/bots/webapps#implementing-mini-apps
 */
export function launchWebApp(world: World, wanted: Launch): Launched {
  const conversation = conversationToWrite(world, wanted);
  if (wanted.link !== undefined)
    return openLink(world, conversation, { ...wanted, link: wanted.link });
  const { source, app, botId } = findApp(world, conversation, wanted);
  if (source === "keyboard") return { botId, url: app.url, source };
  const personId = wanted.person;
  const query_id = openResultQuery(world, conversation, { kind: "web-app", botId, personId });
  const fields = { query_id, user: shownUser(world, personId), auth_date: String(world.nowS()) };
  return { botId, url: app.url, source, fields };
}

/** An app that is opened by a link learns from which kind of chat, and gets no query to answer. */
function openLink(
  world: World,
  conversation: ConversationRecord,
  { person, bot, link }: Launch & { readonly link: AppLink },
): Launched {
  const fields = {
    user: shownUser(world, person),
    chat_instance: chatInstance(conversation.chatId),
    chat_type: linkedChatType(world, conversation),
    ...(link.start_param === undefined ? {} : { start_param: link.start_param }),
    auth_date: String(world.nowS()),
  };
  return { botId: requireBot(world, bot).id, url: link.url, source: "link", fields };
}

/** A number for each chat from which its id cannot be seen: the id, spread over 64 bits. */
function chatInstance(chatId: number): string {
  return String(BigInt.asIntN(64, BigInt(chatId) * 0x9e37_79b9_7f4a_7c15n));
}

function linkedChatType(world: World, conversation: ConversationRecord): string {
  if (conversation.businessConnectionId !== undefined) return "private";
  if (isPrivate(conversation)) return "sender";
  return world.state.groups.get(conversation.chatId)?.type ?? "group";
}

function shownUser(world: World, personId: number): string {
  const user = { ...personUser(requirePerson(world, personId)), allows_write_to_pm: true };
  const { is_bot: _, ...shown } = user;
  return JSON.stringify(shown);
}

type FoundApp = Pick<Launched, "botId" | "source"> & { readonly app: WebAppInfo };

function findApp(world: World, conversation: ConversationRecord, wanted: Launch): FoundApp {
  if (!isPrivate(conversation)) {
    throw new EmulatorError("bad-request", "Web Apps open from private chats only");
  }
  const { botId } = conversation;
  if (wanted.label === undefined)
    return { botId, source: "menu", app: menuApp(world, botId, wanted) };
  const press: Press = wanted;
  const inline = findInline(conversation, press)?.button;
  const button = inline ?? findReply(conversation, press);
  if (button === undefined) throw noSuchButton(conversation, press);
  const source = inline === undefined ? "keyboard" : "inline";
  if (button.web_app !== undefined) return { botId, source, app: button.web_app };
  throw new EmulatorError("conflict", `the button "${wanted.label}" opens no Web App`);
}

function menuApp(world: World, botId: number, { person }: Launch): WebAppInfo {
  const { username, profile } = requireBot(world, botId);
  const button = profile.menuButtons.get(person) ?? profile.menuButtons.get(0);
  if (button?.type === "web_app") return button.web_app;
  const mend = 'say which button opens it with "label"';
  throw new EmulatorError("conflict", `the menu button of @${username} opens no Web App: ${mend}`);
}

/** A person sends a message that a bot has prepared, from its Web App, to a chat of their choice. */
export function sendPrepared(
  world: World,
  wanted: Where & { readonly person: number; readonly prepared_message_id: string },
): Posted {
  const { person, prepared_message_id: id } = wanted;
  const prepared = world.state.preparedMessages.get(id);
  if (prepared?.personId !== person || prepared.expiresAtS <= world.nowS()) {
    throw new EmulatorError("not-found", `person ${person} has no prepared message ${id}`);
  }
  const conversation = conversationToWrite(world, wanted);
  const kind = chatKind(world, conversation);
  if (!prepared.chatTypes.includes(kind)) {
    const allowed = prepared.chatTypes.join(", ");
    throw new EmulatorError("conflict", `that message may go to ${allowed}, and not to a ${kind}`);
  }
  const { content, markup } = inlineResult(world, prepared.result);
  const via_bot = userOf(world, prepared.botId)!;
  return post(world, conversation, { senderId: person, content: { ...content, via_bot }, markup });
}

function chatKind(world: World, conversation: ConversationRecord): string {
  if (conversation.businessConnectionId !== undefined) return "user";
  if (isPrivate(conversation)) return "bot";
  return world.state.groups.get(conversation.chatId)?.type === "channel" ? "channel" : "group";
}
