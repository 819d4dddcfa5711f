import assert from "node:assert/strict";
import { it } from "node:test";
import { UPDATE_KINDS } from "@hookgram/bot-api";
import type { ChatJoinRequest, Message, UpdateKind } from "@hookgram/bot-api";
import { CHANNEL, FORUM } from "../../test/open-chats.ts";
import { ANNA, BEN, BOT_ID, STAGE_WORLD, Stage, TOKEN } from "../../test/stage.ts";

const CARL = 1003;
const GUEST_CHAT = -1_003_333_333_333;
const administrator = { user: BOT_ID, status: "administrator" } as const;

/** A bot that may do everything, a forum, a channel, and a group that the bot is not in. */
async function openWorld(): Promise<Stage> {
  const stage = await Stage.open({
    bots: [{ token: TOKEN, username: "stage_bot", name: "Stage", supports_inline_queries: true }],
    people: [...STAGE_WORLD.people!, { id: CARL, first_name: "Carl" }],
    chats: [
      {
        id: FORUM,
        type: "supergroup",
        title: "Shop",
        members: [{ user: ANNA }, { user: BEN }, administrator],
      },
      {
        id: CHANNEL,
        type: "channel",
        title: "News",
        members: [{ user: ANNA }, { user: BEN }, administrator],
      },
      { id: GUEST_CHAT, type: "supergroup", title: "Elsewhere", members: [{ user: ANNA }] },
    ],
  });
  await stage.ok("getUpdates", { offset: -1, allowed_updates: UPDATE_KINDS });
  return stage;
}

/** Lets something wait for the bot while the bot answers. */
async function answering<T>(waiting: Promise<T>, answer: () => Promise<unknown>): Promise<T> {
  const [result] = await Promise.all([waiting, answer()]);
  return result;
}

async function messages(stage: Stage): Promise<void> {
  await stage.act("say", { person: ANNA, text: "/start" });
  await stage.act("edit", { person: ANNA, message_id: 1, text: "/help" });
  await stage.act("say", { person: ANNA, chat: CHANNEL, text: "News" });
  await stage.act("edit", { person: ANNA, chat: CHANNEL, message_id: 1, text: "Old" });
  await stage.act("react", { person: BEN, chat: CHANNEL, message_id: 1, emoji: ["👍"] });
  await stage.act("say", { person: BEN, chat: FORUM, text: "Hi" });
  await stage.act("react", { person: ANNA, chat: FORUM, message_id: 1, emoji: ["👍"] });
  await stage.act("callGuest", { person: ANNA, chat: GUEST_CHAT, text: "@stage_bot help" });
  await stage.ok("sendMessageDraft", { chat_id: ANNA, draft_id: 7, text: "I", can_stop: true });
  await stage.act("stopDraft", { person: ANNA, draft_id: 7 });
}

async function queries(stage: Stage): Promise<void> {
  const button = { text: "Yes", callback_data: "yes" };
  const reply_markup = { inline_keyboard: [[button]] };
  await stage.ok("sendMessage", { chat_id: ANNA, text: "?", reply_markup });
  await stage.act("press", { person: ANNA, label: "Yes", wait_ms: 0 });
  const typed = stage.act<{ inline_query_id: string }>("inlineQuery", {
    person: ANNA,
    query: "te",
  });
  const { inline_query_id } = await answering(typed, async () => {
    const { id } = await stage.next("inline_query");
    const content = { message_text: "Tea" };
    const result = { type: "article", id: "1", title: "Tea", input_message_content: content };
    await stage.ok("answerInlineQuery", { inline_query_id: id, results: [result] });
  });
  await stage.act("chooseResult", { person: ANNA, inline_query_id, result_id: "1" });
  const poll = { chat_id: ANNA, question: "Tea?", options: ["Yes", "No"], is_anonymous: false };
  const { message_id } = await stage.ok<Message>("sendPoll", poll);
  await stage.act("vote", { person: ANNA, message_id, options: [0] });
}

async function members(stage: Stage): Promise<void> {
  await stage.act("setMember", { chat: FORUM, person: BEN, status: "restricted", rights: {} });
  await stage.act("block", { person: BEN });
  await stage.act("requestToJoin", { person: CARL, chat: FORUM });
  await stage.act("boost", { person: ANNA, chat: CHANNEL });
  await stage.act("boost", { person: ANNA, chat: CHANNEL, remove: true });
  const token = "7001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  await stage.act("createManagedBot", { person: ANNA, bot: { token } });
}

