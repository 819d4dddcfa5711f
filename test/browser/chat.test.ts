import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { createChatPage } from "@hookgram/dashboard";
import { startTelegram, type Telegram } from "@hookgram/emulator";
import { Bot, InlineKeyboard, InputFile, Keyboard, webhookCallback } from "grammy";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "./open-browser.ts";

const TOKEN = "4200000042:test-token-of-the-browser-test-123456";
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** A bot that uses what the page must be able to show and play. */
function createShopBot(apiRoot: string): Bot {
  const bot = new Bot(TOKEN, { client: { apiRoot } });
  bot.command("start", (ctx) =>
    ctx.reply("Welcome to the <b>shop</b>, see the <i>new</i> <code>catalogue</code>", {
      parse_mode: "HTML",
      reply_markup: new InlineKeyboard().text("Count", "count").text("Silent", "silent"),
    }),
  );
  bot.command("menu", (ctx) =>
    ctx.reply("Choose", {
      reply_markup: new Keyboard().text("Opening hours").text("Address").resized().oneTime(),
    }),
  );
  bot.callbackQuery("count", async (ctx) => {
    await ctx.editMessageText("Pressed once");
    await ctx.answerCallbackQuery({ text: "Counted" });
  });
  bot.hears("Opening hours", (ctx) => ctx.reply("From nine to five"));
  bot.on("message:photo", async (ctx) => {
    const size = ctx.message.photo.at(-1)!;
    await ctx.reply(`A photo of ${size.width} × ${size.height}: ${ctx.message.caption}`);
    await ctx.replyWithDocument(new InputFile(Buffer.from("receipt"), "receipt.txt"));
  });
  return bot;
}

/** Serves the bot's webhook and tells Telegram where it is. */
async function runShopBot(apiRoot: string): Promise<Server> {
  const bot = createShopBot(apiRoot);
  await bot.init();
  await bot.api.setMyCommands([
    { command: "start", description: "Begin" },
    { command: "menu", description: "What we offer" },
  ]);
  const handle = webhookCallback(bot, "http");
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await bot.api.setWebhook(`http://127.0.0.1:${port}/`);
  return server;
}

let telegram: Telegram;
let webhook: Server;
let browser: Browser;

before(async () => {
  telegram = await startTelegram({ port: 0, page: createChatPage() });
  webhook = await runShopBot(telegram.url);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  webhook?.closeAllConnections();
  webhook?.close();
  await telegram?.close();
});

/** Opens the page and gathers what it complains about; the policy's violations are among it. */
async function openPage(viewport: typeof DESKTOP, url = telegram.url) {
  const page = await browser.newPage({ viewport });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints };
}

async function write(page: Page, text: string): Promise<void> {
  const field = page.getByRole("textbox", { name: /message|caption/i });
  await field.fill(text);
  await field.press("Enter");
}

/** A picture that a real encoder made: the browser's. */
async function drawPicture(page: Page): Promise<Buffer> {
  const url = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [320, 200];
    canvas.getContext("2d")!.fillRect(40, 40, 120, 80);
    return canvas.toDataURL("image/png");
  });
  return Buffer.from(url.split(",")[1]!, "base64");
}

