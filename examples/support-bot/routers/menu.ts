/** The menu, its commands, and the way out of every conversation. */
import type { User } from "@hookgram/bot-api";
import { command, html, type Html, inlineKeyboard, joinHtml, Router } from "hookgram";

import {
  AddressButton,
  CancelButton,
  FaqButton,
  MenuButton,
  OrdersButton,
  PersonButton,
} from "../buttons.ts";
import type { CustomerDesk, Visit } from "../desk.ts";
import { type Screen, show } from "../screen.ts";

export const menu = new Router<CustomerDesk>("menu");

menu.message(command(["start", "menu"]), openMenu);
menu.callbackQuery(MenuButton, openMenu);

menu.message(command("help"), async (context) => {
  await context.state.leave();
  await show(context, helpScreen());
});

// These stand before every conversation, so that /cancel works in the middle of each.
menu.message(command("cancel"), cancel);
menu.callbackQuery(CancelButton, cancel);

/** The menu under some words; a greeting unless others are given. */
export function menuScreen(customer: User, words?: Html): Screen {
  return {
    ...(words ??
      html`Hello ${customer.first_name}! This is <b>Lamp &amp; Lantern</b>. What is it?`),
    reply_markup: inlineKeyboard([
      [OrdersButton.button("My orders", {}), AddressButton.button("Billing address", {})],
      [FaqButton.button("Questions & answers", { page: 0 })],
      [PersonButton.button("Talk to a person", {})],
    ]),
  };
}

async function openMenu(context: Visit): Promise<void> {
  // Whoever opens the menu has done with what was asked before.
  await context.state.leave();
  await show(context, menuScreen(context.customer));
}

async function cancel(context: Visit): Promise<void> {
  const wasBusy = await context.state.isActive();
  await context.state.leave();
  const words = wasBusy
    ? html`Cancelled, and nothing was changed. What else can I do?`
    : html`There is nothing to cancel. What can I do for you?`;
  await show(context, menuScreen(context.customer, words));
}

function helpScreen(): Screen {
  return {
    ...joinHtml([
      "I know a few commands, and the menu leads to the same places:",
      "",
      "/orders – your orders, /order 1004 – one of them",
      "/address – your billing address",
      "/faq – questions and answers",
      "/person – talk to a person",
      "/cancel – stop what we are doing",
      "/menu – the menu",
    ]),
    reply_markup: inlineKeyboard([[MenuButton.button("Menu", {})]]),
  };
}
