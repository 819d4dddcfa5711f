import { createHash } from "node:crypto";
import type { SuccessfulPayment } from "@hookgram/bot-api";
import { requirePerson, userOf } from "./directory.ts";
import type { PaymentRecord, StarTransactionRecord } from "./payment.ts";
import { CHECKOUT_MAX_MS } from "./payment.ts";
import { postMessage } from "./post-message.ts";
import type { World } from "./world.ts";

/** Asks the bot for the next thing that a payment needs. */
export function askBot(world: World, payment: PaymentRecord): void {
  const { invoice, personId, orderInfo, chosen, address } = payment;
  const from = userOf(world, personId)!;
  payment.queryId = String((BigInt(personId) << 32n) | BigInt(world.next("query")));
  payment.askedAtMs = world.ports.clock.now();
  const common = { id: payment.queryId, from, invoice_payload: invoice.payload };
  if (payment.state === "shipping") {
    world.publish(invoice.botId, "shipping_query", { ...common, shipping_address: address! });
    return;
  }
  world.publish(invoice.botId, "pre_checkout_query", {
    ...common,
    currency: invoice.currency as never,
    total_amount: amountOf(payment),
    ...(chosen === undefined ? {} : { shipping_option_id: chosen.optionId }),
    ...(orderInfo === undefined ? {} : { order_info: orderInfo }),
  });
}

/** The payment whose query the bot may still answer. */
export function openPayment(
  world: World,
  botId: number,
  wanted: { readonly queryId: string; readonly state: "shipping" | "checkout" },
): PaymentRecord | undefined {
  const { queryId, state } = wanted;
  const payment = [...world.state.payments.values()].find((one) => one.queryId === queryId);
  if (payment?.invoice.botId !== botId || payment.state !== state) return undefined;
  const isLate = world.ports.clock.now() - payment.askedAtMs > CHECKOUT_MAX_MS;
  return state === "checkout" && isLate ? undefined : payment;
}

/** Ends a payment without money. */
export function failPayment(world: World, payment: PaymentRecord, reason: string): void {
  payment.state = "failed";
  payment.error = reason;
  world.record({ type: "world", change: "payment-failed", id: payment.personId });
}

/** The money goes over: the chat shows the payment, and the bot hears of it. */
export function completePayment(world: World, payment: PaymentRecord): void {
  const { invoice, chosen, orderInfo } = payment;
  const charge: SuccessfulPayment = {
    currency: invoice.currency as SuccessfulPayment["currency"],
    total_amount: amountOf(payment),
    invoice_payload: invoice.payload,
    ...subscriptionFields(world, payment),
    ...(chosen === undefined ? {} : { shipping_option_id: chosen.optionId }),
    ...(orderInfo === undefined ? {} : { order_info: orderInfo }),
    telegram_payment_charge_id: chargeId(payment),
    provider_payment_charge_id: invoice.currency === "XTR" ? "" : `local_${payment.id}`,
  };
  payment.state = "paid";
  payment.charge = charge;
  postCharge(world, payment, charge);
  renewInTime(world, payment.id);
}

/** Goods, sending and tip. */
function amountOf({ invoice, chosen, tipAmount }: PaymentRecord): number {
  return invoice.totalAmount + (chosen?.amount ?? 0) + (tipAmount ?? 0);
}

/** Takes the money of one charge, and shows it in the chat, of which the bot hears. */
function postCharge(world: World, payment: PaymentRecord, charge: SuccessfulPayment): void {
  const { invoice, personId } = payment;
  if (invoice.currency === "XTR") {
    const amount = charge.total_amount;
    const { botId, payload } = invoice;
    const id = charge.telegram_payment_charge_id;
    noteStars(world, { id, botId, personId, amount, kind: "invoice_payment", payload });
  }
  const conversation = world.state.conversations.get(payment.key)!;
  const content = { successful_payment: charge };
  postMessage(world, conversation, { senderId: personId, content });
}

function subscriptionFields(world: World, payment: PaymentRecord): Partial<SuccessfulPayment> {
  const { subscriptionPeriodS } = payment.invoice;
  if (subscriptionPeriodS === undefined) return {};
  payment.subscription = "active";
  payment.paidUntil = world.nowS() + subscriptionPeriodS;
  const subscription_expiration_date = payment.paidUntil;
  return { subscription_expiration_date, is_recurring: true, is_first_recurring: true };
}

/**
 * Charges a subscription again at the end of what is paid, in the emulated time. Whether it still
 * goes on is looked at then, so that nothing has to be cancelled.
 */
function renewInTime(world: World, paymentId: string): void {
  const { paidUntil } = world.state.payments.get(paymentId) ?? {};
  if (paidUntil === undefined) return;
  const delayMs = paidUntil * 1000 - world.ports.clock.now();
  world.ports.clock.after(delayMs, () => renew(world, paymentId));
}

/** Sets the clock for every subscription, after a snapshot came in. */
export function renewSubscriptionsInTime(world: World): void {
  for (const id of world.state.payments.keys()) renewInTime(world, id);
}

function renew(world: World, paymentId: string): void {
  const payment = world.state.payments.get(paymentId);
  const periodS = payment?.invoice.subscriptionPeriodS;
  if (payment?.paidUntil === undefined || periodS === undefined) return;
  if (payment.subscription !== "active" || payment.paidUntil > world.nowS()) return;
  payment.paidUntil += periodS;
  const id = `${payment.id}-${payment.paidUntil}`;
  const { is_first_recurring: _, ...first } = payment.charge!;
  const charge = {
    ...first,
    subscription_expiration_date: payment.paidUntil,
    telegram_payment_charge_id: chargeId({ id }),
  };
  const { subscription: __, paidUntil: ___, ...common } = payment;
  world.state.payments.set(id, { ...common, id, charge });
  postCharge(world, payment, charge);
  renewInTime(world, paymentId);
}

/** Gives the Stars of a payment back. */
export function refundPayment(world: World, payment: PaymentRecord): void {
  const { charge, invoice, personId } = payment;
  const { telegram_payment_charge_id, total_amount, invoice_payload } = charge!;
  payment.isRefunded = true;
  noteStars(world, {
    id: telegram_payment_charge_id,
    botId: invoice.botId,
    personId,
    amount: -total_amount,
    kind: "invoice_payment",
    payload: invoice_payload,
  });
  const refund = {
    currency: "XTR" as const,
    total_amount,
    invoice_payload,
    telegram_payment_charge_id,
  };
  postMessage(world, world.state.conversations.get(payment.key)!, {
    senderId: personId,
    content: { refunded_payment: refund },
  });
}

/** Writes down that Stars came to a bot or went from it. */
export function noteStars(world: World, transaction: Omit<StarTransactionRecord, "date">): void {
  requirePerson(world, transaction.personId);
  world.state.starTransactions.push({ ...transaction, date: world.nowS() });
  world.record({ type: "world", change: "stars", id: transaction.botId });
}

/** The Stars that a bot has. */
export function starBalance(world: World, botId: number): number {
  return world.state.starTransactions
    .filter((transaction) => transaction.botId === botId)
    .reduce((sum, { amount }) => sum + amount, 0);
}

function chargeId({ id }: Pick<PaymentRecord, "id">): string {
  return `stx${createHash("sha256").update(id).digest("base64url")}`;
}
