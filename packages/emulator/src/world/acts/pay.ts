import type { OrderInfo, ShippingAddress } from "@hookgram/bot-api";
import { requirePerson, userOf } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import { askBot, noteStars } from "../pay.ts";
import type { InvoiceRecord, PaymentRecord } from "../payment.ts";
import type { World } from "../world.ts";
import { conversationKey } from "../world-state.ts";
import type { Where } from "./place.ts";
import { conversationToWrite, requireMessage } from "./place.ts";

export interface Paying extends Where {
  readonly person: number;
  /** The message with the invoice; or `invoice_link`. */
  readonly message_id?: number | undefined;
  readonly invoice_link?: string | undefined;
  readonly shipping_address?: ShippingAddress | undefined;
  readonly shipping_option_id?: string | undefined;
  readonly order_info?: { readonly [K in keyof OrderInfo]?: OrderInfo[K] | undefined } | undefined;
}

/** A person pays an invoice. What it needs of the bot is asked by updates. */
export function pay(world: World, paying: Paying): PaymentRecord {
  const { person: personId, order_info: orderInfo, shipping_address: address } = paying;
  requirePerson(world, personId);
  const { invoice, key } = invoiceToPay(world, paying);
  if (invoice.isFlexible && address === undefined) {
    throw new EmulatorError("bad-request", 'the price depends on the "shipping_address"');
  }
  const payment: PaymentRecord = {
    id: `${personId}-${world.next("payment")}`,
    personId,
    invoice,
    key,
    state: invoice.isFlexible ? "shipping" : "checkout",
    queryId: "",
    askedAtMs: 0,
    ...(orderInfo === undefined ? {} : { orderInfo: orderInfo as OrderInfo }),
    ...(address === undefined ? {} : { address }),
    ...(paying.shipping_option_id === undefined
      ? {}
      : { wantedOptionId: paying.shipping_option_id }),
  };
  world.state.payments.set(payment.id, payment);
  askBot(world, payment);
  return payment;
}

function invoiceToPay(
  world: World,
  paying: Paying,
): { readonly invoice: InvoiceRecord; readonly key: string } {
  const { person, invoice_link: link, message_id: messageId } = paying;
  if ((link === undefined) === (messageId === undefined)) {
    throw new EmulatorError("bad-request", 'say what with either "message_id" or "invoice_link"');
  }
  if (link !== undefined) {
    const invoice = world.state.invoices.get(link);
    if (invoice === undefined) throw new EmulatorError("not-found", `there is no invoice ${link}`);
    const conversation = world.openConversation(person, invoice.botId);
    return { invoice, key: conversationKey(conversation.chatId, conversation.botId) };
  }
  const conversation = conversationToWrite(world, paying);
  const { invoice } = requireMessage(conversation, messageId!);
  if (invoice === undefined) {
    throw new EmulatorError("not-found", `message ${messageId} is not an invoice`);
  }
  return { invoice, key: conversationKey(conversation.chatId, conversation.botId) };
}

/** A person buys what a message shows for Stars only; the bot hears of it. */
export function buyMedia(
  world: World,
  where: Where & { readonly person: number; readonly message_id: number },
): number {
  const from = userOf(world, requirePerson(world, where.person).id)!;
  const conversation = conversationToWrite(world, where, "can_react_to_messages");
  const { content, senderId, paidPayload = "" } = requireMessage(conversation, where.message_id);
  const stars = content.paid_media?.star_count;
  if (stars === undefined) {
    throw new EmulatorError("not-found", `message ${where.message_id} has no paid media`);
  }
  const id = `media-${world.next("payment")}`;
  const kind = "paid_media_payment";
  noteStars(world, {
    id,
    botId: senderId,
    personId: from.id,
    amount: stars,
    kind,
    payload: paidPayload,
  });
  world.publish(senderId, "purchased_paid_media", { from, paid_media_payload: paidPayload });
  return stars;
}

/** A person stops or takes up again a subscription that was paid. */
export function changeSubscription(
  world: World,
  { person, charge_id, state }: { person: number; charge_id: string; state: "active" | "canceled" },
): void {
  const payment = paidBy(world, person, charge_id);
  if (payment?.subscription === undefined) {
    throw new EmulatorError("not-found", `person ${person} has no subscription ${charge_id}`);
  }
  payment.subscription = state;
  const { botId, payload } = payment.invoice;
  const user = userOf(world, person)!;
  world.publish(botId, "subscription", { user, invoice_payload: payload, state });
}

/** The payment of a charge identifier. */
export function paidBy(
  world: World,
  personId: number,
  chargeId: string,
): PaymentRecord | undefined {
  return [...world.state.payments.values()].find(
    (payment) =>
      payment.personId === personId && payment.charge?.telegram_payment_charge_id === chargeId,
  );
}
