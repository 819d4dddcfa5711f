import type {
  Gift,
  OrderInfo,
  ShippingAddress,
  SuccessfulPayment,
  MessageEntity,
  UniqueGift,
} from "@hookgram/bot-api";

/** What an invoice can ask the payer for, by the names of the parameters. */
export const INVOICE_NEEDS = [
  "need_name",
  "need_phone_number",
  "need_email",
  "need_shipping_address",
] as const;

export type InvoiceNeed = (typeof INVOICE_NEEDS)[number];

/** What a bot asks money for. */
export interface InvoiceRecord {
  readonly botId: number;
  readonly title: string;
  readonly description: string;
  readonly payload: string;
  readonly currency: string;
  /** In the smallest units of the currency; for `XTR` in Stars. */
  readonly totalAmount: number;
  /** The price depends on where it is sent: the bot is asked by `shipping_query`. */
  readonly isFlexible: boolean;
  readonly needs: readonly InvoiceNeed[];
  /** 0: tips are not taken. */
  readonly maxTipAmount: number;
  readonly suggestedTips: readonly number[];
  /** What a forwarded copy opens the bot with; when empty, the copy itself can be paid. */
  readonly startParameter: string;
  readonly photoUrl?: string;
  /** Seconds between two payments of a subscription. */
  readonly subscriptionPeriodS?: number;
}

/**
 * One person paying one invoice.
 *
 * States: `shipping` (the bot is asked what sending costs) → `checkout` (the bot is asked whether
 * the order stands) → `paid`, or `failed` from either. An invoice with a fixed price begins with
 * `checkout`.
 */
export interface PaymentRecord {
  readonly id: string;
  readonly personId: number;
  readonly invoice: InvoiceRecord;
  /** The conversation that shows the payment. */
  readonly key: string;
  state: "shipping" | "checkout" | "paid" | "failed";
  /** The query that the bot has to answer now. */
  queryId: string;
  askedAtMs: number;
  readonly orderInfo?: OrderInfo;
  readonly address?: ShippingAddress;
  /** The option that the person chooses; the first one when it is not said. */
  readonly wantedOptionId?: string;
  readonly tipAmount?: number;
  chosen?: { readonly optionId: string; readonly amount: number };
  /** Why it failed, as the person is told. */
  error?: string;
  charge?: SuccessfulPayment;
  isRefunded?: boolean;
  subscription?: SubscriptionState;
  /** Unix time up to which the subscription is paid. */
  paidUntil?: number;
}

/** Of a subscription: whether it goes on, ends with what is paid, or has ended as nothing was left. */
export type SubscriptionState = "active" | "canceled" | "failed";

/** A bot has so long to say whether an order stands. @see https://core.telegram.org/bots/api#answerprecheckoutquery */
export const CHECKOUT_MAX_MS = 10_000;

/** Stars that came to a bot or went from it. */
export interface StarTransactionRecord {
  readonly id: string;
  readonly botId: number;
  readonly personId: number;
  /** Negative: Stars went away. */
  readonly amount: number;
  readonly date: number;
  readonly kind:
    | "invoice_payment"
    | "paid_media_payment"
    | "gift_purchase"
    | "business_account_transfer";
  readonly payload?: string;
}

/** A gift that a person or a chat has. */
export interface OwnedGiftRecord {
  readonly id: string;
  ownerId: number;
  readonly gift: Gift;
  readonly senderId: number;
  readonly date: number;
  readonly text?: string;
  readonly entities?: readonly MessageEntity[];
  /** The sender has paid for its upgrade. */
  readonly isUpgradePaid?: boolean;
  /** What it has become by an upgrade. */
  unique?: UniqueGift;
}
