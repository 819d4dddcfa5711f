import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message, SuccessfulPayment } from "@hookgram/bot-api";
import { ANNA, BEN, STAGE_WORLD, Stage } from "../../test/stage.ts";

const GOODS = {
  title: "Tea",
  description: "Green",
  payload: "tea",
  currency: "EUR",
  provider_token: "test",
  prices: [{ label: "Tea", amount: 500 }],
};
const CLUB = {
  ...GOODS,
  currency: "XTR",
  prices: [{ label: "Month", amount: 10 }],
  subscription_period: 2_592_000,
};
const MONTH_S = 2_592_000;

async function openShop(): Promise<Stage> {
  const stage = await Stage.open();
  await stage.begin();
  return stage;
}

/** Anna pays, and the bot says yes. */
async function pay(stage: Stage, what: object): Promise<SuccessfulPayment> {
  const paying = stage.act<{ charge: SuccessfulPayment }>("pay", { person: ANNA, ...what });
  const { id } = await stage.next("pre_checkout_query");
  await stage.ok("answerPreCheckoutQuery", { pre_checkout_query_id: id, ok: true });
  return (await paying).charge;
}

describe("an invoice", () => {
  // The texts are those of `get_input_message_invoice` in Telegram's Bot API server and of
  // `InputInvoice::process_input_message_invoice` in TDLib.
  const REFUSALS: readonly (readonly [object, string])[] = [
    [{ title: "" }, 'parameter "title" is required'],
    [{ description: "" }, 'parameter "description" is required'],
    [{ payload: "" }, 'parameter "payload" is required'],
    [{ currency: "" }, 'parameter "currency" is required'],
    [{ prices: "" }, 'parameter "prices" is required'],
    [{ prices: "[" }, "can't parse prices JSON object"],
    [{ prices: {} }, "expected an Array of labeled prices"],
    [{ prices: [] }, "there must be at least one price"],
    [{ prices: [1] }, "can't parse labeled price: LabeledPrice must be an Object"],
    [
      { prices: [{ label: "", amount: 1 }] },
      "can't parse labeled price: LabeledPrice label must be non-empty",
    ],
    [{ prices: [{ label: "Tea" }] }, "can't parse labeled price: Can't find field \"amount\""],
    [{ prices: [{ label: "Tea", amount: 0 }] }, "total price must be positive"],
    [
      { prices: [{ label: "Tea", amount: 1_000_000_000_000 }] },
      "too big amount of the currency specified",
    ],
    [{ max_tip_amount: "much" }, 'can\'t parse "max_tip_amount" as Number'],
    [{ max_tip_amount: -1 }, "invalid max_tip_amount of the currency specified"],
    [{ suggested_tip_amounts: 5 }, "expected an Array of suggested tip amounts"],
    [{ suggested_tip_amounts: [true] }, "suggested tip amount must be of type Number or String"],
    [{ suggested_tip_amounts: ["x"] }, "can't parse suggested tip amount as Number"],
    [{ max_tip_amount: 9, suggested_tip_amounts: [0] }, "suggested tip amount must be positive"],
    [
      { max_tip_amount: 9, suggested_tip_amounts: [10] },
      "suggested tip amount can't be bigger than max_tip_amount",
    ],
    [
      { max_tip_amount: 9, suggested_tip_amounts: [1, 2, 3, 4, 5] },
      "there can be at most 4 suggested tip amounts",
    ],
    [{ provider_data: "{" }, "DATA_JSON_INVALID"],
    [{ payload: "x".repeat(129) }, "INVOICE_PAYLOAD_INVALID"],
  ];

  it("is refused in Telegram's words", async () => {
    await using stage = await openShop();
    for (const [more, text] of REFUSALS) {
      const refusal = await stage.refusal("createInvoiceLink", { ...GOODS, ...more });
      assert.equal(refusal, `Bad Request: ${text}`);
    }
  });

  it("takes a tip of at most what the bot allows, and adds it to the price", async () => {
    await using stage = await openShop();
    const invoice_link = await stage.ok<string>("createInvoiceLink", {
      ...GOODS,
      max_tip_amount: 200,
      suggested_tip_amounts: [50, 100],
      provider_data: '{"terminal":7}',
    });
    const much = { person: ANNA, invoice_link, tip_amount: 201 };
    assert.match(await stage.fails("pay", much), /^400 the invoice takes tips of at most 200/);
    assert.equal((await pay(stage, { invoice_link, tip_amount: 150 })).total_amount, 650);
  });

  it("hands over what it asks for, and nothing else", async () => {
    await using stage = await openShop();
    const more = { need_name: true, send_email_to_provider: true };
    const invoice_link = await stage.ok<string>("createInvoiceLink", { ...GOODS, ...more });
    const name = { name: "Anna Lee" };
    const lacking = { person: ANNA, invoice_link, order_info: name };
    assert.match(await stage.fails("pay", lacking), /asks for "order_info.email"/);
    const order_info = { ...name, email: "anna@example.com", phone_number: "+31" };
    const { order_info: told } = await pay(stage, { invoice_link, order_info });
    assert.deepEqual(told, { name: "Anna Lee", email: "anna@example.com" });
  });

  it("can be paid where it was forwarded to, unless it has a start parameter", async () => {
    await using stage = await Stage.open({
      ...STAGE_WORLD,
      chats: [
        {
          id: -1_001_111_111_111,
          type: "supergroup",
          title: "Shop",
          members: [{ user: ANNA }, { user: BEN }, { user: 110_201_543 }],
        },
      ],
    });
    await stage.begin();
    const forward = async (more: object): Promise<Message> => {
      const { message_id } = await stage.ok<Message>("sendInvoice", {
        chat_id: ANNA,
        ...GOODS,
        ...more,
      });
      const place = { from_chat_id: ANNA, message_id, chat_id: -1_001_111_111_111 };
      assert.equal(
        await stage.refusal("copyMessage", place),
        "Bad Request: message can't be copied",
      );
      return stage.ok<Message>("forwardMessage", place);
    };
    const payable = await forward({});
    assert.equal(payable.reply_markup?.inline_keyboard[0]?.[0]?.pay, true);
    const { message_id } = payable;
    const { total_amount } = await pay(stage, { chat: -1_001_111_111_111, message_id });
    assert.equal(total_amount, 500);
    const linked = await forward({ start_parameter: "tea" });
    const url = linked.reply_markup?.inline_keyboard[0]?.[0]?.url;
    assert.equal(url, "https://t.me/stage_bot?start=tea");
  });
});

