import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { createChatPage } from "@hookgram/dashboard";
import { startTelegram, type Telegram } from "@hookgram/emulator";
import { Bot, InlineKeyboard, Keyboard } from "grammy";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "./open-browser.ts";

const TOKEN = "4200000044:test-token-of-the-browser-test-123456";
const LONG_NAME = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleih";

/** An app that talks to its parent as `telegram-web-app.js` does, which is not on this machine. */
const APP = `<!doctype html><title>Shop</title><p id="told"></p><button id="send">Send 42</button><script>
  const post = (eventType, eventData) => parent.postMessage(JSON.stringify({ eventType, eventData }), "*");
  const told = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData");
  document.getElementById("told").textContent = "told: " + told;
  document.getElementById("send").onclick = () => post("web_app_data_send", { data: "42 loaves" });
  post("web_app_setup_main_button", { is_visible: true, is_active: true, text: "Order now" });
  addEventListener("message", ({ data }) => {
    if (JSON.parse(data).eventType === "main_button_pressed") post("web_app_close");
  });
</script>`;

let telegram: Telegram;
let app: Server;
let bot: Bot;
let browser: Browser;
let page: Page;
let appUrl: string;
const complaints: string[] = [];

async function serveApp(): Promise<string> {
  app = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(APP);
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
}

/** A bot that shows its app by three kinds of buttons, and sells something. */
function createShopBot(apiRoot: string): Bot {
  const shop = new Bot(TOKEN, { client: { apiRoot } });
  const inline = new InlineKeyboard().webApp("Shop", `${appUrl}/shop?a=1`);
  const keyboard = new Keyboard().webApp("Form", `${appUrl}/form`);
  shop.command("start", (ctx) => ctx.reply("Our shop", { reply_markup: inline }));
  shop.command("form", (ctx) => ctx.reply("Our form", { reply_markup: keyboard }));
  shop.command("buy", (ctx) =>
    ctx.replyWithInvoice("Sourdough", "One loaf", "loaf", "XTR", [{ label: "Loaf", amount: 50 }]),
  );
  shop.command("many", async (ctx) => {
    for (let count = 0; count < 6; count += 1) await ctx.reply("More").catch(() => undefined);
  });
  shop.on("message:web_app_data", (ctx) => ctx.reply(`Got ${ctx.message.web_app_data.data}`));
  shop.on("pre_checkout_query", (ctx) => ctx.answerPreCheckoutQuery(true));
  return shop;
}

before(async () => {
  appUrl = await serveApp();
  telegram = await startTelegram({ port: 0, page: createChatPage() });
  bot = createShopBot(telegram.url);
  await bot.init();
  await bot.api.setChatMenuButton({
    menu_button: { type: "web_app", text: "Bakery", web_app: { url: `${appUrl}/menu` } },
  });
  void bot.start().catch(() => undefined);
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
});

after(async () => {
  await browser?.close();
  // Its token is revoked by then.
  await bot?.stop().catch(() => undefined);
  await telegram?.close();
  app?.closeAllConnections();
  app?.close();
});

async function telegramCall(method: string, params: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify(params) };
  assert.equal((await fetch(`${telegram.url}/bot${TOKEN}/${method}`, init)).status, 200);
}

async function write(text: string): Promise<void> {
  const field = page.getByRole("textbox", { name: /message/i });
  await field.fill(text);
  await field.press("Enter");
}

