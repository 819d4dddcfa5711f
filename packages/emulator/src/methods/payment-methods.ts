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
import { postMessage } from "../world/post-message.ts";
import type { InvoiceRecord, StarTransactionRecord } from "../world/payment.ts";
import type { InlineKeyboardMarkup } from "@hookgram/bot-api";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import { readInvoice, readPrices, totalOf } from "./invoice-params.ts";
import { FieldFault, isObject, jsonParam, naming, requiredText } from "./json-fields.ts";
import type { MethodCall, Params } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { requiredParam } from "./required-param.ts";
import { SENDINGS, chatToSend, newMessage } from "./send-content.ts";
import { readUserId } from "./user-id.ts";

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
  const chat = chatToSend(world, call, SENDINGS.invoice);
  const { title, description, startParameter, currency, totalAmount } = invoice;
  const message = newMessage(world, call, chat, {
    invoice: {
      title,
      description,
      start_parameter: startParameter,
      currency: currency as "XTR",
      total_amount: totalAmount,
    },
  });
  const markup = message.markup ?? payButton(invoice);
  const stored = postMessage(world, chat.conversation, { ...message, markup, invoice });
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

/**
 * Since Bot API 10.2 the options are read before the query is looked for, and a refusal needs them
 * too: TDLib's `answer_shipping_query` asks for one whatever the answer is.
 */
function answerShipping(world: World, { bot, params }: MethodCall): true {
  const isOk = params.boolean("ok");
  requiredParam(params, isOk ? "shipping_options" : "error_message");
  const options = readOptions(params);
  const queryId = params.text("shipping_query_id") ?? "";
  const payment = openPayment(world, bot.id, { queryId, state: "shipping" });
  if (payment === undefined) throw tooOld();
  const { wantedOptionId } = payment;
  const option = options.find(({ optionId }) => optionId === (wantedOptionId ?? optionId));
  if (!isOk || option === undefined) {
    const reason = isOk ? "no such shipping option" : params.text("error_message")!;
    failPayment(world, payment, reason);
    return true;
  }
  payment.chosen = option;
  payment.state = "checkout";
  askBot(world, payment);
  return true;
}

function readOptions(params: Params): { optionId: string; amount: number }[] {
  const value = jsonParam(params, "shipping_options", "shipping options") ?? [];
  if (!Array.isArray(value)) throw badRequest("Expected an Array of shipping options");
  const options = value.map((item: unknown) =>
    naming("Can't parse shipping option", () => readOption(item)),
  );
  if (options.length === 0) throw badRequest("There must be at least one shipping option");
  return options;
}

function readOption(item: unknown): { optionId: string; amount: number } {
  if (!isObject(item)) throw new FieldFault("ShippingOption must be an Object");
  const optionId = requiredText(item, "id");
  if (optionId === "") throw new FieldFault("ShippingOption identifier must be non-empty");
  if (requiredText(item, "title") === "") {
    throw new FieldFault("ShippingOption title must be non-empty");
  }
  return { optionId, amount: totalOf(readPrices(item["prices"])) };
}

function answerCheckout(world: World, { bot, params }: MethodCall): true {
  const queryId = params.text("pre_checkout_query_id") ?? "";
  const isOk = params.boolean("ok");
  const reason = isOk ? "" : requiredParam(params, "error_message");
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
  const offset = Math.max(0, params.integer("offset") ?? 0);
  const wanted = params.integer("limit") ?? TRANSACTIONS_MAX;
  const limit = Math.min(Math.max(1, wanted), TRANSACTIONS_MAX);
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
  const personId = readUserId(params);
  const chargeId = requiredParam(params, "telegram_payment_charge_id");
  const payment = paidBy(world, personId, chargeId);
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
