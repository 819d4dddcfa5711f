import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";

import { HookgramError } from "../error.ts";
import { errorIs } from "../filter/error-is.ts";
import { Bot } from "../router/bot.ts";
import { Router } from "../router/router.ts";
import { states } from "../state/states.ts";
import { createTestHost } from "../testing/test-host.ts";
import { sampleEvent, sampleUpdate, SAMPLE_CHAT, SAMPLE_USER } from "../testing/sample-update.ts";
import { eventKind } from "./event-kind.ts";

const orderPaid = eventKind("order_paid", z.object({ orderId: z.number(), at: z.coerce.date() }));

describe("own kinds of event", () => {
  it("go through outer middlewares, filters, inner middlewares and the handler", async () => {
    const way: string[] = [];
    const shop = new Router("shop")
      .outer(async ({ kind }, next) => {
        way.push(`outer ${kind}`);
        return next({ shop: 1 });
      })
      .inner((_context, next) => {
        way.push("inner");
        return next();
      });
    shop.on(
      orderPaid,
      ({ event }) => event.data.orderId === 12 && { big: true },
      ({ event, big, shop: number }) => {
        way.push(`handler ${event.data.orderId} ${String(big)} ${number}`);
      },
    );
    const host = createTestHost(new Bot({ routers: [shop] }));
    const event = await sampleEvent(orderPaid, { orderId: 12, at: "2026-01-01" });

    assert.deepEqual(await host.feed(event), {
      status: "handled",
      handler: "bot/shop/on order_paid#1",
    });
    assert.deepEqual(way, ["outer event:order_paid", "inner", "handler 12 true 1"]);
  });

  it("gives the handler what the schema makes of the data", async () => {
    const bot = new Bot();
    let year = 0;
    bot.on(orderPaid, ({ event }) => {
      year = event.data.at.getUTCFullYear();
    });

    await createTestHost(bot).feed(await sampleEvent(orderPaid, { orderId: 1, at: "2026-01-01" }));

    assert.equal(year, 2026);
  });

  it("are handled in the state of their conversation", async () => {
    const { waiting } = states("order", { waiting: z.object({ title: z.string() }) });
    const bot = new Bot();
    bot.message(({ state }) => state.enter(waiting, { title: "tea" }));
    bot.on(orderPaid, waiting, async ({ data, state, reply }) => {
      await state.leave();
      await reply(`Paid: ${data.title}`);
    });
    const host = createTestHost(bot);
    await host.feed(sampleUpdate("message"));

    await host.feed(await sampleEvent(orderPaid, { orderId: 1, at: "2026-01-01" }));

    assert.deepEqual(host.calls.at(-1)?.params, { chat_id: SAMPLE_CHAT.id, text: "Paid: tea" });
    assert.equal(host.states.size, 0);
  });

  it("are emitted in the conversation of the update, and only when the attempt succeeds", async () => {
    const bot = new Bot();
    bot.message(async ({ emit, attempt }) => {
      await emit(orderPaid, { orderId: 5, at: "2026-01-01" }, { key: "5" });
      if (attempt === 1) throw new Error("boom");
    });
    const host = createTestHost(bot, { nowMs: 9_000 });

    await assert.rejects(host.feed(sampleUpdate("message")), { code: "handler-failed" });
    assert.deepEqual(host.emitted, []);
    await host.feed(sampleUpdate("message"), { attempt: 2 });

    assert.deepEqual(host.emitted, [
      {
        update: {
          update_id: 0,
          "event:order_paid": {
            data: { orderId: 5, at: "2026-01-01" },
            chat: SAMPLE_CHAT,
            from: SAMPLE_USER,
            emitted_at_ms: 9_000,
            key: "5",
          },
        },
        key: "order_paid/5",
        lane: undefined,
      },
    ]);
  });

  it("bubble errors to the error handlers", async () => {
    const shop = new Router("shop");
    shop.on(orderPaid, () => {
      throw new RangeError("no such order");
    });
    const bot = new Bot({ routers: [shop] });
    bot.errors(errorIs(RangeError), ({ failure, reply }) => reply?.(failure.message) as never);
    const host = createTestHost(bot);

    await host.feed(await sampleEvent(orderPaid, { orderId: 1, at: "2026-01-01" }));

    assert.match(
      String(host.calls[0]?.params["text"]),
      /bot\/shop\/on order_paid#1.*no such order/,
    );
  });

  it("refuses data that the schema does not accept, going in and coming out", async () => {
    const bot = new Bot();
    bot.on(orderPaid, () => {});
    const host = createTestHost(bot);
    const wrong = { orderId: "twelve", at: "2026-01-01" };

    await assert.rejects(sampleEvent(orderPaid, wrong as never), { code: "bad-event-data" });
    const stale = await sampleEvent(eventKind("order_paid"), wrong);
    await assert.rejects(host.feed(stale), { code: "bad-event-data" });
  });

  it("are not asked of Telegram, and are in the description", () => {
    const bot = new Bot();
    bot.message(() => {});
    bot.on(orderPaid, function paid() {});

    assert.deepEqual(bot.allowedUpdates, ["message"]);
    assert.match(bot.describe(), /on order_paid\(\) → paid/);
  });

  it("reply without a chat says what to do", async () => {
    const bot = new Bot();
    bot.on(orderPaid, ({ reply }) => reply("Hi"));
    const place = { chat: undefined, user: undefined };
    const event = await sampleEvent(orderPaid, { orderId: 1, at: "2026-01-01" }, place);

    await assert.rejects(createTestHost(bot).feed(event), /belongs to no chat/);
  });

  for (const name of ["", "Order", "order-paid", "1st", "a".repeat(65)])
    it(`cannot be called ${JSON.stringify(name)}`, () => {
      assert.throws(() => eventKind(name), { code: "bad-argument" });
    });

  it("cannot be declared twice with different schemas", () => {
    const bot = new Bot();
    bot.on(orderPaid, () => {});
    bot.on(eventKind("order_paid", z.object({})), () => {});

    assert.throws(() => bot.allowedUpdates, { code: "bad-argument" });
  });

  it("refuses keys and lanes that no store keeps", async () => {
    const emit = (options: object) =>
      sampleEvent(orderPaid, { orderId: 1, at: "2026-01-01" }, options as never);
    for (const options of [{ key: "" }, { key: "x".repeat(513) }, { lane: "a\0" }])
      await assert.rejects(emit(options), HookgramError);
  });
});
