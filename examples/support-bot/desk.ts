import type { User } from "@hookgram/bot-api";
import type { StateControl } from "hookgram";

import type { Place } from "./screen.ts";
import type { Shop } from "./shop/shop.ts";

/** What bot.ts hands to every router, besides what hookgram puts into the context. */
export interface Desk {
  readonly shop: Shop;
  /** The group in which people answer; undefined when there is none. */
  readonly operatorsChatId: number | undefined;
}

/** What the routers for customers find in addition. */
export interface CustomerDesk extends Desk {
  /** The person in this private chat. */
  readonly customer: User;
}

/** What a handler needs that serves a command and a button alike. */
export type Visit = CustomerDesk & Place & { readonly state: StateControl };

/** How long a half-done conversation is remembered. */
export const CONVERSATION_TTL_MS = 60 * 60 * 1000;