const ADDRESS = {
  country_code: "NL",
  state: "",
  city: "Delft",
  street_line1: "Markt 1",
  street_line2: "",
  post_code: "2611",
};

async function payments(stage: Stage): Promise<void> {
  const goods = { title: "Tea", description: "Green", payload: "tea" };
  const price = { currency: "EUR", provider_token: "x", prices: [{ label: "Tea", amount: 500 }] };
  const invoice = await stage.ok<Message>("sendInvoice", {
    chat_id: ANNA,
    ...goods,
    ...price,
    is_flexible: true,
  });
  const paying = stage.act<{ state: string; charge: { total_amount: number } }>("pay", {
    person: ANNA,
    message_id: invoice.message_id,
    shipping_address: ADDRESS,
  });
  const { state, charge } = await answering(paying, async () => {
    const { id } = await stage.next("shipping_query");
    const option = { id: "post", title: "Post", prices: [{ label: "Post", amount: 100 }] };
    await stage.ok("answerShippingQuery", {
      shipping_query_id: id,
      ok: true,
      shipping_options: [option],
    });
    const checkout = await stage.next("pre_checkout_query");
    assert.equal(checkout.total_amount, 600);
    await stage.ok("answerPreCheckoutQuery", { pre_checkout_query_id: checkout.id, ok: true });
  });
  assert.deepEqual([state, charge.total_amount], ["paid", 600]);
  assert.equal((await stage.next("message")).successful_payment?.shipping_option_id, "post");
}

async function stars(stage: Stage): Promise<void> {
  const link = await stage.ok<string>("createInvoiceLink", {
    title: "Club",
    description: "Monthly",
    payload: "club",
    currency: "XTR",
    prices: [{ label: "Month", amount: 10 }],
    subscription_period: 2_592_000,
  });
  const paying = stage.act<{ charge: { telegram_payment_charge_id: string } }>("pay", {
    person: ANNA,
    invoice_link: link,
  });
  const { charge } = await answering(paying, async () => {
    const { id } = await stage.next("pre_checkout_query");
    await stage.ok("answerPreCheckoutQuery", { pre_checkout_query_id: id, ok: true });
  });
  const charge_id = charge.telegram_payment_charge_id;
  await stage.act("changeSubscription", { person: ANNA, charge_id, state: "canceled" });
  await stage.act("addWebFile", {
    url: "http://a.test/p.gif",
    base64: GIF,
    mime_type: "image/gif",
  });
  const { message_id } = await stage.ok<Message>("sendPaidMedia", {
    chat_id: ANNA,
    star_count: 3,
    payload: "cat",
    media: [{ type: "photo", media: "http://a.test/p.gif" }],
  });
  await stage.act("buyMedia", { person: ANNA, message_id });
}

const GIF = "R0lGODlhAQABAAAAACw=";

async function business(stage: Stage): Promise<void> {
  const { business_connection } = await stage.act<{ business_connection: { id: string } }>(
    "connectBusiness",
    { person: ANNA },
  );
  const place = { person: BEN, business_connection_id: business_connection.id };
  await stage.act("say", { ...place, text: "Are you open?" });
  await stage.act("edit", { ...place, message_id: 1, text: "Are you open today?" });
  const answer = await stage.ok<Message>("sendMessage", {
    chat_id: BEN,
    business_connection_id: business_connection.id,
    text: "Yes",
  });
  assert.deepEqual([answer.from?.id, answer.sender_business_bot?.id], [ANNA, BOT_ID]);
  await stage.act("delete", { ...place, message_id: 1 });
}

it("every kind of update can be caused", async () => {
  await using stage = await openWorld();
  for (const cause of [messages, queries, payments, stars, business, members]) await cause(stage);
  const { entries } = stage.telegram.journal.read(0, 1000);
  const caused = new Set<UpdateKind>();
  for (const entry of entries) if (entry.type === "update") caused.add(entry.kind);
  assert.deepEqual(
    UPDATE_KINDS.filter((kind) => !caused.has(kind)),
    [],
  );
  const request = stage.telegram.world.state.groups.get(FORUM)?.joinRequests.get(CARL);
  assert.equal((request satisfies ChatJoinRequest | undefined)?.from.id, CARL);
});
