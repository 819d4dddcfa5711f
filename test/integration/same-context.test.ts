/** What a handler finds is the same by webhook, by long polling and in a test's `feed()`. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Update } from "@hookgram/bot-api";
import { startTelegram } from "@hookgram/emulator";
import { mount, type PollOptions, poll } from "@hookgram/runtime";
import { Bot, callbackData, command, Router, states, text } from "hookgram";
import { createTestHost } from "hookgram/testing";
import { z } from "zod";
import { PATIENT } from "../telegram-user.ts";

const TOKEN = "4242:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const Size = callbackData("size", { large: z.boolean() });
const Form = states("form", { size: z.object({ of: z.string() }) });

/** Everything that a context has, own data and the context's, as far as it is the same each time. */
function contentsOf(context: object): Record<string, unknown> {
  const names = new Set(Object.keys(context));
  for (let at = context; at !== Object.prototype; at = Object.getPrototypeOf(at) as object)
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  const entries = [...names].sort().map((name): [string, unknown] => {
    const value = (context as Record<string, unknown>)[name];
    const isPlain = typeof value !== "function" && !HOSTS_OWN.has(name);
    return [name, isPlain ? value : typeof value];
  });
  return Object.fromEntries(entries);
}

/** Objects of the host or of the attempt; the bot's own name is the test host's in `feed()`. */
const HOSTS_OWN = new Set(
  "api clock constructor logger me outbox scene signal state step timers webhookReply".split(" "),
);

/** A bot that notes what its handlers find, and a router above them that adds something. */
function noteContexts() {
  const seen: Record<string, unknown>[] = [];
  const updates: Update[] = [];
  const orders = new Router<{ readonly customer: string }>("orders");
  const bot = new Bot().outer(({ from, update }, next) => {
    updates.push(update as Update);
    return next({ customer: from?.first_name ?? "somebody" });
  });
  bot.include(orders);
  orders.message(command("order"), async (context) => {
    seen.push(contentsOf(context));
    await context.state.enter(Form.size, { of: "tea" });
    const reply_markup = Size.keyboard({ Large: { large: true } });
    await context.reply("Which size?", { reply_markup });
  });
  orders.callbackQuery(Form.size, Size, async (context) => {
    seen.push(contentsOf(context));
    await context.answer();
    await context.reply("For whom?");
  });
  orders.message(Form.size, text(/for (?<name>\w+)/), async (context) => {
    seen.push(contentsOf(context));
    await context.reply("Thanks");
  });
  return { bot, seen, updates };
}

/** Has the bot run, converses with it, and gives what its handlers have found. */
async function converse(
  context: TestContext,
  run: (options: PollOptions) => Promise<{ stop(): Promise<unknown> }>,
) {
  const telegram = await startTelegram({ port: 0 });
  const folder = mkdtempSync(join(tmpdir(), "hookgram-context-"));
  context.after(async () => {
    await telegram.close();
    rmSync(folder, { recursive: true });
  });
  const { bot, seen, updates } = noteContexts();
  const store = join(folder, "bot.sqlite");
  const handle = await run({ bot, store, token: TOKEN, apiRoot: telegram.url });
  const ada = await telegram.users.add("Ada");
  await ada.say("/order");
  assert.equal((await ada.answer(PATIENT)).text, "Which size?");
  await ada.press("Large");
  assert.equal((await ada.answer(PATIENT)).text, "For whom?");
  await ada.say("for Bob");
  assert.equal((await ada.answer(PATIENT)).text, "Thanks");
  await handle.stop();
  return { seen, updates };
}

async function feedAll(updates: readonly Update[]): Promise<readonly Record<string, unknown>[]> {
  const { bot, seen } = noteContexts();
  const host = createTestHost(bot);
  for (const update of updates) await host.feed(update);
  return seen;
}

test("a handler finds the same by webhook, by polling and in a test's feed()", async (context) => {
  const polled = await converse(context, async (options) => {
    const handle = poll(options);
    await handle.ready;
    return handle;
  });
  const mounted = await converse(context, async (options) => {
    const handle = mount(options);
    const server = createServer(handle.listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => {
      server.closeAllConnections();
      server.close();
    });
    await handle.ready;
    const { port } = server.address() as AddressInfo;
    await handle.setWebhook({ url: `http://127.0.0.1:${port}${handle.path}` });
    return handle;
  });

  assert.equal(polled.seen.length, 3);
  assert.deepEqual(await feedAll(polled.updates), polled.seen);
  assert.deepEqual(await feedAll(mounted.updates), mounted.seen);
  const namesOf = ({ seen }: typeof polled): string[][] => seen.map((one) => Object.keys(one));
  assert.deepEqual(namesOf(mounted), namesOf(polled));
  assert.equal(polled.seen[0]?.["customer"], "Ada");
  assert.deepEqual(polled.seen[1]?.["button"], { large: true });
  assert.deepEqual(polled.seen[2]?.["data"], { of: "tea" });
});
