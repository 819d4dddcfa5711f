import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import type { Message } from "@hookgram/bot-api";
import { type ForeignBotOptions, fromTelegraf } from "@hookgram/runtime/foreign";
import { Telegraf, TelegramError } from "telegraf";

import { ADA, DOCUMENT, TOKEN } from "./describe-client.ts";
import { describeForeign } from "./describe-foreign.ts";
import { type ForeignStage, openStage, textsOf } from "./foreign-stage.ts";
import { createBot } from "./telegraf-bot.ts";

let bot: Telegraf;

describeForeign({
  name: "Telegraf",
  adapt(token, apiRoot, options) {
    bot = createBot(token, apiRoot);
    return fromTelegraf(bot, options);
  },
  send: (text) => bot.telegram.sendMessage(ADA, text),
  receive: () => bot.launch(),
  adaptAgain: () => fromTelegraf(bot),
});

/** Opens a stage for a bot that `write` gets to write, and closes it after the test. */
async function stageFor(
  context: TestContext,
  write: (bot: Telegraf) => void,
  options?: ForeignBotOptions,
): Promise<ForeignStage> {
  const stage = await openStage((apiRoot) => {
    const own = new Telegraf(TOKEN, { telegram: { apiRoot }, handlerTimeout: 50 });
    write(own);
    return fromTelegraf(own, options);
  });
  context.after(() => stage.close());
  return stage;
}

test("a handler may take longer than Telegraf's own timeout", async (context) => {
  const { control, handle } = await stageFor(context, (own) => {
    own.command("slow", async (ctx) => {
      await ctx.reply("slow");
      await setTimeout(150);
      await ctx.reply("but sure");
    });
  });
  await control.ask(ADA, "/slow");
  while ((await textsOf(control, ADA)).at(-1) !== "but sure") await control.next(ADA);
  assert.deepEqual(await textsOf(control, ADA), ["/slow", "slow", "but sure"]);
  assert.deepEqual(await handle.operator().parked(), []);
});

for (const failures of ["runtime", "bot"] as const) {
  test(`Telegraf's own error handler does not end the process, with "${failures}"`, async (context) => {
    context.mock.method(console, "error", () => {});
    const write = (own: Telegraf): void => {
      own.command("poison", () => {
        throw new Error("no");
      });
      own.command("echo", async (ctx) => {
        await ctx.reply("on");
      });
    };
    const { control, handle } = await stageFor(context, write, { failures });
    await control.post("say", { person: ADA, text: "/poison" });
    await control.ask(ADA, "/echo");
    assert.equal((await handle.operator().parked()).length, 1);
    assert.equal(process.exitCode, undefined);
  });
}

test("an update that a handler makes itself is handled within its attempt", async (context) => {
  const { control } = await stageFor(context, (own) => {
    own.command("again", async (ctx) => {
      const entities = [{ type: "bot_command" as const, offset: 0, length: 5 }];
      const message = { ...ctx.message, text: "/echo", entities };
      await own.handleUpdate({ update_id: ctx.update.update_id, message });
      await ctx.reply("last");
    });
    own.command("echo", async (ctx) => {
      await ctx.reply("first");
    });
  });
  await control.ask(ADA, "/again");
  while ((await textsOf(control, ADA)).at(-1) !== "last") await control.next(ADA);
  assert.deepEqual(await textsOf(control, ADA), ["/again", "first", "last"]);
});

test("files in albums, from paths and from URLs arrive; links elsewhere stay links", async (context) => {
  const path = fileURLToPath(import.meta.url);
  const { control, telegram } = await stageFor(context, (own) => {
    own.command("album", async (ctx) => {
      await ctx.replyWithMediaGroup([
        { type: "document", media: { source: path } },
        { type: "document", media: { source: Buffer.from(DOCUMENT), filename: "list.txt" } },
      ]);
      const keyboard = [[{ text: "Open", url: "https://example.org/" }]];
      const url = `${telegram.url}/control/openapi.json`;
      await ctx.replyWithDocument(
        { url, filename: "openapi.json" },
        { reply_markup: { inline_keyboard: keyboard } },
      );
    });
  });
  await control.ask(ADA, "/album");
  const read = async () => {
    const { messages } = await control.get<{ messages: Message[] }>(`messages?person=${ADA}`);
    return messages.filter(({ document }) => document !== undefined);
  };
  while ((await read()).length < 3) await control.next(ADA);
  const sent = await read();
  assert.deepEqual(
    sent.map(({ document }) => document!.file_name),
    ["foreign-telegraf.test.ts", "list.txt", "openapi.json"],
  );
  assert.equal(sent[0]!.document!.file_size, statSync(path).size);
  assert.deepEqual(sent[2]!.reply_markup, {
    inline_keyboard: [[{ text: "Open", url: "https://example.org/" }]],
  });
});

test("a refusal keeps Telegram's parameters and the call", async (context) => {
  const { control, network } = await stageFor(context, (own) => {
    own.command("dice", async (ctx) => {
      const error: unknown = await ctx.sendDice().catch((reason: unknown) => reason);
      assert.ok(error instanceof TelegramError);
      const { code, description, parameters, on } = error;
      await ctx.reply(
        JSON.stringify([code, description, parameters, (on as { method?: string }).method]),
      );
    });
  });
  const body = { ok: false, error_code: 400, description: "Bad Request: group chat was upgraded" };
  const parameters = { migrate_to_chat_id: -1009 };
  network.next("sendDice", () => Response.json({ ...body, parameters }, { status: 400 }));
  const { text } = await control.ask(ADA, "/dice");
  assert.deepEqual(JSON.parse(text!), [400, body.description, parameters, "sendDice"]);
});
