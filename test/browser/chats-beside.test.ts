import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createChatPage } from "@hookgram/dashboard";
import { startTelegram, type Telegram } from "@hookgram/emulator";
import { Bot } from "grammy";
import type { Browser, FrameLocator, Page } from "playwright-core";
import { openBrowser } from "./open-browser.ts";

const TOKEN = "4200000043:test-token-of-the-browser-test-123456";
const BOT_ID = 4_200_000_043;
const WIDE = { width: 1440, height: 860 };
const PHONE = { width: 390, height: 844 };

let telegram: Telegram;
let bot: Bot;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

/** A bot that says what it hears to everybody who has ever written. */
function createEchoBot(apiRoot: string): Bot {
  const echo = new Bot(TOKEN, { client: { apiRoot } });
  const known = new Set<number>();
  echo.on("message:text", async (ctx) => {
    known.add(ctx.chat.id);
    const words = `${ctx.from.first_name}: ${ctx.message.text}`;
    for (const id of known) await ctx.api.sendMessage(id, words);
  });
  return echo;
}

before(async () => {
  telegram = await startTelegram({ port: 0, page: createChatPage() });
  bot = createEchoBot(telegram.url);
  await bot.init();
  void bot.start();
  browser = await openBrowser();
  page = await browser.newPage({ viewport: WIDE });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
});

after(async () => {
  await browser?.close();
  await bot?.stop();
  await telegram?.close();
});

async function write(where: Page | FrameLocator, text: string): Promise<void> {
  const field = where.getByRole("textbox", { name: /message/i });
  await field.fill(text);
  await field.press("Enter");
}

test("several people sit side by side in one window", { timeout: 240_000 }, async (t) => {
  const anna = await telegram.users.add({ first_name: "Anna" });
  const ben = await telegram.users.add({ first_name: "Ben" });
  await page.goto(`${telegram.url}/?person=${anna.id}&bot=${BOT_ID}`);
  const besides = page.getByRole("region", { name: "Ben's chat" });
  const bens = page.frameLocator('iframe[title="The chat of Ben"]');
  const messagesOf = (where: Page | FrameLocator) => where.getByRole("log", { name: "Messages" });

  await t.test("somebody is put beside from the list of people", async () => {
    await page.getByRole("button", { name: /^You play Anna/ }).click();
    await page.getByRole("menuitem", { name: "Put Ben beside" }).click();
    await besides.waitFor();
    assert.match(page.url(), new RegExp(`beside=${ben.id}$`));
  });

  await t.test("each writes in a column of their own, and sees what comes", async () => {
    await write(bens, "Good morning");
    await messagesOf(bens).getByText("Ben: Good morning").waitFor();
    await write(page, "Hello Ben");
    await messagesOf(page).getByText("Anna: Hello Ben").first().waitFor();
    await messagesOf(bens).getByText("Anna: Hello Ben").waitFor();
    assert.equal(await messagesOf(page).getByText("Good morning").count(), 0);
    assert.equal(await bens.getByRole("region", { name: "Journal" }).count(), 0);
  });

  await t.test("a reload keeps them, a phone shows one's own chat only", async () => {
    await page.reload();
    await messagesOf(bens).getByText("Anna: Hello Ben").waitFor();
    await page.setViewportSize(PHONE);
    await besides.waitFor({ state: "hidden" });
    assert.equal(await messagesOf(page).isVisible(), true);
    await page.setViewportSize(WIDE);
  });

  await t.test("four are as wide as it takes to write in them, and scroll sideways", async () => {
    const names = ["Cleo", "Donaudampfschifffahrtsgesellschaftskapitän"];
    const more = await Promise.all(names.map((name) => telegram.users.add({ first_name: name })));
    const beside = [ben, ...more].map(({ id }) => id).join(",");
    await page.goto(`${telegram.url}/?person=${anna.id}&bot=${BOT_ID}&beside=${beside}`);
    await messagesOf(bens).getByText("Anna: Hello Ben").waitFor();
    const widths = await page
      .locator(".column")
      .evaluateAll((columns) => columns.map(({ clientWidth }) => clientWidth));
    assert.equal(widths.length, 4);
    assert.ok(Math.min(...widths) >= 240, String(widths));
    const field = await bens.getByRole("textbox", { name: /message/i }).boundingBox();
    assert.ok(field!.width > 80 && field!.height < 60, JSON.stringify(field));
    await page.goto(`${telegram.url}/?person=${anna.id}&bot=${BOT_ID}&beside=${ben.id}`);
  });

  await t.test("they are put away again", async () => {
    await page.getByRole("button", { name: "Put Ben away" }).click();
    await besides.waitFor({ state: "detached" });
    assert.doesNotMatch(page.url(), /beside/);
    assert.deepEqual(complaints, []);
  });
});
