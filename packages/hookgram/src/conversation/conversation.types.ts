/** What compiles and what does not: conversations, their questions and their answers. Never run. */
import { z } from "zod";
import {
  Bot,
  callbackData,
  command,
  conversation,
  eventKind,
  everyPart,
  has,
  or,
  Router,
  type Talk,
  text,
} from "../index.ts";

const Size = callbackData("size", { large: z.boolean() });

const order = conversation(
  "order",
  async ({ ask, wait, on, after, step, random, now, leave }, input: { readonly price: number }) => {
    const street = await ask("Your street?", text());
    const words: string = street.message.text;
    const hour = await ask(
      "When?",
      text(/^(?<hour>\d+):00$/, z.object({ hour: z.coerce.number() })),
    );
    const at: number = hour.groups.hour;
    const custom = await wait(({ message }) => message.voice !== undefined && { isVoice: true });
    const isVoice: boolean = custom.isVoice;
    const media = await wait(or(has("photo"), has("video")));
    // @ts-expect-error: it may be a video
    void media.message.photo.length;

    const press = await ask("Which?", on("callback_query", Size), {
      reply_markup: Size.keyboard({ Small: { large: false } }),
      reprompt: "A button, please",
      triesMax: 3,
      timeoutMs: 60_000,
    });
    const large: boolean = press.button.large;
    await press.answer();
    // @ts-expect-error: a press is no message
    void press.message;

    const first = await ask("?", {
      words: text(),
      picture: has("photo"),
      press: on("callback_query", Size),
      any: on("message"),
      nothing: after(1_000),
    });
    if (first.case === "words") void first.message.text.length;
    else if (first.case === "picture") void first.message.photo.length;
    else if (first.case === "press") void first.button.large;
    else if (first.case === "any") void first.message.message_id;
    else void first.event.timer?.dueAtMs;
    // @ts-expect-error: which it is has to be known first
    void first.button;
    // @ts-expect-error: there is no such case
    if (first.case === "voice") return 0;

    const id: number = await step("id", () => 7);
    const chance: number = await random();
    const price: number = input.price;
    if (price > now()) return leave();
    // @ts-expect-error: the input has no such property
    void input.name;
    void [words, at, isVoice, large, id, chance];
    return price;
  },
  {
    cancel: command("cancel"),
    onEnd: (ending, { reply }) => {
      if (ending.status === "finished") return reply(ending.result.toFixed(2));
      if (ending.status === "outdated") return reply(ending.reason);
      // @ts-expect-error: only what finished has a result
      void ending.result;
      return undefined;
    },
  },
);

const pay = conversation(
  "pay",
  async ({ wait, on }) => {
    const checkout = await wait(on("pre_checkout_query"));
    await checkout.answer();
    const total: number = checkout.preCheckoutQuery.total_amount;
    void total;
    // @ts-expect-error: it does not get this kind
    await wait(on("poll_answer"));
  },
  { kinds: ["message", "pre_checkout_query"], cancel: { message: command("cancel") } },
);

const paid = eventKind("paid", z.object({ id: z.number() }));
const buy = conversation(
  "buy",
  async ({ wait, on, ask }) => {
    const { event } = await wait(on(paid));
    const id: number = event.data.id;
    const either = await ask("?", { words: text(), paid: on(paid, () => ({ isBig: true })) });
    if (either.case === "paid") void [either.event.data.id, either.isBig];
    // @ts-expect-error: an event carries no message
    await wait(on(paid, text()));
    // @ts-expect-error: it is told by on() what is waited for
    await wait(paid);
    // @ts-expect-error: it does not get presses
    await wait(on("callback_query"));
    return id;
  },
  {
    kinds: ["message", paid],
    onEnd: (ending, { given, reply }) => {
      if (ending.status === "replaced") return reply(ending.by);
      return given;
    },
  },
);
conversation(
  "sell",
  async ({ wait, on }) => {
    const { parts, album } = await wait(on("album", everyPart(has("photo"))));
    void [parts[0].photo.length, album.isLate];
    // @ts-expect-error: a filter of messages is not for albums
    await wait(on("album", has("photo")));
  },
  { kinds: ["album"] },
);
conversation("wrong", async ({ wait, on }) => {
  // @ts-expect-error: it is none of its kinds
  await wait(on(paid));
  // @ts-expect-error: neither are albums
  await wait(on("album"));
});
export const payment = async ({ wait, on }: Talk<typeof paid | "message">): Promise<number> =>
  (await wait(on(paid))).event.data.id;
void buy;

const shop = new Router<{ readonly customer: string }>("shop");
const greet = conversation(
  "greet",
  async (talk: Talk<"message", { readonly customer: string }>) => {
    const name: string = talk.given.customer;
    await talk.ask(`Hi ${name}`, text());
    // @ts-expect-error: it gets messages only
    talk.on("callback_query");
  },
  {
    // @ts-expect-error: who replaces it need not have a customer
    onEnd: (_ending, { given }) => given.customer.length,
  },
);
shop.include(greet, pay);
shop.message((context) => greet.enter(context));
// @ts-expect-error: nobody has given it a customer
new Bot().include(greet);
// @ts-expect-error: neither here
new Bot().message((context) => greet.enter(context));

const bot = new Bot({ routers: [order] });
bot.message((context) => order.enter(context, { price: 3 }));
// @ts-expect-error: it needs its input
bot.message((context) => order.enter(context));
// @ts-expect-error: the price is a number
bot.message((context) => order.enter(context, { price: "3" }));
// @ts-expect-error: it takes no input
bot.message((context) => pay.enter(context, 5));
// @ts-expect-error: it takes the context, and no part of it
bot.message(({ message }) => pay.enter(message));

conversation("wrong", async ({ ask, wait, on }) => {
  // @ts-expect-error: a question needs to know what is an answer
  await ask("Name?");
  // @ts-expect-error: a filter of presses is not for messages
  await ask("Name?", Size);
  // @ts-expect-error: nor one of messages for presses
  await wait(on("callback_query", text()));
  // @ts-expect-error: no such kind
  await wait(on("telepathy"));
  // @ts-expect-error: no such option
  await ask("Name?", text(), { retries: 3 });
  // @ts-expect-error: nor for a wait, which sends nothing
  await wait(text(), { reply_markup: { inline_keyboard: [] } });
});
// @ts-expect-error: its function is asynchronous
conversation("wrong", () => 5);
// @ts-expect-error: others are passed on or dropped
conversation("wrong", async () => undefined, { others: "eat" });
