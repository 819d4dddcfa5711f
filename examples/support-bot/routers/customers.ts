/** Everybody who writes to the bot in private, and the subjects that they can come with. */
import { chatType, type CommonContext, type Next, Router } from "hookgram";

import type { CustomerDesk, Desk } from "../desk.ts";
import { address } from "./address.ts";
import { fallback } from "./fallback.ts";
import { faq } from "./faq.ts";
import { menu } from "./menu.ts";
import { orders } from "./orders.ts";
import { tickets } from "./tickets.ts";

export const customers = new Router<Desk>("customers")
  .filter(chatType("private"))
  .filter(isCustomer)
  .inner(welcome);

// The first router that wants an update gets it: commands first, the rest of the words last.
customers.include(menu, orders, address, faq, tickets, fallback);

/** Filter: what it finds, every handler of these routers gets as `customer`. */
function isCustomer({ from }: CommonContext) {
  return from !== undefined && { customer: from };
}

/** Middleware: sees to it that the shop knows whoever is served. */
function welcome({ shop, customer, now }: CustomerDesk & CommonContext, next: Next) {
  shop.orders.welcome(customer.id, now());
  return next();
}
