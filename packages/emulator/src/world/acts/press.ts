import type { CallbackQuery, InlineKeyboardButton, KeyboardButton } from "@hookgram/bot-api";
import type { ConversationRecord } from "../conversation.ts";
import { isPrivate } from "../conversation.ts";
import { requirePerson } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import { inlineMessageId } from "../inline-message.ts";
import { messageView } from "../message-view.ts";
import { newQueryId } from "../query-id.ts";
import type { CallbackAnswer } from "../query-record.ts";
import { CALLBACK_ANSWER_MAX_MS, forgetOldQueries } from "../query-record.ts";
import type { StoredMessage } from "../stored-message.ts";
import { isInlineKeyboard } from "../stored-message.ts";
import { personUser } from "../user-record.ts";
import type { World } from "../world.ts";
import { conversationKey } from "../world-state.ts";
import type { Where } from "./place.ts";
import { conversationToWrite, requireMessage } from "./place.ts";
import type { Posted } from "./say.ts";
import { post, say } from "./say.ts";
import { share } from "./share.ts";

export interface Press extends Where {
  readonly person: number;
  readonly message_id?: number | undefined;
  /** What stands on the button; or `data`. */
  readonly label?: string | undefined;
  /** The callback data. */
  readonly data?: string | undefined;
}

/** What a press did. */
export type Pressed =
  /** The bot got a callback query. */
  | { readonly kind: "query"; readonly queryId: string; readonly conversation: ConversationRecord }
  /** A button of the reply keyboard sent something. */
  | ({ readonly kind: "message" } & Posted)
  /** The button opens something on the person's side; the bot hears nothing. */
  | {
      readonly kind: "opened";
      readonly button: InlineKeyboardButton | KeyboardButton;
      readonly conversation: ConversationRecord;
    };

/**
 * A person presses a button: an inline one of the named or the newest message that has it, or else
 * one of the reply keyboard that the person sees.
 */
export function press(world: World, wanted: Press): Pressed {
  if (wanted.label === undefined && wanted.data === undefined) {
    throw new EmulatorError("bad-request", 'say which button with "label" or "data"');
  }
  const conversation = conversationToWrite(world, wanted);
  const inline = findInline(conversation, wanted);
  if (inline !== undefined) return pressInline(world, conversation, { ...inline, wanted });
  const keyboard = findReply(conversation, wanted);
  if (keyboard !== undefined) return pressReply(world, conversation, keyboard, wanted);
  throw noSuchButton(conversation, wanted);
}

interface FoundInline {
  readonly message: StoredMessage;
  readonly button: InlineKeyboardButton;
}

/** The named message's or the newest inline button that is wanted. */
export function findInline(
  conversation: ConversationRecord,
  wanted: Press,
): FoundInline | undefined {
  const messages =
    wanted.message_id === undefined
      ? [...conversation.messages.values()].reverse()
      : [requireMessage(conversation, wanted.message_id)];
  for (const message of messages) {
    const button = inlineButtons(message).find(
      ({ text, callback_data }) =>
        (wanted.label === undefined || text === wanted.label) &&
        (wanted.data === undefined || callback_data === wanted.data),
    );
    if (button !== undefined) return { message, button };
  }
  return undefined;
}

function inlineButtons({ markup }: StoredMessage): InlineKeyboardButton[] {
  return isInlineKeyboard(markup) ? markup.inline_keyboard.flat() : [];
}

/** The wanted button of the reply keyboard that the person sees. */
export function findReply(
  conversation: ConversationRecord,
  wanted: Press,
): KeyboardButton | undefined {
  if (wanted.label === undefined || wanted.message_id !== undefined) return undefined;
  return replyButtons(conversation, wanted.person).find(({ text }) => text === wanted.label);
}

function replyButtons(conversation: ConversationRecord, personId: number): KeyboardButton[] {
  const markup = conversation.keyboards.get(personId)?.markup;
  if (markup === undefined || !("keyboard" in markup)) return [];
  return markup.keyboard
    .flat()
    .map((button) => (typeof button === "string" ? { text: button } : (button as KeyboardButton)));
}

