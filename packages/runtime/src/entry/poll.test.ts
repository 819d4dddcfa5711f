import assert from "node:assert/strict";
import { test } from "node:test";

import { ordinaryTelegram, setUp } from "../../test/entry-ground.ts";
import { ok } from "../../test/scripted-telegram.ts";
import { messageUpdate } from "../../test/webhook-client.ts";
import { poll } from "./poll.ts";

test("poll: updates are handled with the same context and confirmed", async (context) => {
  const ordinary = ordinaryTelegram();
  const { bot, common, telegram } = await setUp(context, (call) => {
    if (call.method !== "getUpdates") return ordinary(call);
    if (call.params["offset"] === 0) return ok([messageUpdate(7), messageUpdate(8)]);
    return call.params["timeout"] === 0 ? ok([]) : "hang";
  });
  const handle = poll(common);
  await handle.ready;
  await bot.until(() => bot.handledIds.length === 2);
  assert.deepEqual(bot.handledIds, [7, 8]);
  assert.equal(bot.begun[0]?.me.username, "a_bot");
  assert.equal(handle.stats().poller?.received, 2);
  assert.equal((await handle.stop()).left, 0);
  const offsets = telegram.calls.filter(({ method }) => method === "getUpdates");
  assert.equal(offsets.at(-1)?.params["offset"], 9);
});

test("poll: a webhook that is set is an error, unless it may be deleted", async (context) => {
  const { common, telegram, methods, logger } = await setUp(context);
  await telegram.api.setWebhook({ url: "https://bot.example.com/canary-path" });
  await assert.rejects(poll(common).ready, {
    code: "webhook-active",
    message:
      "the bot has a webhook at https://bot.example.com/…; run it by webhook, or delete the webhook first (option deleteWebhook)",
  });
  assert.equal(methods().includes("deleteWebhook"), false);
  const handle = poll({ ...common, deleteWebhook: true });
  await handle.ready;
  await handle.stop({ drainMs: 0 });
  const deleted = telegram.calls.find(({ method }) => method === "deleteWebhook");
  assert.deepEqual(deleted?.params["drop_pending_updates"], undefined);
  assert.equal(
    logger.lines.some((line) => line.includes("deleted the bot's webhook")),
    true,
  );
});

test("a client of another bot than botId says is found at the start", async (context) => {
  const { common, telegram } = await setUp(context);
  const { token: _token, ...rest } = common;
  const handle = poll({ ...rest, api: telegram.api, botId: 43 });
  await assert.rejects(handle.ready, {
    code: "bad-options",
    message: "the client is bot 42, and botId says 43; give the id of the client's own bot",
  });
});
