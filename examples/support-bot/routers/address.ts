/**
 * The billing address, and its change as a conversation:
 *
 *     street ──▶ place ──▶ country ──▶ confirm ──▶ saved
 *                  ▲          │           │
 *                  └──────────┘ the code  └──▶ street (Edit)
 *                    does not fit
 *
 * Each state carries what has been asked so far, and the compiler knows what that is. The runtime
 * stores it together with "update done", so a half-done change survives a restart of the bot.
 */
import {
  command,
  grid,
  html,
  type Html,
  inlineKeyboard,
  joinHtml,
  noCommand,
  Router,
  states,
} from "hookgram";
import { z } from "zod";

import {
  checkPostalCode,
  COUNTRIES,
  COUNTRY_CODES,
  readPlace,
  readStreet,
} from "../address-input.ts";
import {
  AddressButton,
  CancelButton,
  ChangeAddressButton,
  CountryButton,
  MenuButton,
  SummaryButton,
} from "../buttons.ts";
import { CONVERSATION_TTL_MS, type CustomerDesk, type Visit } from "../desk.ts";
import { type Screen, show } from "../screen.ts";
import type { Address } from "../shop/addresses.ts";

const withStreet = z.object({ street: z.string() });
const withPlace = withStreet.extend({ postalCode: z.string(), city: z.string() });
const withCountry = withPlace.extend({ country: z.enum(COUNTRY_CODES) });

const Change = states(
  "address",
  {
    street: null,
    place: withStreet,
    country: withPlace,
    // The number of the message with the summary, so that only its own button saves it.
    confirm: withCountry.extend({ summaryId: z.number() }),
  },
  { ttlMs: CONVERSATION_TTL_MS },
);

export const address = new Router<CustomerDesk>("address");

address.message(command("address"), showAddress);
address.callbackQuery(AddressButton, showAddress);

address.callbackQuery(ChangeAddressButton, askStreet);

address.message(Change.street, noCommand(), async (context) => {
  const street = readStreet(context.message.text ?? "");
  if (!street.ok) return show(context, question(html`${street.problem}`));
  await context.state.enter(Change.place, { street: street.value });
  await show(context, question(PLACE_QUESTION));
});

address.message(Change.place, noCommand(), async (context) => {
  const place = readPlace(context.message.text ?? "");
  if (!place.ok) return show(context, question(html`${place.problem}`));
  await context.state.enter(Change.country, { ...context.data, ...place.value });
  await show(context, countryScreen(html`And the country?`));
});

address.callbackQuery(Change.country, CountryButton, async (context) => {
  const { data, button, state, callbackQuery } = context;
  const country = checkPostalCode(data.postalCode, button.country);
  if (!country.ok) {
    await state.enter(Change.place, { street: data.street });
    return show(context, question(html`${country.problem} ${PLACE_QUESTION}`));
  }
  const summaryId = callbackQuery.message?.message_id ?? 0;
  await state.enter(Change.confirm, { ...data, country: country.value, summaryId });
  await show(context, summaryScreen({ ...data, country: country.value }));
});

address.message(Change.country, noCommand(), (context) =>
  show(context, countryScreen(html`Please choose the country by one of these buttons.`)),
);

address.callbackQuery(Change.confirm, SummaryButton, async (context) => {
  const { data, button, state, shop, customer, step, callbackQuery, answer } = context;
  if (callbackQuery.message?.message_id !== data.summaryId) {
    await answer("This is an older summary. Please use the newest one.");
    return;
  }
  if (button.choice === "edit") return askStreet(context);
  // A second attempt at this update finds the step done, and does not do it again.
  await step("save address", () => shop.addresses.save(customer.id, data));
  await state.leave();
  await show(context, savedScreen(data));
});

address.message(Change.confirm, noCommand(), async ({ reply }) => {
  await reply("Please press Save, Edit or Cancel above, or send /cancel.");
});

async function showAddress(context: Visit): Promise<void> {
  await context.state.leave();
  await show(context, addressScreen(context.shop.addresses.ofPerson(context.customer.id)));
}

async function askStreet(context: Visit): Promise<void> {
  await context.state.enter(Change.street);
  await show(context, question(html`What are the street and the house number?`));
}

const PLACE_QUESTION = html`What are the postal code and the city? For example: 10115 Berlin`;

function question(words: Html): Screen {
  return { ...words, reply_markup: CancelButton.keyboard({ Cancel: {} }) };
}

function countryScreen(words: Html): Screen {
  const country = COUNTRY_CODES.map((code) =>
    CountryButton.button(`${COUNTRIES[code].flag} ${COUNTRIES[code].name}`, { country: code }),
  );
  const rows = [...grid(country, 2), [CancelButton.button("Cancel", {})]];
  return { ...words, reply_markup: inlineKeyboard(rows) };
}

function summaryScreen(draft: Address): Screen {
  return {
    ...joinHtml(["Is this right?", "", toHtml(draft)]),
    reply_markup: inlineKeyboard([
      [
        SummaryButton.button("Save", { choice: "save" }),
        SummaryButton.button("Edit", { choice: "edit" }),
        CancelButton.button("Cancel", {}),
      ],
    ]),
  };
}

function savedScreen(saved: Address): Screen {
  return {
    ...joinHtml(["✅ Saved. Your next invoice goes to:", "", toHtml(saved)]),
    reply_markup: MenuButton.keyboard({ Menu: {} }),
  };
}

function addressScreen(current: Address | undefined): Screen {
  const words = current
    ? joinHtml([html`<b>Your billing address</b>`, "", toHtml(current)])
    : html`We have no billing address of yours yet.`;
  return {
    ...words,
    reply_markup: inlineKeyboard([
      [ChangeAddressButton.button(current ? "Change it" : "Enter it", {})],
      [MenuButton.button("Menu", {})],
    ]),
  };
}

function toHtml({ street, postalCode, city, country }: Address): Html {
  return joinHtml([street, `${postalCode} ${city}`, COUNTRIES[country].name]);
}
