import type {
  CallbackQuery,
  InlineQuery,
  Message,
  PreCheckoutQuery,
  ShippingQuery,
} from "@hookgram/bot-api";
import type { AnyKind } from "../event/event-kind.ts";
import type { Answers } from "./context.ts";
import { isRefusedWith } from "./refused-with.ts";
import type { Attempt } from "./scope.ts";

/** `answer` for this kind of update; undefined for kinds that are not answered. */
export function answerFor(attempt: Attempt): Answers[keyof Answers] | undefined {
  return isAnswered(attempt.kind) ? MAKERS[attempt.kind](attempt) : undefined;
}

const MAKERS: { readonly [K in keyof Answers]: (attempt: Attempt) => Answers[K] } = {
  callback_query: answerCallback,
  inline_query: answerInline,
  shipping_query: answerShipping,
  pre_checkout_query: answerPreCheckout,
  guest_message: answerGuest,
};

function isAnswered(kind: AnyKind): kind is keyof Answers {
  return kind in MAKERS;
}

/** Of the refusal "query is too old and response timeout expired or query ID is invalid". */
const TOO_OLD = "query is too old";

function answerCallback({ api, payload }: Attempt): Answers["callback_query"] {
  const { id } = payload as CallbackQuery;
  return async (answer) => {
    const params = typeof answer === "string" ? { text: answer } : answer;
    try {
      return await api.answerCallbackQuery({ callback_query_id: id, ...params });
    } catch (error) {
      // The progress bar has stopped by itself; whatever else the press asks for can still be done.
      if (isRefusedWith(error, TOO_OLD)) return false;
      throw error;
    }
  };
}

function answerInline({ api, payload }: Attempt): Answers["inline_query"] {
  const { id } = payload as InlineQuery;
  return (results, params) => api.answerInlineQuery({ inline_query_id: id, results, ...params });
}

function answerShipping({ api, payload }: Attempt): Answers["shipping_query"] {
  const { id } = payload as ShippingQuery;
  return (params) => api.answerShippingQuery({ shipping_query_id: id, ...params });
}

function answerPreCheckout({ api, payload }: Attempt): Answers["pre_checkout_query"] {
  const { id } = payload as PreCheckoutQuery;
  return (refusal) =>
    api.answerPreCheckoutQuery({
      pre_checkout_query_id: id,
      ok: refusal === undefined,
      ...(refusal === undefined ? {} : { error_message: refusal }),
    });
}

function answerGuest({ api, payload }: Attempt): Answers["guest_message"] {
  const { guest_query_id = "" } = payload as Message;
  return (result) => api.answerGuestQuery({ guest_query_id, result });
}
