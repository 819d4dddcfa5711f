import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message, StarTransactions } from "@hookgram/bot-api";
import { ANNA, Stage } from "../../test/stage.ts";

const INVOICE = {
  title: "Tea",
  description: "Green",
  payload: "tea",
  currency: "XTR",
  prices: [{ label: "Tea", amount: 10 }],
};

async function openShop(): Promise<Stage> {
  const stage = await Stage.open();
  await stage.begin();
  return stage;
}

describe("a payment in Stars", () => {
  it("goes to the bot's balance and can be refunded once", async () => {
    await using stage = await openShop();
    const invoice = await stage.ok<Message>("sendInvoice", { chat_id: ANNA, ...INVOICE });
    assert.deepEqual(invoice.reply_markup?.inline_keyboard, [[{ text: "Pay ⭐️10", pay: true }]]);
    const paying = stage.act("pay", { person: ANNA, message_id: invoice.message_id });
    const { id, total_amount } = await stage.next("pre_checkout_query");
    assert.equal(total_amount, 10);
    await stage.ok("answerPreCheckoutQuery", { pre_checkout_query_id: id, ok: true });
    await paying;
    const charge = (await stage.next("message")).successful_payment!;
    assert.equal(charge.invoice_payload, "tea");
    assert.deepEqual(await stage.ok("getMyStarBalance"), { amount: 10 });
    const { telegram_payment_charge_id } = charge;
    const refund = { user_id: ANNA, telegram_payment_charge_id };
    await stage.ok("refundStarPayment", refund);
    assert.equal((await stage.next("message")).refunded_payment?.total_amount, 10);
    assert.match(await stage.refusal("refundStarPayment", refund), /CHARGE_ALREADY_REFUNDED/);
    const { transactions } = await stage.ok<StarTransactions>("getStarTransactions");
    assert.deepEqual(
      transactions.map(({ amount, source, receiver }) => [amount, source?.type, receiver?.type]),
      [
        [10, "user", undefined],
        [10, undefined, "user"],
      ],
    );
  });

  it("must be confirmed within ten seconds, and only once", async () => {
    await using stage = await openShop();
    const { message_id } = await stage.ok<Message>("sendInvoice", { chat_id: ANNA, ...INVOICE });
    await stage.act("pay", { person: ANNA, message_id, wait_ms: 0 });
    const { id } = await stage.next("pre_checkout_query");
    await stage.pass(11);
    const answer = { pre_checkout_query_id: id, ok: true };
    assert.match(await stage.refusal("answerPreCheckoutQuery", answer), /query is too old/);
    assert.deepEqual(await stage.ok("getMyStarBalance"), { amount: 0 });
  });

  it("fails with the words of the bot", async () => {
    await using stage = await openShop();
    const link = await stage.ok<string>("createInvoiceLink", INVOICE);
    const paying = stage.act("pay", { person: ANNA, invoice_link: link });
    const { id } = await stage.next("pre_checkout_query");
    const answer = { pre_checkout_query_id: id, ok: false };
    assert.match(
      await stage.refusal("answerPreCheckoutQuery", answer),
      /parameter "error_message" is required/,
    );
    await stage.ok("answerPreCheckoutQuery", { ...answer, error_message: "Sold out" });
    assert.deepEqual(await paying, { state: "failed", error: "Sold out" });
  });

  it("has one price and asks for no address", async () => {
    await using stage = await openShop();
    const refusal = (more: object): Promise<string> =>
      stage.refusal("createInvoiceLink", { ...INVOICE, ...more });
    const prices = [...INVOICE.prices, ...INVOICE.prices];
    assert.match(await refusal({ prices }), /STARS_INVOICE_INVALID/);
    assert.match(await refusal({ need_email: true }), /STARS_INVOICE_INVALID/);
    assert.match(await refusal({ currency: "EUR" }), /PAYMENT_PROVIDER_INVALID/);
  });
});
