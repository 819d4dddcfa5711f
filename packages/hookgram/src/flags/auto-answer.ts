import {
  type AroundCall,
  type CallbackQuery,
  type MethodParams,
  wrapBotApi,
} from "@hookgram/bot-api";
import type { Answers } from "../context/context.ts";
import { Scope } from "../context/scope.ts";
import type { FilterObject } from "../filter/filter.ts";
import { markWith } from "../filter/flag.ts";
import type { AnyMiddleware } from "../router/router-node.ts";
import { isResult } from "../dispatch/results.ts";

/** When a press is answered. */
export interface AutoAnswerOptions {
  /**
   * `after` (the default): when the handler has succeeded and has not answered by itself; `before`:
   * at once, for handlers that take longer than people wait. The handler cannot answer any more then.
   */
  readonly when?: "before" | "after";
}

/**
 * Answers presses of buttons, so that their progress bar stops, without a word or as told:
 * `router.callbackQuery(Save, autoAnswer("Saved"), save)`, or for a whole router
 * `router.filter("callback_query", autoAnswer())`. After a handler that throws nothing is answered:
 * the next attempt does it, or an error handler.
 * @see https://core.telegram.org/bots/api#answercallbackquery
 */
export function autoAnswer(
  answer: string | Omit<MethodParams<"answerCallbackQuery">, "callback_query_id"> = {},
  { when = "after" }: AutoAnswerOptions = {},
): FilterObject<{ readonly callbackQuery: CallbackQuery }> {
  const around: AnyMiddleware = async (context, next) => {
    const scope = context as Scope;
    const { id } = Scope.attemptOf(scope).payload as CallbackQuery;
    const give = scope.answer as Answers["callback_query"];
    if (when === "before") {
      await give(answer);
      return next();
    }
    let isAnswered = false;
    const watch: AroundCall = (method, params, call) => {
      if (method === "answerCallbackQuery" && params["callback_query_id"] === id) isAnswered = true;
      return call();
    };
    const result = await next({ api: wrapBotApi(scope.api, watch) });
    if (!isAnswered && isResult(result, "handled")) await give(answer);
    return result;
  };
  const value = typeof answer === "string" ? { text: answer, when } : { ...answer, when };
  return markWith("autoAnswer", { value, arounds: [around] });
}
