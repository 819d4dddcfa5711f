import type {
  PreparedInlineMessage,
  PreparedKeyboardButton,
  SentGuestMessage,
  SentWebAppMessage,
} from "@hookgram/bot-api";
import type { ResultQueryRecord } from "../world/query-record.ts";
import { RESULT_ANSWER_MAX_MS } from "../world/query-record.ts";
import { answerResultQuery } from "../world/result-query.ts";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import { isObject, jsonParam, naming, optionalObject } from "./json-fields.ts";
import type { MethodCall, Params, Refusal } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { readResult } from "./query-methods.ts";
import { readUserId } from "./user-id.ts";

/** How long a Web App can send what was prepared for it. */
const PREPARED_LIFE_S = 24 * 3600;

const CHAT_TYPES = ["user", "bot", "group", "channel"];

/** Methods for Web Apps and guests: what a bot prepares for an app, and answers to queries. */
export function preparedMethods(world: World): Handlers {
  return {
    savePreparedInlineMessage: (call) => saveMessage(world, call),
    savePreparedKeyboardButton: (call) => saveButton(world, call),
    answerWebAppQuery: (call) => answerWebAppQuery(world, call),
    answerGuestQuery: (call) => answerGuestQuery(world, call),
    answerChatJoinRequestQuery: refuseQuery,
    sendChatJoinRequestWebApp: refuseQuery,
  };
}

function answerWebAppQuery(world: World, call: MethodCall): SentWebAppMessage {
  const { inlineId, hasKeyboard } = answer(world, call, "web-app");
  return hasKeyboard ? { inline_message_id: inlineId } : {};
}

function answerGuestQuery(world: World, call: MethodCall): SentGuestMessage {
  return { inline_message_id: answer(world, call, "guest").inlineId };
}

function answer(
  world: World,
  { bot, params }: MethodCall,
  kind: ResultQueryRecord["kind"],
): ReturnType<typeof answerResultQuery> {
  const id = params.text(kind === "guest" ? "guest_query_id" : "web_app_query_id") ?? "";
  const query = world.state.resultQueries.get(id);
  const result = oneResult(params);
  const isOpen =
    query?.kind === kind &&
    query.botId === bot.id &&
    world.ports.clock.now() - query.atMs <= RESULT_ANSWER_MAX_MS;
  if (query === undefined || !isOpen) throw tooOld();
  return answerResultQuery(world, query, result);
}

function oneResult(params: Params): ReturnType<typeof readResult> {
  const value = jsonParam(params, "result", "inline query result");
  return naming("Can't parse inline query result", () => readResult(value));
}

function saveMessage(world: World, call: MethodCall): PreparedInlineMessage {
  requirePerson(world, call);
  const result = oneResult(call.params);
  const chatTypes = CHAT_TYPES.filter((type) => call.params.boolean(`allow_${type}_chats`));
  if (chatTypes.length === 0) throw badRequest("PEER_TYPES_INVALID");
  const expiresAtS = world.nowS() + PREPARED_LIFE_S;
  const { preparedMessages } = world.state;
  for (const [old, prepared] of preparedMessages) {
    if (prepared.expiresAtS <= world.nowS()) preparedMessages.delete(old);
  }
  const [id, botId, personId] = [newId(world), call.bot.id, readUserId(call.params)];
  preparedMessages.set(id, { id, botId, personId, result, chatTypes, expiresAtS });
  return { id, expiration_date: expiresAtS };
}

function saveButton(world: World, call: MethodCall): PreparedKeyboardButton {
  requirePerson(world, call);
  const button = jsonParam(call.params, "button", "keyboard button");
  const isRequest =
    isObject(button) &&
    ["request_users", "request_chat", "request_managed_bot"].some(
      (name) => optionalObject(button, name) !== undefined,
    );
  if (!isRequest) throw badRequest("BUTTON_TYPE_INVALID");
  return { id: newId(world) };
}

/** No bot of this world guards a chat, so that no query about a join request is ever open. */
function refuseQuery(): never {
  throw tooOld();
}

function tooOld(): Refusal {
  return badRequest("query is too old and response timeout expired or query ID is invalid");
}

function requirePerson(world: World, { params }: MethodCall): void {
  if (!world.state.people.has(readUserId(params))) throw badRequest("user not found");
}

function newId(world: World): string {
  return `prepared${String(world.next("prepared")).padStart(12, "0")}`;
}
