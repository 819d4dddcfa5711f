import type { UpdateKind } from "@hookgram/bot-api";

/**
 * How long an answer to an update is of use, from the update's arrival. After these times, Telegram's own
 * server gives up delivering the update; the person has seen an error long before.
 * @see https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp
 */
const LIFETIMES_MS: Partial<Readonly<Record<UpdateKind, number>>> = {
  callback_query: 150_000,
  shipping_query: 150_000,
  pre_checkout_query: 150_000,
  inline_query: 30_000,
};

/** How long an update of this kind is of use, in milliseconds; undefined: for ever. */
export function lifetimeMs(kind: UpdateKind | undefined): number | undefined {
  return kind === undefined ? undefined : LIFETIMES_MS[kind];
}
