import type { InvoiceNeed, InvoiceRecord } from "../world/payment.ts";
import { INVOICE_NEEDS } from "../world/payment.ts";
import { FieldFault, isObject, jsonParam, naming, requiredText } from "./json-fields.ts";
import { requiredInteger } from "./json-fields.ts";
import type { MethodCall, Params } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { requiredParam } from "./required-param.ts";

/** @see https://core.telegram.org/bots/api#sendinvoice */
const PAYLOAD_MAX_BYTES = 128;
const TIPS_MAX = 4;
/** @see https://core.telegram.org/bots/api#createinvoicelink */
const SUBSCRIPTION_PERIOD_S = 2_592_000;
const SUBSCRIPTION_PRICE_MAX = 10_000;
/** @see https://github.com/tdlib/td `check_currency_amount` */
const AMOUNT_MAX = 999_999_999_999;

/**
 * What `sendInvoice` and `createInvoiceLink` are told about an invoice.
 * @throws {Refusal} in Telegram's words, those of the Bot API server first, in its order.
 */
export function readInvoice({ bot, params }: MethodCall): InvoiceRecord {
  const title = requiredParam(params, "title");
  const description = requiredParam(params, "description");
  const payload = requiredParam(params, "payload");
  const currency = requiredParam(params, "currency");
  requiredParam(params, "prices");
  const prices = readPrices(jsonParam(params, "prices", "prices"));
  const tips = readTips(params);
  const totalAmount = totalOf(prices);
  checkTips(tips);
  if (Buffer.byteLength(payload) > PAYLOAD_MAX_BYTES) throw badRequest("INVOICE_PAYLOAD_INVALID");
  if (currency === "XTR") checkStars(params, prices.length, tips.maxTipAmount);
  else checkProvider(params);
  return {
    botId: bot.id,
    title,
    description,
    payload,
    currency,
    totalAmount,
    isFlexible: params.boolean("is_flexible"),
    needs: readNeeds(params),
    startParameter: params.text("start_parameter") ?? "",
    ...tips,
    ...readPhoto(params),
    ...readSubscription(params, currency, totalAmount),
  };
}

/**
 * The amounts of a list of `LabeledPrice`.
 * @throws {Refusal} in Telegram's words.
 */
export function readPrices(value: unknown): number[] {
  if (!Array.isArray(value)) throw badRequest("Expected an Array of labeled prices");
  const amounts = naming("Can't parse labeled price", () =>
    value.map((item: unknown) => {
      if (!isObject(item)) throw new FieldFault("LabeledPrice must be an Object");
      if (requiredText(item, "label") === "") {
        throw new FieldFault("LabeledPrice label must be non-empty");
      }
      return requiredInteger(item, "amount");
    }),
  );
  if (amounts.length === 0) throw badRequest("There must be at least one price");
  return amounts;
}

/**
 * The sum of prices.
 * @throws {Refusal} when it is not positive or beyond what a currency can hold.
 */
export function totalOf(amounts: readonly number[]): number {
  if (amounts.some((amount) => Math.abs(amount) > AMOUNT_MAX)) {
    throw badRequest("Too big amount of the currency specified");
  }
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  if (total <= 0) throw badRequest("Total price must be positive");
  if (total > AMOUNT_MAX) throw badRequest("Total price is too big");
  return total;
}

type Tips = Pick<InvoiceRecord, "maxTipAmount" | "suggestedTips">;

function readTips(params: Params): Tips {
  const text = params.text("max_tip_amount") ?? "";
  if (!/^-?\d*$/.test(text)) throw badRequest('Can\'t parse "max_tip_amount" as Number');
  const value = jsonParam(params, "suggested_tip_amounts", "suggested_tip_amounts");
  if (value === undefined) return { maxTipAmount: Number(text), suggestedTips: [] };
  if (!Array.isArray(value)) throw badRequest("Expected an Array of suggested tip amounts");
  return { maxTipAmount: Number(text), suggestedTips: value.map(readTip) };
}

function readTip(value: unknown): number {
  if (typeof value !== "number" && typeof value !== "string") {
    throw badRequest("Suggested tip amount must be of type Number or String");
  }
  if (!/^-?\d+$/.test(String(value)))
    throw badRequest("Can't parse suggested tip amount as Number");
  return Number(value);
}

/** @see https://github.com/tdlib/td `InputInvoice::process_input_message_invoice` */
function checkTips({ maxTipAmount, suggestedTips }: Tips): void {
  if (maxTipAmount < 0 || maxTipAmount > AMOUNT_MAX) {
    throw badRequest("Invalid max_tip_amount of the currency specified");
  }
  for (const tip of suggestedTips) {
    if (tip <= 0) throw badRequest("Suggested tip amount must be positive");
    if (tip > maxTipAmount) {
      throw badRequest("Suggested tip amount can't be bigger than max_tip_amount");
    }
  }
  if (suggestedTips.length > TIPS_MAX) {
    throw badRequest("There can be at most 4 suggested tip amounts");
  }
}

/** Sending something to the provider, or a price that depends on the address, asks for it too. */
function readNeeds(params: Params): InvoiceNeed[] {
  const implied: Readonly<Record<InvoiceNeed, string>> = {
    need_name: "need_name",
    need_phone_number: "send_phone_number_to_provider",
    need_email: "send_email_to_provider",
    need_shipping_address: "is_flexible",
  };
  return INVOICE_NEEDS.filter((need) => params.boolean(need) || params.boolean(implied[need]));
}

/** A photo whose address cannot be read is left out, as Telegram does. */
function readPhoto(params: Params): Pick<InvoiceRecord, "photoUrl"> {
  const photoUrl = params.text("photo_url") ?? "";
  return URL.canParse(photoUrl) ? { photoUrl } : {};
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
function checkStars(params: Params, priceCount: number, maxTipAmount: number): void {
  const asks = NOT_FOR_STARS.some((name) => params.boolean(name));
  if (priceCount !== 1 || asks || maxTipAmount > 0) throw badRequest("STARS_INVOICE_INVALID");
}

/**
 * Data for the provider is JSON.
 * @see https://github.com/TelegramBots/Telegram.Bot/issues/569
 */
function checkProvider(params: Params): void {
  if ((params.text("provider_token") ?? "") === "") throw badRequest("PAYMENT_PROVIDER_INVALID");
  const hasData = (params.text("provider_data") ?? "") !== "";
  if (hasData && params.json("provider_data") === undefined) throw badRequest("DATA_JSON_INVALID");
}

function readSubscription(
  params: Params,
  currency: string,
  amount: number,
): Pick<InvoiceRecord, "subscriptionPeriodS"> {
  const period = Math.max(0, params.integer("subscription_period") ?? 0);
  if (period === 0) return {};
  if (period !== SUBSCRIPTION_PERIOD_S) throw badRequest("SUBSCRIPTION_PERIOD_INVALID");
  if (currency !== "XTR" || amount > SUBSCRIPTION_PRICE_MAX) {
    throw badRequest("STARS_INVOICE_INVALID");
  }
  return { subscriptionPeriodS: period };
}
