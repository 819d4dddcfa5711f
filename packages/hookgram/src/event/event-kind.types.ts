import { z } from "zod";

import { text } from "../filter/text.ts";
import { Bot } from "../router/bot.ts";
import { Router } from "../router/router.ts";
import { states } from "../state/states.ts";
import { eventKind } from "./event-kind.ts";

const orderPaid = eventKind("order_paid", z.object({ id: z.number(), at: z.coerce.date() }));
const ping = eventKind("ping");
const { waiting } = states("order", { waiting: z.object({ title: z.string() }) });

const bot = new Bot();
const shop = new Router<{ user: { name: string } }>("shop");

shop.on(orderPaid, ({ event, user }) => {
  const id: number = event.data.id;
  const at: Date = event.data.at;
  // @ts-expect-error: the schema has no such property
  void event.data.title;
  void [id, at, user.name];
});

bot.on(orderPaid, waiting, async ({ data, state, reply, event }) => {
  await state.update({ title: `${data.title} ${event.data.id}` });
  await reply("Paid");
});

bot.on(ping, ({ event, chat }) => {
  // @ts-expect-error: without a schema the data is any JSON, and has to be looked at
  void event.data.title;
  // @ts-expect-error: an event may belong to no chat
  void chat.id;
});

// @ts-expect-error: an event carries no message
bot.on(ping, text(), () => {});

// @ts-expect-error: a name is no kind of event
bot.on("ping", () => {});

bot.message(async ({ emit, timers }) => {
  await emit(orderPaid, { id: 1, at: "2026-01-01" }, { key: "1" });
  await emit(ping, null);
  // @ts-expect-error: the id is a number
  await emit(orderPaid, { id: "1", at: "2026-01-01" });
  // @ts-expect-error: the kind has a schema, so there has to be data
  await emit(orderPaid);

  await timers.set(ping, { afterMs: 1_000 });
  await timers.set(orderPaid, { at: new Date(), data: { id: 1, at: "2026-01-01" } });
  // @ts-expect-error: the kind has a schema, so there has to be data
  await timers.set(orderPaid, { afterMs: 1_000 });
  // @ts-expect-error: it is due after some time or at a time
  await timers.set(ping, {});
  // @ts-expect-error: not both
  await timers.set(ping, { afterMs: 1_000, at: 0 });
  timers.cancel(orderPaid, { name: "second" });
});