describe("people", () => {
  it("see an invoice with its photo and its tips, which bots do not", async () => {
    await using stage = await openShop();
    const photo_url = "https://example.com/tea.jpg";
    const tips = { max_tip_amount: 100, suggested_tip_amounts: [50] };
    const sent = { chat_id: ANNA, ...GOODS, ...tips, photo_url };
    const { invoice } = await stage.ok<Message>("sendInvoice", sent);
    const told = {
      title: "Tea",
      description: "Green",
      start_parameter: "",
      currency: "EUR",
      total_amount: 500,
    };
    assert.deepEqual(invoice, told);
    const seen = await stage.act<{ messages: Message[] }>("getMessages", { person: ANNA });
    assert.deepEqual(seen.messages.at(-1)?.invoice, { ...told, ...tips, photo_url });
  });
});

describe("a subscription", () => {
  it("is charged again every month while it is active", async () => {
    await using stage = await openShop();
    const invoice_link = await stage.ok<string>("createInvoiceLink", CLUB);
    const first = await pay(stage, { invoice_link });
    assert.equal(first.is_first_recurring, true);
    await stage.updates();
    await stage.pass(MONTH_S);
    const second = (await stage.next("message")).successful_payment!;
    assert.deepEqual(
      [second.is_recurring, second.is_first_recurring, second.total_amount],
      [true, undefined, 10],
    );
    const paidUntil = first.subscription_expiration_date! + MONTH_S;
    assert.equal(second.subscription_expiration_date, paidUntil);
    const charge_id = first.telegram_payment_charge_id;
    assert.notEqual(second.telegram_payment_charge_id, charge_id);
    assert.deepEqual(await stage.ok("getMyStarBalance"), { amount: 20 });
    await stage.ok("refundStarPayment", {
      user_id: ANNA,
      telegram_payment_charge_id: second.telegram_payment_charge_id,
    });
    await stage.act("changeSubscription", { person: ANNA, charge_id, state: "failed" });
    assert.equal((await stage.next("subscription")).state, "failed");
    await stage.pass(MONTH_S);
    assert.deepEqual(await stage.ok("getMyStarBalance"), { amount: 10 });
  });

  it("is charged once after a restore, and no more when the bot cancels it", async () => {
    await using stage = await openShop();
    const invoice_link = await stage.ok<string>("createInvoiceLink", CLUB);
    const { telegram_payment_charge_id } = await pay(stage, { invoice_link });
    const { world } = stage.telegram;
    world.restore(world.snapshot());
    await stage.pass(MONTH_S);
    assert.deepEqual(await stage.ok("getMyStarBalance"), { amount: 20 });
    await stage.ok("editUserStarSubscription", {
      user_id: ANNA,
      telegram_payment_charge_id,
      is_canceled: true,
    });
    await stage.pass(MONTH_S);
    assert.deepEqual(await stage.ok("getMyStarBalance"), { amount: 20 });
  });
});
