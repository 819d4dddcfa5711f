/** Whatever no other router wanted: nobody is left without an answer. */
import { has, html, Router } from "hookgram";

import type { CustomerDesk } from "../desk.ts";
import { show } from "../screen.ts";
import { menuScreen } from "./menu.ts";

export const fallback = new Router<CustomerDesk>("fallback");

// Words, and commands that there are not.
fallback.message(has("text"), (context) =>
  show(context, menuScreen(context.customer, html`I did not understand that. Can this help?`)),
);

// Stickers, photos, places, contacts, …
fallback.message((context) =>
  show(context, menuScreen(context.customer, html`Nice! But I can only read. Can this help?`)),
);

// Buttons of earlier versions, or of a conversation that is over: the menu takes their place.
fallback.callbackQuery(async ({ answer, reply, edit, customer }) => {
  await answer("This button is out of date. Here is the menu.");
  await show({ reply, edit }, menuScreen(customer));
});
