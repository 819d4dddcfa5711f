import type { MessageEntity, Poll, PollMedia, PollOption } from "@hookgram/bot-api";
import { format, readNamedText } from "./text-params.ts";
import type { PollRules } from "../world/stored-message.ts";
import { isService } from "../world/stored-message.ts";
import { editMessage, postMessage } from "../world/post-message.ts";
import { closePollInTime } from "../world/poll-closing.ts";
import { newPollId, notePoll } from "../world/poll.ts";
import type { World } from "../world/world.ts";
import type { ChatTarget } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import { isObject, jsonParam, naming, optionalText, requiredText } from "./json-fields.ts";
import { messageOf } from "./message-access.ts";
import type { MethodCall, Params } from "./method.ts";
import { readOptionMedia, readPollMedia } from "./poll-media.ts";
import { badRequest } from "./refusals.ts";
import { readInlineKeyboard } from "./reply-markup.ts";
import { SENDINGS, chatToSend, newMessage } from "./send-content.ts";
import { messageView } from "../world/message-view.ts";

/** @see https://core.telegram.org/bots/api#sendpoll */
const QUESTION_MAX = 300;
const OPTION_MAX = 100;
const OPTIONS_MAX = 12;
const COUNTRIES_MAX = 12;
const OPEN_PERIOD_MAX_S = 2_628_000;

/** Methods about polls. */
export function pollMethods(world: World): Handlers {
  return {
    sendPoll: (call) => sendPoll(world, call),
    stopPoll: (call) => stopPoll(world, call),
  };
}

function sendPoll(world: World, call: MethodCall): unknown {
  const poll = readPoll(world, call);
  const chat = chatToSend(world, call, SENDINGS.poll);
  const { conversation } = chat;
  const id = newPollId(world);
  checkPlace(poll, chat);
  const message = newMessage(world, call, chat, { poll: { ...poll, id } });
  const pollRules = readRules(call.params, poll);
  const stored = postMessage(world, conversation, { ...message, pollRules });
  notePoll(world, conversation, stored);
  if (poll.close_date !== undefined) closePollInTime(world, id, poll.close_date);
  return messageView(world, conversation, stored);
}

/** @see https://github.com/tdlib/td `get_input_message_content`, `can_send_message_content` */
function checkPlace(poll: Omit<Poll, "id">, chat: ChatTarget): void {
  const isChannel = chat.kind === "group" && chat.group.type === "channel";
  const isRestricted = poll.members_only || poll.country_codes !== undefined;
  if (isRestricted && !isChannel) {
    throw badRequest("Poll voters can be restricted only in channel chats");
  }
  if (isChannel && !poll.is_anonymous) {
    throw badRequest("Non-anonymous polls can't be sent to channel chats");
  }
}

/** Options can be added to regular polls whose votes are seen. */
function readRules(params: Params, { type, is_anonymous }: Omit<Poll, "id">): PollRules {
  const isOpen = type === "regular" && !is_anonymous;
  return {
    canAddOptions: isOpen && params.boolean("allow_adding_options"),
    hidesResults: params.boolean("hide_results_until_closes"),
  };
}

function stopPoll(world: World, call: MethodCall): Poll {
  const markup = readInlineKeyboard(call);
  const { chat, message } = messageOf(world, call, "edit", "message with poll to stop");
  const { poll } = message.content;
  if (poll === undefined || isService(message.content)) {
    throw badRequest("message with poll to stop not found");
  }
  if (message.senderId !== call.bot.id) throw badRequest("poll can't be stopped");
  if (poll.is_closed) throw badRequest("poll has already been closed");
  const closed: Poll = { ...poll, is_closed: true };
  const content = { ...message.content, poll: closed };
  const edit = { byId: call.bot.id, content, markup: markup ?? null, isVisible: false };
  editMessage(world, chat.conversation, message, edit);
  return closed;
}

function readPoll(world: World, call: MethodCall): Omit<Poll, "id"> {
  const { params } = call;
  const question = readNamedText(world, params, "question");
  const options = readOptions(world, call);
  const type = params.text("type") || "regular";
  if (type !== "regular" && type !== "quiz") throw badRequest("Unsupported poll type specified");
  if (question.text === "") throw badRequest("Text must be non-empty");
  if (characters(question.text) > QUESTION_MAX) {
    throw badRequest(`Poll question length must not exceed ${QUESTION_MAX}`);
  }
  checkOptions(options);
  const isAnonymous = params.has("is_anonymous") ? params.boolean("is_anonymous") : true;
  return {
    question: question.text,
    ...entitiesField("question_entities", question.entities),
    options,
    total_voter_count: 0,
    ...openPeriod(world, params),
    is_closed: params.boolean("is_closed"),
    is_anonymous: isAnonymous,
    members_only: params.boolean("members_only"),
    ...countryCodes(params),
    allows_multiple_answers: params.boolean("allows_multiple_answers"),
    ...revoting(params, type),
    type,
    ...(type === "quiz" ? quizFields(world, call, options.length) : {}),
    ...description(world, params),
    ...mediaField("media", readPollMedia(world, call, "media")),
  } as Omit<Poll, "id">;
}