function pressInline(
  world: World,
  conversation: ConversationRecord,
  { message, button, wanted }: FoundInline & { readonly wanted: Press },
): Pressed {
  const { callback_data: data, callback_game: game } = button;
  if (data === undefined && game === undefined) return { kind: "opened", button, conversation };
  const { via_bot, guest_bot_caller_user } = message.content;
  const viaBotId = guest_bot_caller_user === undefined ? via_bot?.id : message.senderId;
  const botId = viaBotId ?? (isPrivate(conversation) ? conversation.botId : message.senderId);
  const queryId = newQueryId(world, wanted.person);
  const atMs = world.ports.clock.now();
  forgetOldQueries(world.state.callbackQueries, atMs - CALLBACK_ANSWER_MAX_MS);
  const pressKey = [wanted.person, placeKey(conversation), message.id, data ?? ""].join("|");
  const answer = cachedAnswer(world, pressKey);
  const cached = answer === undefined ? {} : { answer };
  const record = { id: queryId, botId, personId: wanted.person, atMs, pressKey, ...cached };
  world.state.callbackQueries.set(queryId, record);
  conversation.actRevision = world.revision;
  if (answer !== undefined) return { kind: "query", queryId, conversation };
  const query: CallbackQuery = {
    id: queryId,
    from: personUser(requirePerson(world, wanted.person)),
    ...(viaBotId === undefined
      ? { message: messageView(world, conversation, message) }
      : { inline_message_id: inlineMessageId(conversation, message) }),
    chat_instance: chatInstance(conversation),
    ...(data === undefined ? { game_short_name: message.gameShortName ?? "" } : { data }),
  };
  world.publish(botId, "callback_query", query);
  return { kind: "query", queryId, conversation };
}

function placeKey({ chatId, botId, businessConnectionId }: ConversationRecord): string {
  return conversationKey(chatId, botId, businessConnectionId);
}

/** What the app still shows for the same press, without asking the bot again. */
function cachedAnswer(world: World, pressKey: string): CallbackAnswer | undefined {
  const { cachedAnswers } = world.state;
  const cached = cachedAnswers.get(pressKey);
  if (cached === undefined || cached.untilMs > world.ports.clock.now()) return cached?.answer;
  cachedAnswers.delete(pressKey);
  return undefined;
}

function pressReply(
  world: World,
  conversation: ConversationRecord,
  button: KeyboardButton,
  wanted: Press,
): Pressed {
  const shown = conversation.keyboards.get(wanted.person);
  const isOneTime = shown !== undefined && "one_time_keyboard" in shown.markup;
  const opens = button.web_app ?? button.request_users ?? button.request_chat;
  if (opens !== undefined || button.request_poll !== undefined) {
    return { kind: "opened", button, conversation };
  }
  if (button.request_location === true) {
    throw new EmulatorError(
      "bad-request",
      'that button asks for a place: share one with "location" instead',
    );
  }
  const posted =
    button.request_contact === true
      ? shareOwnContact(world, conversation, wanted)
      : say(world, { ...wanted, text: button.text });
  if (isOneTime) conversation.keyboards.delete(wanted.person);
  return { kind: "message", ...posted };
}

function shareOwnContact(world: World, conversation: ConversationRecord, wanted: Press): Posted {
  const { id, first_name, last_name, phone_number } = requirePerson(world, wanted.person);
  const contact = {
    phone_number,
    first_name,
    ...(last_name === undefined ? {} : { last_name }),
    user_id: id,
  };
  const shown = conversation.keyboards.get(wanted.person);
  if (shown === undefined) return share(world, { ...wanted, contact });
  // The contact replies to the message that asked for it.
  const replyToId = shown.messageId;
  return post(world, conversation, { senderId: wanted.person, content: { contact }, replyToId });
}

/** The same for every press in a chat, different between chats. */
function chatInstance({ chatId, botId = 0 }: ConversationRecord): string {
  const mixed = BigInt(chatId) * 0x9e37_79b9_7f4a_7c15n + BigInt(botId) * 0xc2b2_ae3d_27d4_eb4fn;
  return String(BigInt.asIntN(64, mixed));
}

/** Says which buttons there are instead of the wanted one. */
export function noSuchButton(conversation: ConversationRecord, wanted: Press): EmulatorError {
  const inline = [...conversation.messages.values()].flatMap(inlineButtons);
  const all = [...inline, ...replyButtons(conversation, wanted.person)];
  const labels = [...new Set(all.map(({ text }) => `"${text}"`))].slice(-10).join(", ");
  const name = wanted.label === undefined ? `with the data "${wanted.data}"` : `"${wanted.label}"`;
  const there = labels === "" ? "there are none" : `there are ${labels}`;
  return new EmulatorError("not-found", `no button ${name} in that chat: ${there}`);
}
