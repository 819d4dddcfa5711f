import type { PreparedInlineMessage, PreparedKeyboardButton } from "@hookgram/bot-api";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import { isObject, jsonParam, optionalObject } from "./json-fields.ts";
import type { MethodCall, Refusal } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { readResult } from "./query-methods.ts";
import { readUserId } from "./user-id.ts";

/** How long a Web App can send what was prepared for it. */
const PREPARED_LIFE_S = 24 * 3600;

const CHAT_TYPES = ["user", "bot", "group", "channel"];

/**
 * Methods for Web Apps: what a bot prepares for one, and answers to queries that one began. Web
 * Apps do not run here, so that no such query is ever open.
 */
export function preparedMethods(world: World): Handlers {
  return {
    savePreparedInlineMessage: (call) => saveMessage(world, call),
    savePreparedKeyboardButton: (call) => saveButton(world, call),
    answerWebAppQuery: (call) => refuseQuery(call, "result"),
    answerGuestQuery: (call) => refuseQuery(call, "result"),
    answerChatJoinRequestQuery: (call) => refuseQuery(call),
    sendChatJoinRequestWebApp: (call) => refuseQuery(call),
  };
}

function saveMessage(world: World, call: MethodCall): PreparedInlineMessage {
  requirePerson(world, call);
  readResult(jsonParam(call.params, "result", "inline query result"));
  const isAllowed = CHAT_TYPES.some((type) => call.params.boolean(`allow_${type}_chats`));
  if (!isAllowed) throw badRequest("PEER_TYPES_INVALID");
  return { id: newId(world), expiration_date: world.nowS() + PREPARED_LIFE_S };
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

function refuseQuery({ params }: MethodCall, result?: string): never {
  if (result !== undefined) readResult(jsonParam(params, result, "inline query result"));
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
