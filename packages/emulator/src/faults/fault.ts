import type { UpdateKind } from "@hookgram/bot-api";

/** What goes wrong with a call of the Bot API. */
export type CallFault =
  /** An error of Telegram: 429 with `retry_after`, 500, 403 and so on. Nothing is done. */
  | {
      readonly do: "refuse";
      readonly error_code: number;
      readonly description?: string | undefined;
      readonly retry_after?: number | undefined;
    }
  /** Done and answered, but so many milliseconds of the emulated clock later. */
  | { readonly do: "delay"; readonly ms: number }
  /** Not done, and never answered. */
  | { readonly do: "no-answer" }
  /** Not done: the connection is cut at once. */
  | { readonly do: "reset" }
  /** Not done: something comes back that is no answer of the Bot API, as from a broken proxy. */
  | {
      readonly do: "garbage";
      readonly status?: number | undefined;
      readonly body?: string | undefined;
    }
  /** Done, and then the connection is cut instead of an answer. */
  | { readonly do: "lost-response" };

/** What goes wrong with the delivery of an update to a webhook. */
export type DeliveryFault =
  /** Sent later; updates of other queues overtake it. */
  | { readonly do: "delay"; readonly ms: number }
  /** Sent once more although the webhook has taken it. */
  | { readonly do: "duplicate" }
  /** The webhook's answer does not arrive: the connection is cut, and the update is sent again. */
  | { readonly do: "lost-response" }
  /** The connection is cut while the update is being sent. */
  | { readonly do: "reset" };

/** Which calls or deliveries a rule is for, how many of them, and how often of those. */
export interface FaultScope {
  readonly bot?: number | undefined;
  readonly chat?: number | undefined;
  /** How many are hit. Default 1; 0: all. */
  readonly times?: number | undefined;
  /** How likely each is hit, from 0 to 1, by the emulator's seeded numbers. Default 1. */
  readonly probability?: number | undefined;
}

/** A rule for calls; without `method` it is for all of them. */
export interface CallFaultRule extends FaultScope {
  readonly on: "call";
  /** In any letter case. */
  readonly method?: string | undefined;
  readonly fault: CallFault;
}

/** A rule for deliveries; without `kind` it is for updates of all kinds. */
export interface DeliveryFaultRule extends FaultScope {
  readonly on: "delivery";
  readonly kind?: UpdateKind | undefined;
  readonly fault: DeliveryFault;
}

/** What goes wrong on purpose, and for which calls or deliveries. */
export type FaultRule = CallFaultRule | DeliveryFaultRule;