function countryCodes(params: Params): { country_codes?: string[] } {
  const codes = jsonParam(params, "country_codes", "country_codes");
  if (codes === undefined) return {};
  if (!Array.isArray(codes)) throw badRequest("Expected an Array of String as country_codes");
  if (codes.some((code) => typeof code !== "string" || !/^[A-Z]{2}$/.test(code))) {
    throw badRequest("Invalid country code specified");
  }
  if (codes.length > COUNTRIES_MAX) throw badRequest("Too many countries specified");
  return codes.length === 0 ? {} : { country_codes: codes as string[] };
}

function description(world: World, params: Params): Partial<Poll> {
  const { text, entities } = readNamedText(world, params, "description");
  if (text === "") return {};
  return { description: text, ...entitiesField("description_entities", entities) };
}

function mediaField(name: string, media: PollMedia | undefined): object {
  return media === undefined ? {} : { [name]: media };
}

function readOptions(world: World, call: MethodCall): PollOption[] {
  const value = jsonParam(call.params, "options", "options");
  if (value === undefined) throw badRequest("Can't parse options JSON object");
  if (!Array.isArray(value)) throw badRequest("Expected an Array of String as options");
  return value.map((item: unknown, index) => {
    const source = readOption(item);
    const { text, entities } = format(world, source);
    const more = {
      ...entitiesField("text_entities", entities),
      ...(isObject(item) ? readOptionMedia(world, call, item) : {}),
    };
    return { persistent_id: String(index), text, ...more, voter_count: 0 } as PollOption;
  });
}

function readOption(item: unknown): { text: string; parseMode?: string; entities?: unknown } {
  if (typeof item === "string") return { text: item };
  if (!isObject(item)) throw badRequest("Expected an option to be of type String");
  return naming("Can't parse poll option", () => ({
    text: requiredText(item, "text"),
    parseMode: optionalText(item, "text_parse_mode") ?? "",
    entities: item["text_entities"],
  }));
}

function checkOptions(options: readonly PollOption[]): void {
  if (options.length < 1) throw badRequest("Poll must have at least one answer option");
  if (options.length > OPTIONS_MAX) {
    throw badRequest(`Poll can't have more than ${OPTIONS_MAX} options`);
  }
  if (options.some(({ text }) => text === "")) throw badRequest("Text must be non-empty");
  if (options.some(({ text }) => characters(text) > OPTION_MAX)) {
    throw badRequest(`Poll options length must not exceed ${OPTION_MAX}`);
  }
}

function openPeriod(world: World, params: Params): { open_period?: number; close_date?: number } {
  const period = Math.min(Math.max(params.integer("open_period") ?? 0, 0), OPEN_PERIOD_MAX_S);
  const closeDate = params.integer("close_date") ?? 0;
  if (period > 0) return { open_period: period, close_date: world.nowS() + period };
  if (closeDate <= world.nowS()) return {};
  return { open_period: closeDate - world.nowS(), close_date: closeDate };
}

function revoting(params: Params, type: string): { allows_revoting: boolean } {
  const isGiven = params.has("allows_revoting");
  return { allows_revoting: isGiven ? params.boolean("allows_revoting") : type !== "quiz" };
}

function quizFields(world: World, call: MethodCall, optionCount: number): Partial<Poll> {
  const { params } = call;
  const listed = jsonParam(params, "correct_option_ids", "correct option identifiers");
  const single = params.integer("correct_option_id");
  const ids = Array.isArray(listed) ? listed.map(Number) : single === undefined ? [] : [single];
  if (ids.length === 0) throw badRequest("Correct quiz option list must be non-empty");
  if (ids.some((id, index) => index > 0 && id <= ids[index - 1]!)) {
    throw badRequest("Correct quiz option list must be increasing");
  }
  if (!ids.every((id) => Number.isInteger(id) && id >= 0 && id < optionCount)) {
    throw badRequest("Wrong quiz correct_option_id");
  }
  const explanation = readNamedText(world, params, "explanation");
  return {
    ...(ids.length === 1 ? { correct_option_id: ids[0]! } : {}),
    correct_option_ids: ids,
    ...(explanation.text === "" ? {} : { explanation: explanation.text }),
    ...entitiesField("explanation_entities", explanation.entities),
    ...mediaField("explanation_media", readPollMedia(world, call, "explanation_media")),
  };
}

/** The limits of polls are in characters, not in UTF-16 code units. */
function characters(text: string): number {
  return Array.from(text).length;
}

function entitiesField(name: string, entities: MessageEntity[]): object {
  return entities.length === 0 ? {} : { [name]: entities };
}