test("a person chats with a bot on the page", { timeout: 240_000 }, async (t) => {
  const { page, complaints } = await openPage(DESKTOP);
  const messages = page.getByRole("log", { name: "Messages" });
  const journal = page.getByRole("region", { name: "Journal" });

  await t.test("the first visit can type at once, and sees formatting", async () => {
    await write(page, "/start");
    const answer = messages.locator("article", { hasText: "Welcome to the shop" });
    await answer.waitFor();
    assert.equal(await answer.locator("strong").textContent(), "shop");
    assert.equal(await answer.locator("em").textContent(), "new");
    assert.equal(await answer.locator("code").textContent(), "catalogue");
  });

  await t.test("the journal shows the delivery and the call", async () => {
    const delivery = journal.locator("article.in", { hasText: "message" }).first();
    await delivery.getByText("200", { exact: true }).waitFor();
    await journal.locator("article.out", { hasText: "sendMessage" }).first().waitFor();
    await messages.getByRole("img", { name: "The bot took it" }).first().waitFor();
  });

  await t.test("an inline button shows its toast, and the edit", async () => {
    await messages.getByRole("button", { name: "Count" }).click();
    await page.getByRole("status").getByText("Counted").waitFor();
    await messages.locator("article", { hasText: "Pressed once" }).getByText("edited").waitFor();
  });

  await t.test("a command is completed, the reply keyboard is played and goes away", async () => {
    await page.getByRole("textbox", { name: "Write a message" }).fill("/me");
    await page.getByRole("option", { name: "/menu" }).waitFor();
    await page.keyboard.press("Enter");
    const keyboard = page.getByRole("group", { name: "The bot's keyboard" });
    await keyboard.getByRole("button", { name: "Opening hours" }).click();
    await messages.getByText("From nine to five").waitFor();
    assert.equal(await keyboard.count(), 0);
  });

  await t.test("a photo goes up with a caption, a document comes down", async () => {
    const picture = { name: "shelf.png", mimeType: "image/png", buffer: await drawPicture(page) };
    await page.locator("input[type=file]").setInputFiles(picture);
    await write(page, "Our shelf");
    await messages.getByText("A photo of 320 × 200: Our shelf").waitFor();
    const photo = messages.getByRole("img", { name: "Photo" });
    const widthPx = await photo.evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      return image.naturalWidth;
    });
    assert.equal(widthPx, 320);
    const link = messages.getByRole("link", { name: "receipt.txt" });
    const path = (await link.getAttribute("href")) ?? "";
    const bytes = await page.request.get(new URL(path, page.url()).href);
    assert.equal(await bytes.text(), "receipt");
  });

  await t.test("one's last message can be edited from the keyboard, and deleted", async () => {
    await write(page, "Hlelo");
    await messages.getByText("Hlelo").waitFor();
    await page.keyboard.press("ArrowUp");
    await page.getByRole("textbox", { name: "Edit the message" }).fill("Hello");
    await page.keyboard.press("Enter");
    const edited = messages.locator("article", { hasText: /^Helloedited/ });
    await edited.waitFor();
    await edited.hover();
    await edited.getByRole("button", { name: "Delete" }).click();
    await edited.waitFor({ state: "detached" });
  });

  await t.test("what somebody writes stays text", async () => {
    const markup = `<img src=x onerror="document.title='run'"><script>document.title='run'</script>`;
    await write(page, markup);
    await messages.getByText(markup).waitFor();
    assert.equal(await messages.locator("img[src=x], script").count(), 0);
    assert.doesNotMatch(await page.title(), /run/);
  });

  await t.test("files can be dropped on the chat", async () => {
    const dropped = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(["a,b"], "table.csv", { type: "text/csv" }));
      return data;
    });
    await page.getByRole("main").dispatchEvent("drop", { dataTransfer: dropped });
    await page.getByText("table.csv").waitFor();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await messages.getByRole("link", { name: "table.csv" }).waitFor();
  });

  await t.test("a silent bot leaves its button spinning, and the page usable", async () => {
    await write(page, "/start");
    const button = messages.getByRole("button", { name: "Silent" });
    await button.click();
    await messages.locator("[aria-busy=true]").waitFor();
  });

  await t.test("a reload keeps the chat, by its address", async () => {
    assert.match(page.url(), /\?person=\d+&bot=4200000042$/);
    await page.reload();
    await messages.getByText("From nine to five").waitFor();
    await messages.getByText("Pressed once").waitFor();
  });

  await t.test("time and faults are made by a click, and two people sit side by side", async () => {
    const clock = journal.getByRole("group", { name: "Telegram's clock" });
    await clock.getByRole("button", { name: "Stop time" }).click();
    await clock.getByText("stopped").waitFor();
    const stoppedMs = telegram.clock.now();
    await clock.getByRole("button", { name: "+1 h" }).click();
    await clock.getByRole("button", { name: "Let time run" }).click();
    await clock.getByText("stopped").waitFor({ state: "detached" });
    assert.ok(telegram.clock.now() - stoppedMs >= 3_600_000);

    const wrong = journal.getByRole("group", { name: "What goes wrong" });
    const choose = async (label: string): Promise<void> => {
      await wrong.getByRole("button", { name: "Let something go wrong" }).click();
      await wrong.getByRole("menuitem", { name: label }).click();
    };
    await choose("Next message: 500");
    await wrong.getByRole("button", { name: "Take back: next sendMessage: refuse 500" }).click();
    await wrong.getByText("refuse 500").waitFor({ state: "detached" });
    await choose("Next update: delivered twice");
    await wrong.getByText("next any update: duplicate").waitFor();

    const ben = await telegram.users.add({ first_name: "Ben" });
    const beside = await openPage(DESKTOP, `${telegram.url}/?person=${ben.id}&bot=4200000042`);
    await write(beside.page, "/start");
    const answers = beside.page.getByRole("log", { name: "Messages" }).getByText("Welcome to");
    await answers.nth(1).waitFor();
    await wrong.getByText("duplicate").waitFor({ state: "detached" });
    assert.deepEqual(beside.complaints, []);
    await beside.page.close();
  });

  await t.test("nothing on the way was an error or against the policy", () => {
    assert.deepEqual(complaints, []);
  });

  await t.test("a phone shows one part at a time", async () => {
    const phone = await openPage(PHONE, page.url());
    const phoneMessages = phone.page.getByRole("log", { name: "Messages" });
    await phoneMessages.getByText("From nine to five").waitFor();
    await phone.page.getByRole("button", { name: "Journal" }).click();
    const phoneJournal = phone.page.getByRole("region", { name: "Journal" });
    await phoneJournal.getByText("sendMessage").first().waitFor();
    assert.equal(await phoneMessages.isVisible(), false);
    const overflow = await phone.page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
    assert.equal(overflow, false);
    assert.deepEqual(phone.complaints, []);
  });
});
