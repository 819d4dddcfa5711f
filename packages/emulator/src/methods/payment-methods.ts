import type { Message, StarTransaction } from "@hookgram/bot-api";
import { paidBy } from "../world/acts/pay.ts";
import { userOf } from "../world/directory.ts";
import { messageView } from "../world/message-view.ts";
import {
  askBot,
  completePayment,
  failPayment,
  openPayment,
  refundPayment,
  starBalance,
} from "../world/pay.ts";
import type { InvoiceRecord, StarTransactionRecord } from "../world/payment.ts";
import type { InlineKeyboardMarkup } from "@hookgram/bot-api";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import {
  FieldFault,
  isObject,
  jsonParam,
  naming,
  requiredInteger,
  requiredText,
} from "./json-fields.ts";
import type { MethodCall, Params } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { SENDINGS, chatToSend, postInto } from "./send-content.ts";
import { readUserId } from "./user-id.ts";

/** @see https://core.telegram.org/bots/api#sendinvoice */
const PAYLOAD_MAX_BYTES = 128;
/** @see https://core.telegram.org/bots/api#createinvoicelink */
const SUBSCRIPTION_PERIOD_S = 2_592_000;
const SUBSCRIPTION_PRICE_MAX = 10_000;
/** @see https://core.telegram.org/bots/api#getstartransactions */
const TRANSACTIONS_MAX = 100;

/** Methods about invoices and Stars. */
export function paymentMethods(world: World): Handlers {
  return {
    sendInvoice: (call) => sendInvoice(world, call),
    createInvoiceLink: (call) => createLink(world, call),
    answerShippingQuery: (call) => answerShipping(world, call),
    answerPreCheckoutQuery: (call) => answerCheckout(world, call),
    getMyStarBalance: ({ bot }) => ({ amount: starBalance(world, bot.id) }),
    getStarTransactions: (call) => getTransactions(world, call),
    refundStarPayment: (call) => refund(world, call),
    editUserStarSubscription: (call) => editSubscription(world, call),
  };
}

function sendInvoice(world: World, call: MethodCall): Message {
  const invoice = readInvoice(call);
  const chat = chatToSend(world, call, SENDINGS.text);
  const { title, currency, totalAmount } = invoice;
  const stored = postInto(world, call, chat, {
    invoice: {
      title,
      description: call.params.text("description") ?? "",
      start_parameter: call.params.text("start_parameter") ?? "",
      currency: currency as "XTR",
      total_amount: totalAmount,
    },
  });
  stored.invoice = invoice;
  stored.markup ??= payButton(invoice);
  return messageView(world, chat.conversation, stored);
}

/** What Telegram puts under an invoice that comes without buttons. */
function payButton({ currency, totalAmount }: InvoiceRecord): InlineKeyboardMarkup {
  const price =
    currency === "XTR" ? `⭐️${totalAmount}` : `${(totalAmount / 100).toFixed(2)} ${currency}`;
  return { inline_keyboard: [[{ text: `Pay ${price}`, pay: true }]] };
}

function createLink(world: World, call: MethodCall): string {
  const invoice = readInvoice(call);
  const link = `https://t.me/$local${String(world.next("payment")).padStart(12, "0")}`;
  world.state.invoices.set(link, invoice);
  world.record({ type: "world", change: "invoice-link", id: call.bot.id });
  return link;
}

function readInvoice({ bot, params }: MethodCall): InvoiceRecord {
  const title = needed(params, "title");
  needed(params, "description");
  const payload = needed(params, "payload");
  const currency = needed(params, "currency");
  if (Buffer.byteLength(payload) > PAYLOAD_MAX_BYTES) throw badRequest("INVOICE_PAYLOAD_INVALID");
  const prices = readPrices(params, "prices");
  const isFlexible = params.boolean("is_flexible");
  if (currency === "XTR") checkStars(params, prices.length);
  else if ((params.text("provider_token") ?? "") === "")
    throw badRequest("PAYMENT_PROVIDER_INVALID");
  const totalAmount = prices.reduce((sum, amount) => sum + amount, 0);
  if (totalAmount <= 0) throw badRequest("CURRENCY_TOTAL_AMOUNT_INVALID");
  const subscription = readSubscription(params, currency, totalAmount);
  return { botId: bot.id, title, payload, currency, totalAmount, isFlexible, ...subscription };
}

const NOT_FOR_STARS = [
  "need_name",
  "need_phone_number",
  "need_email",
  "need_shipping_address",
  "send_phone_number_to_provider",
  "send_email_to_provider",
  "is_flexible",
];

/** An invoice in Stars has one price and asks for nothing. */
function checkStars(params: Params, priceCount: number): void {
  const asks = NOT_FOR_STARS.some((name) => params.boolean(name));
  if (priceCount !== 1 || asks) throw badRequest("STARS_INVOICE_INVALID");
}

function readSubscription(
  params: Params,
  currency: string,
  amount: number,
): { subscriptionPeriodS?: number } {
  const period = params.integer("subscription_period") ?? 0;
  if (period === 0) return {};
  if (period !== SUBSCRIPTION_PERIOD_S) throw badRequest("SUBSCRIPTION_PERIOD_INVALID");
  if (currency !== "XTR" || amount > SUBSCRIPTION_PRICE_MAX) {
    throw badRequest("STARS_INVOICE_INVALID");
  }
  return { subscriptionPeriodS: period };
}

