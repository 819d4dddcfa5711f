/** Everybody who writes to the bot in private, and the subjects that they can come with. */
import { chatType, Router } from "hookgram";

import type { Desk } from "../desk.ts";
import { address } from "./address.ts";
import { fallback } from "./fallback.ts";
import { faq } from "./faq.ts";
import { menu } from "./menu.ts";
import { orders } from "./orders.ts";
import { tickets } from "./tickets.ts";

export const customers = new Router<Desk>("customers")
  .filter(chatType("private"))
  .filter(({ from }) => from !== undefined && { customer: from })
  .inner((context, next) => {
    const { shop, customer, now } = context;
    shop.orders.welcome(customer.id, now());
    return next();
  });

// The first router that wants an update gets it: commands first, the rest of the words last.
customers.include(menu, orders, address, faq, tickets, fallback);