test(
  "a person uses a bot's apps and buys something on the page",
  { timeout: 240_000 },
  async (t) => {
    const anna = await telegram.users.add({ first_name: "Anna" });
    await page.goto(`${telegram.url}/?person=${anna.id}&bot=4200000044`);
    const messages = page.getByRole("log", { name: "Messages" });
    const inside = (title: string) => page.frameLocator(`iframe[title="${title}, the app"]`);

    await t.test("an inline button opens its app with signed init data", async () => {
      await write("/start");
      await messages.getByRole("button", { name: "Shop" }).click();
      const told = await inside("Shop").getByText("told: ").textContent();
      const data = new URLSearchParams(told!.slice("told: ".length));
      assert.equal((JSON.parse(data.get("user")!) as { first_name: string }).first_name, "Anna");
      assert.match(data.get("hash")!, /^[0-9a-f]{64}$/);
      const tab = page.getByRole("dialog", { name: "Shop" }).getByRole("link", { name: /tab/ });
      assert.ok((await tab.getAttribute("href"))!.startsWith(`${appUrl}/shop?a=1#tgWebAppData=`));
    });

    await t.test("it sends nothing to the bot, and its main button can close it", async () => {
      await inside("Shop").getByRole("button", { name: "Send 42" }).click();
      await page.getByText("Only the Web App of a keyboard button can send data").waitFor();
      const shop = page.getByRole("dialog", { name: "Shop" });
      await shop.getByRole("button", { name: "Order now" }).click();
      await shop.waitFor({ state: "detached" });
    });

    await t.test("the app of a keyboard button is told nothing, and sends its data", async () => {
      await write("/form");
      const keyboard = page.getByRole("group", { name: "The bot's keyboard" });
      await keyboard.getByRole("button", { name: "Form" }).click();
      await inside("Form").getByText("told:", { exact: true }).waitFor();
      await inside("Form").getByRole("button", { name: "Send 42" }).click();
      await messages.getByText("Got 42 loaves").waitFor();
      await page.getByRole("dialog", { name: "Form" }).waitFor({ state: "detached" });
    });

    await t.test("the menu button opens its app, and Escape closes it", async () => {
      await page.getByRole("button", { name: "Bakery", exact: true }).click();
      await inside("Bakery").getByText("query_id").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog", { name: "Bakery" }).waitFor({ state: "detached" });
    });

    await t.test("an invoice says what it sells, and is paid", async () => {
      await write("/buy");
      const invoice = messages.locator("article", { hasText: "Sourdough" });
      await invoice.getByText("50 Stars").waitFor();
      await messages.getByRole("button", { name: /^Pay/ }).click();
      await messages.getByText("Payment of 50 Stars received").waitFor();
    });

    await t.test("what the bot is writing is seen as it grows, and can be stopped", async () => {
      const draft = { chat_id: anna.id, draft_id: 5, can_stop: true };
      await telegramCall("sendMessageDraft", { ...draft, text: "The shop opens" });
      const writing = messages.getByRole("group", { name: "The bot is writing" });
      await writing.getByText("The shop opens").waitFor();
      await telegramCall("sendMessageDraft", { ...draft, text: "The shop opens at seven" });
      await writing.getByText("The shop opens at seven").waitFor();
      await writing.getByRole("button", { name: "Stop" }).click();
      await writing.waitFor({ state: "detached" });
    });

    await t.test("Telegram's limits for sending are switched on and off", async () => {
      const wrong = page.getByRole("group", { name: "What goes wrong" });
      await wrong.getByRole("button", { name: "Let something go wrong" }).click();
      await wrong.getByRole("menuitem", { name: "From now on: Telegram's limits" }).click();
      const off = wrong.getByRole("button", { name: "Switch Telegram's limits off" });
      await off.waitFor();
      await write("/many");
      const journal = page.getByRole("region", { name: "Journal" });
      await journal.locator("article", { hasText: "Too Many Requests" }).first().waitFor();
      assert.equal(telegram.floodLimits.isOn, true);
      await off.click();
      await off.waitFor({ state: "detached" });
      assert.equal(telegram.floodLimits.isOn, false);
    });

    await t.test("a long name widens neither a menu nor a window", async () => {
      const long = await telegram.users.add({ first_name: LONG_NAME.slice(0, 64) });
      const { chat } = await telegram.users.control.post<{ chat: { id: number } }>("chats", {
        type: "supergroup",
        title: "Team",
        members: [{ user: anna.id }, { user: long.id }],
      });
      const isWide = (element: Element): boolean => element.scrollWidth > element.clientWidth;
      await page.getByRole("button", { name: /^You play/ }).click();
      await page.getByRole("menuitem", { name: /beside$/ }).waitFor();
      assert.equal(await page.getByRole("menu").evaluate(isWide), false);
      await page.keyboard.press("Escape");
      await page.goto(`${telegram.url}/?person=${anna.id}&chat=${chat.id}`);
      await page.getByRole("button", { name: "Members", exact: true }).click();
      assert.equal(await page.getByRole("dialog").evaluate(isWide), false);
    });

    await t.test("a message that comes while its chat is read is not lost", async () => {
      await page.goto(`${telegram.url}/?person=${anna.id}&bot=4200000044`);
      await messages.getByText("Our form").waitFor();
      const isOurs = (url: URL): boolean =>
        url.pathname === "/control/messages" && url.search.includes("bot=4200000044");
      const answered = Promise.withResolvers<void>();
      const held = Promise.withResolvers<void>();
      await page.route(isOurs, async (route) => {
        const response = await route.fetch();
        answered.resolve();
        await held.promise;
        await route.fulfill({ response });
      });
      // Somebody new is a reason to read everything again.
      await telegram.users.add("Cleo");
      await answered.promise;
      await telegramCall("sendMessage", { chat_id: anna.id, text: "Meanwhile" });
      await messages.getByText("Meanwhile").waitFor();
      const read = page.waitForResponse((response) => isOurs(new URL(response.url())));
      held.resolve();
      await (await read).finished();
      await page.unroute(isOurs);
      await telegramCall("sendMessage", { chat_id: anna.id, text: "Afterwards" });
      await messages.getByText("Afterwards").waitFor();
      assert.equal(await messages.getByText("Meanwhile").count(), 1);
    });

    await t.test("a topic of a forum is looked at, and written in", async () => {
      const forum = {
        type: "supergroup",
        title: "Forum",
        is_forum: true,
        members: [{ user: anna.id }],
      };
      const { control } = telegram.users;
      const { chat } = await control.post<{ chat: { id: number } }>("chats", forum);
      const there = { person: anna.id, chat: chat.id };
      await control.post("say", { ...there, text: "To everybody" });
      await control.post("topics", { ...there, name: "Orders" });
      await page.goto(`${telegram.url}/?person=${anna.id}&chat=${chat.id}`);
      await page.getByRole("group", { name: "Topics" }).getByText("Orders").click();
      await messages.getByText("To everybody").waitFor({ state: "detached" });
      await write("Two loaves");
      await messages.getByText("Two loaves").waitFor();
      const { messages: all } = await control.get<{ messages: { is_topic_message?: boolean }[] }>(
        "messages",
        { chat: chat.id },
      );
      assert.equal(all.at(-1)?.is_topic_message, true);
      await page.getByRole("group", { name: "Topics" }).getByText("All").click();
      const order = messages.locator("article", { hasText: "Two loaves" });
      await order.getByText("Orders").waitFor();
      await messages.getByText("To everybody").waitFor();
    });

    await t.test("a token is revoked after a question, and no token is shown", async () => {
      await page.goto(`${telegram.url}/?person=${anna.id}&bot=4200000044`);
      const wrong = page.getByRole("group", { name: "What goes wrong" });
      await wrong.getByRole("button", { name: "Let something go wrong" }).click();
      await wrong.getByRole("menuitem", { name: "From now on: token revoked" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
      await page.getByText("is answered 401 from now on").waitFor();
      assert.equal((await fetch(`${telegram.url}/bot${TOKEN}/getMe`)).status, 401);
      assert.doesNotMatch(await page.content(), /\d{6,}:[\w-]{24}/);
    });

    await t.test("nothing on the way was an error or against the policy", () => {
      assert.deepEqual(complaints, []);
    });
  },
);
