import type { UpdateKind } from "@hookgram/bot-api";

/**
 * How long an answer to a question is of use, counted from its arrival. After these times
 * Telegram's own server gives up delivering them; the person has seen an error long before.
 * @see https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp
 */
const LIFETIMES_MS: Partial<Readonly<Record<UpdateKind, number>>> = {
  callback_query: 150_000,
  shipping_query: 150_000,
  pre_checkout_query: 150_000,
  inline_query: 30_000,
};

/** Milliseconds after which an update of this kind is of no use any more; undefined: never. */
export function lifetimeMs(kind: UpdateKind | undefined): number | undefined {
  return kind === undefined ? undefined : LIFETIMES_MS[kind];
}
