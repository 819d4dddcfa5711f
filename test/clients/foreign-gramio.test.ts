import assert from "node:assert/strict";
import { test } from "node:test";

import { fromGramio } from "@hookgram/runtime/foreign";
import { Bot, Plugin, type TelegramError } from "gramio";

import { ADA, TOKEN } from "./describe-client.ts";
import { describeForeign } from "./describe-foreign.ts";
import { openStage } from "./foreign-stage.ts";
import { createBot } from "./gramio-bot.ts";

let bot: ReturnType<typeof createBot>;

describeForeign({
  name: "GramIO",
  adapt(token, apiRoot, options) {
    bot = createBot(token, apiRoot);
    return fromGramio(bot, options);
  },
  send: (text) => bot.api.sendMessage({ chat_id: ADA, text }),
  receive: () => bot.start(),
  adaptAgain: () => fromGramio(bot),
});

test("hooks and plug-ins of the bot run as ever", async (context) => {
  const log: string[] = [];
  const guard = new Plugin("guard").preRequest("sendMessage", (call) => {
    call.params.protect_content = true;
    return call;
  });
  const stage = await openStage((apiRoot) => {
    const own = new Bot(TOKEN, { api: { baseURL: `${apiRoot}/bot` } })
      .extend(Promise.resolve(guard))
      .onStart(({ updatesFrom, info }) => void log.push(`start ${updatesFrom} ${info.username}`))
      .onStop(() => void log.push("stop"))
      .onResponse("sendMessage", ({ params }) => void log.push(`sent ${String(params.text)}`))
      .onResponseError(
        (error) => void log.push(`refused ${(error as TelegramError<"getMe">).code}`),
      )
      .onApiCall(async ({ method }, next) => {
        const result = await next();
        log.push(`called ${method}`);
        return result;
      });
    own.command("start", async (ctx) => {
      await own.api.sendMessage({ chat_id: 404_404, text: "?", suppress: true });
      await ctx.send("good day");
    });
    return fromGramio(own);
  });
  context.after(() => stage.close());
  const answer = await stage.control.ask(ADA, "/start");
  await stage.handle.stop();
  assert.equal(answer.text, "good day");
  assert.equal(answer.has_protected_content, true);
  assert.deepEqual([log.shift(), log.pop()], ["start webhook tea_bot", "stop"]);
  // GramIO does not wait for the hooks that only look on.
  assert.deepEqual(new Set(log), new Set(["refused 400", "called sendMessage", "sent good day"]));
  assert.equal(log.length, 4);
});

test("an update of a kind that GramIO does not know yet is left alone", async (context) => {
  const stage = await openStage((apiRoot) => fromGramio(createBot(TOKEN, apiRoot)));
  context.after(() => stage.close());
  await stage.control.post("updates", { kind: "stopped_message_generation", payload: {} });
  await stage.control.ask(ADA, "/echo on");
  while (stage.handle.stats().engine?.pending !== 0) await new Promise(setImmediate);
  assert.deepEqual(await stage.handle.operator().parked(), []);
});