function needed(params: Params, name: string): string {
  const text = params.text(name) ?? "";
  if (text === "") throw badRequest(`Parameter "${name}" is required`);
  return text;
}

function readPrices(params: Params, name: string): number[] {
  const value = jsonParam(params, name, name);
  if (!Array.isArray(value)) throw badRequest("Expected an Array of LabeledPrice");
  if (value.length === 0) throw badRequest("There must be at least one price");
  return pricesOf(value);
}

function pricesOf(value: readonly unknown[]): number[] {
  return naming("Can't parse labeled price", () =>
    value.map((item) => {
      if (!isObject(item)) throw new FieldFault("expected an Object");
      if (requiredText(item, "label") === "") throw new FieldFault("label must be non-empty");
      return requiredInteger(item, "amount");
    }),
  );
}

/** Since Bot API 10.2 the options are read before the query is looked for, also for a refusal. */
function answerShipping(world: World, { bot, params }: MethodCall): true {
  const isOk = params.boolean("ok");
  const options = readOptions(params);
  const queryId = params.text("shipping_query_id") ?? "";
  const payment = openPayment(world, bot.id, { queryId, state: "shipping" });
  if (payment === undefined) throw tooOld();
  const { wantedOptionId } = payment;
  const option = options.find(({ optionId }) => optionId === (wantedOptionId ?? optionId));
  if (!isOk || option === undefined) {
    failPayment(world, payment, params.text("error_message") ?? "no such shipping option");
    return true;
  }
  payment.chosen = option;
  payment.state = "checkout";
  askBot(world, payment);
  return true;
}

function readOptions(params: Params): { optionId: string; amount: number }[] {
  const value = jsonParam(params, "shipping_options", "shipping options");
  const list = Array.isArray(value) ? value : [];
  if (list.length === 0) throw badRequest("There must be at least one shipping option");
  return naming("Can't parse shipping option", () =>
    list.map((item: unknown) => {
      if (!isObject(item)) throw new FieldFault("expected an Object");
      const prices = item["prices"];
      if (!Array.isArray(prices)) throw new FieldFault("expected an Array of LabeledPrice");
      const amount = pricesOf(prices).reduce((sum, one) => sum + one, 0);
      return { optionId: requiredText(item, "id"), amount };
    }),
  );
}

function answerCheckout(world: World, { bot, params }: MethodCall): true {
  const queryId = params.text("pre_checkout_query_id") ?? "";
  const isOk = params.boolean("ok");
  const reason = params.text("error_message") ?? "";
  if (!isOk && reason === "") throw badRequest("Error message must be non-empty");
  const payment = openPayment(world, bot.id, { queryId, state: "checkout" });
  if (payment === undefined) throw tooOld();
  if (isOk) completePayment(world, payment);
  else failPayment(world, payment, reason);
  return true;
}

function tooOld(): Error {
  return badRequest("query is too old and response timeout expired or query ID is invalid");
}

function getTransactions(world: World, { bot, params }: MethodCall): object {
  const offset = params.integer("offset") ?? 0;
  const limit = params.integer("limit") ?? TRANSACTIONS_MAX;
  if (offset < 0 || limit < 1 || limit > TRANSACTIONS_MAX)
    throw badRequest("Invalid limit specified");
  const own = world.state.starTransactions.filter(({ botId }) => botId === bot.id);
  const page = own.slice(offset, offset + limit);
  return { transactions: page.map((record) => transactionView(world, record)) };
}

function transactionView(world: World, record: StarTransactionRecord): StarTransaction {
  const { id, amount, date, kind, payload, personId } = record;
  const field = kind === "paid_media_payment" ? "paid_media_payload" : "invoice_payload";
  const partner = {
    type: "user" as const,
    transaction_type: kind,
    user: userOf(world, personId)!,
    ...(payload === undefined ? {} : { [field]: payload }),
  };
  const side = amount > 0 ? { source: partner } : { receiver: partner };
  return { id, amount: Math.abs(amount), date, ...side } as StarTransaction;
}

function refund(world: World, { bot, params }: MethodCall): true {
  const payment = paidBy(
    world,
    readUserId(params),
    params.text("telegram_payment_charge_id") ?? "",
  );
  if (payment?.invoice.botId !== bot.id || payment.invoice.currency !== "XTR") {
    throw badRequest("CHARGE_ID_EMPTY");
  }
  if (payment.isRefunded === true) throw badRequest("CHARGE_ALREADY_REFUNDED");
  refundPayment(world, payment);
  return true;
}

function editSubscription(world: World, { bot, params }: MethodCall): true {
  const payment = paidBy(
    world,
    readUserId(params),
    params.text("telegram_payment_charge_id") ?? "",
  );
  if (payment?.invoice.botId !== bot.id || payment.subscription === undefined) {
    throw badRequest("CHARGE_ID_INVALID");
  }
  payment.subscription = params.boolean("is_canceled") ? "canceled" : "active";
  world.record({ type: "world", change: "subscription", id: payment.personId });
  return true;
}
