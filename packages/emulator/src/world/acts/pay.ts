import type { OrderInfo, ShippingAddress } from "@hookgram/bot-api";
import { requirePerson, userOf } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import { askBot, noteStars } from "../pay.ts";
import type { InvoiceRecord, PaymentRecord, SubscriptionState } from "../payment.ts";
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
  /** In the smallest units of the currency. */
  readonly tip_amount?: number | undefined;
  readonly order_info?: { readonly [K in keyof OrderInfo]?: OrderInfo[K] | undefined } | undefined;
}

/** A person pays an invoice. What it needs of the bot is asked by updates. */
export function pay(world: World, paying: Paying): PaymentRecord {
  const { person: personId, shipping_option_id, shipping_address: address, tip_amount } = paying;
  requirePerson(world, personId);
  const { invoice, key } = invoiceToPay(world, paying);
  checkTip(invoice, tip_amount);
  const orderInfo = orderInfoFor(invoice, paying);
  const payment: PaymentRecord = {
    id: `${personId}-${world.next("payment")}`,
    personId,
    invoice,
    key,
    state: invoice.isFlexible ? "shipping" : "checkout",
    queryId: "",
    askedAtMs: 0,
    ...(orderInfo === undefined ? {} : { orderInfo }),
    ...(address === undefined ? {} : { address }),
    ...(shipping_option_id === undefined ? {} : { wantedOptionId: shipping_option_id }),
    ...(tip_amount === undefined ? {} : { tipAmount: tip_amount }),
  };
  world.state.payments.set(payment.id, payment);
  askBot(world, payment);
  return payment;
}

function checkTip({ maxTipAmount }: InvoiceRecord, tip = 0): void {
  if (tip <= maxTipAmount) return;
  throw new EmulatorError("bad-request", `the invoice takes tips of at most ${maxTipAmount}`);
}

/** What a person has to fill in for an invoice that asks for it, by the fields of `order_info`. */
const ORDER_FIELDS = {
  need_name: "name",
  need_phone_number: "phone_number",
  need_email: "email",
  need_shipping_address: "shipping_address",
} as const;

/** The answers to what the invoice asks for, and no others. */
function orderInfoFor({ needs }: InvoiceRecord, paying: Paying): OrderInfo | undefined {
  const given = { shipping_address: paying.shipping_address, ...paying.order_info };
  const answers = needs.map((need) => {
    const field = ORDER_FIELDS[need];
    if (given[field] !== undefined) return [field, given[field]] as const;
    throw new EmulatorError("bad-request", `the invoice asks for "order_info.${field}"`);
  });
  return answers.length === 0 ? undefined : (Object.fromEntries(answers) as OrderInfo);
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

/** A person stops or takes up again a subscription, or has no Stars left for it. */
export function changeSubscription(
  world: World,
  change: { person: number; charge_id: string; state: SubscriptionState },
): void {
  const { person, charge_id, state } = change;
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
