import type { CallbackAnswer, InlineAnswer } from "../world/query-record.ts";
import { CALLBACK_ANSWER_MAX_MS, INLINE_ANSWER_MAX_MS } from "../world/query-record.ts";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import { FieldFault, isObject, jsonParam, naming, requiredText } from "./json-fields.ts";
import type { MethodCall, Params } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** @see https://core.telegram.org/bots/api#answercallbackquery */
const ANSWER_TEXT_MAX = 200;
/** @see https://core.telegram.org/bots/api#answerinlinequery */
const RESULTS_MAX = 50;
const CACHE_TIME_DEFAULT_S = 300;
const CACHE_TIME_MAX_S = 86_400;

/** Methods that answer a button or a typed query. */
export function queryMethods(world: World): Handlers {
  return {
    answerCallbackQuery: (call) => answerCallbackQuery(world, call),
    answerInlineQuery: (call) => answerInlineQuery(world, call),
  };
}

/** Pressing is over with the first answer; further ones are accepted and show nothing. */
function answerCallbackQuery(world: World, { bot, params }: MethodCall): true {
  const id = params.text("callback_query_id") ?? "";
  const query = world.state.callbackQueries.get(id);
  const isOpen =
    query?.botId === bot.id && world.ports.clock.now() - query.atMs <= CALLBACK_ANSWER_MAX_MS;
  if (query === undefined || !isOpen) throw tooOld();
  const answer = readCallbackAnswer(params);
  if (query.answer !== undefined) return true;
  query.answer = answer;
  const cacheS = params.integer("cache_time") ?? 0;
  if (cacheS > 0) {
    const untilMs = world.ports.clock.now() + cacheS * 1000;
    world.state.cachedAnswers.set(query.pressKey, { answer, untilMs });
  }
  world.record({ type: "callback-answer", bot_id: bot.id, callback_query_id: id, ...answer });
  return true;
}

function readCallbackAnswer(params: Params): CallbackAnswer {
  const text = params.text("text") ?? "";
  const url = params.text("url") ?? "";
  if (text.length > ANSWER_TEXT_MAX) throw badRequest("MESSAGE_TOO_LONG");
  if (url !== "" && !/^(https?:\/\/|tg:)/i.test(url)) throw badRequest("URL_INVALID");
  return {
    ...(text === "" ? {} : { text }),
    ...(params.boolean("show_alert") ? { show_alert: true } : {}),
    ...(url === "" ? {} : { url }),
  };
}

function answerInlineQuery(world: World, { bot, params }: MethodCall): true {
  const query = world.state.inlineQueries.get(params.text("inline_query_id") ?? "");
  const results = readResults(params);
  const isOpen =
    query?.botId === bot.id && world.ports.clock.now() - query.atMs <= INLINE_ANSWER_MAX_MS;
  if (query === undefined || !isOpen) throw tooOld();
  const cacheTimeS = params.integer("cache_time") ?? CACHE_TIME_DEFAULT_S;
  const button = jsonParam(params, "button", "inline query results button");
  query.answer = {
    results,
    cache_time: Math.min(Math.max(cacheTimeS, 0), CACHE_TIME_MAX_S),
    is_personal: params.boolean("is_personal"),
    ...nextOffset(params),
    ...(button === undefined ? {} : { button }),
  };
  world.record({ type: "world", change: "inline-query-answered", id: bot.id });
  return true;
}

function nextOffset(params: Params): { next_offset?: string } {
  const offset = params.text("next_offset") ?? "";
  if (Buffer.byteLength(offset) > 64) throw badRequest("NEXT_OFFSET_INVALID");
  return offset === "" ? {} : { next_offset: offset };
}

function readResults(params: Params): InlineAnswer["results"] {
  const value = jsonParam(params, "results", "inline query results");
  if (!Array.isArray(value)) throw badRequest("Expected an Array of inline query results");
  if (value.length > RESULTS_MAX) {
    throw badRequest("Too many inline query results specified");
  }
  const results = naming("Can't parse inline query result", () => value.map(readResult));
  if (new Set(results.map(({ id }) => id)).size < results.length) {
    throw badRequest("RESULT_ID_DUPLICATE");
  }
  return results;
}

/** One result of an inline query, as far as the world looks at it. */
export function readResult(item: unknown): InlineAnswer["results"][number] {
  if (!isObject(item)) throw new FieldFault("Inline query result must be an object");
  requiredText(item, "type");
  const id = requiredText(item, "id");
  if (id === "" || Buffer.byteLength(id) > 64) throw badRequest("RESULT_ID_INVALID");
  return { ...item, id };
}

function tooOld(): Error {
  return badRequest("query is too old and response timeout expired or query ID is invalid");
}
