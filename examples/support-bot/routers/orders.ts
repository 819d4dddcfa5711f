/** A person's orders: the list, one order, and the search by number. */
import { command, grid, html, inlineKeyboard, joinHtml, noCommand, Router, states } from "hookgram";

import {
  CancelButton,
  FindOrderButton,
  MenuButton,
  OrderButton,
  OrdersButton,
} from "../buttons.ts";
import { CONVERSATION_TTL_MS, type CustomerDesk, type Visit } from "../desk.ts";
import { type Screen, show } from "../screen.ts";
import type { Order, OrderItem, OrderStatus } from "../shop/orders.ts";

const Search = states("search", { number: null }, { ttlMs: CONVERSATION_TTL_MS });

const STATUS: Readonly<Record<OrderStatus, string>> = {
  paid: "paid, waits to be packed",
  packed: "packed",
  shipped: "on its way",
  delivered: "delivered",
};

export const orders = new Router<CustomerDesk>("orders");

orders.message(command("orders"), listOrders);
orders.callbackQuery(OrdersButton, listOrders);

orders.callbackQuery(FindOrderButton, askNumber);
orders.message(command("order"), (context) =>
  context.command.args === "" ? askNumber(context) : lookUp(context, context.command.args),
);
orders.message(Search.number, noCommand(), (context) =>
  lookUp(context, context.message.text ?? ""),
);
orders.callbackQuery(OrderButton, (context) => lookUp(context, String(context.button.number)));

async function listOrders(context: Visit): Promise<void> {
  await context.state.leave();
  await show(context, listScreen(context.shop.orders.ofPerson(context.customer.id)));
}

async function askNumber(context: Visit): Promise<void> {
  await context.state.enter(Search.number);
  await show(context, {
    ...html`What is the number of the order? It stands at the top of your invoice.`,
    reply_markup: CancelButton.keyboard({ Cancel: {} }),
  });
}

/** Shows an order, or asks again. Other people's orders are as unknown as those that never were. */
async function lookUp(context: Visit, typed: string): Promise<void> {
  const { shop, customer, state } = context;
  const number = readNumber(typed);
  const order = number === undefined ? undefined : shop.orders.find(customer.id, number);
  if (order !== undefined) {
    await state.leave();
    return show(context, orderScreen(order, shop.orders.items(order.number)));
  }
  await state.enter(Search.number);
  const words =
    number === undefined
      ? html`An order number has digits only, for example <code>1004</code>. Which one is it?`
      : html`I find no order ${number} of yours. Is there a slip in it? Please send it again.`;
  await show(context, { ...words, reply_markup: CancelButton.keyboard({ Cancel: {} }) });
}

function readNumber(typed: string): number | undefined {
  const digits = /^\s*#?(\d{1,9})\s*$/.exec(typed)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function listScreen(list: readonly Order[]): Screen {
  return {
    ...joinHtml([
      html`<b>Your orders</b>`,
      ...list.map(({ number, status }) => `${number}: ${STATUS[status]}`),
      "",
      "Which one do you want to see?",
    ]),
    reply_markup: inlineKeyboard([
      ...grid(
        list.map(({ number }) => OrderButton.button(`Order ${number}`, { number })),
        2,
      ),
      [FindOrderButton.button("Find by number", {}), MenuButton.button("Menu", {})],
    ]),
  };
}

function orderScreen(order: Order, items: readonly OrderItem[]): Screen {
  const totalCents = items.reduce((sum, item) => sum + item.quantity * item.priceCents, 0);
  const arrival = order.status === "delivered" ? "Delivered" : "Expected";
  return {
    ...joinHtml([
      html`<b>Order ${order.number}</b>: ${STATUS[order.status]}`,
      ...items.map(({ title, quantity }) => `${quantity} × ${title}`),
      `Total: ${euros(totalCents)}`,
      "",
      `Ordered on ${day(order.placedOn)}`,
      `${arrival} on ${day(order.dueOn)}`,
      order.parcel === null ? "No parcel yet" : html`Parcel <code>${order.parcel}</code>`,
    ]),
    reply_markup: inlineKeyboard([
      [OrdersButton.button("All orders", {}), MenuButton.button("Menu", {})],
    ]),
  };
}

const euros = (cents: number): string => `${(cents / 100).toFixed(2)} €`;

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
const day = (isoDay: string): string => DAY.format(new Date(isoDay));
