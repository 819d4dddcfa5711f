/**
 * A Mini App with its server: a page in which an order is made, and the bot that confirms it.
 *
 *     BOT_TOKEN=… PUBLIC_URL=https://shop.example.org node examples/web-app.ts
 */
import { mount, stopOnSignals } from "@hookgram/runtime";
import express from "express";
import { Bot, command, eventKind, inlineKeyboard, verifyInitData } from "hookgram";
import { z } from "zod";

const { BOT_TOKEN = "", PUBLIC_URL = "", BOT_API_ROOT: apiRoot, PORT = "3000" } = process.env;

const PAGE = `<!doctype html>
<script src="https://telegram.org/js/telegram-web-app.js"></script>
<button>Order tea</button>
<script>
  document.querySelector("button").onclick = async () => {
    const body = JSON.stringify({ initData: Telegram.WebApp.initData, item: "tea" });
    const headers = { "content-type": "application/json" };
    await fetch("/order", { method: "POST", headers, body });
    Telegram.WebApp.close();
  };
</script>`;

const Order = z.object({ initData: z.string(), item: z.string().max(64) });

// An update of the bot's own: stored like Telegram's, so no order is lost.
const ordered = eventKind("ordered", z.object({ item: z.string() }));

const bot = new Bot();

bot.onStart(async ({ api }) => {
  const menu_button = {
    type: "web_app",
    text: "Shop",
    web_app: { url: `${PUBLIC_URL}/shop` },
  } as const;
  await api.setChatMenuButton({ menu_button });
});
bot.message(command("start"), async ({ reply }) => {
  const shop = { text: "Open the shop", web_app: { url: `${PUBLIC_URL}/shop` } };
  await reply("Here it is.", { reply_markup: inlineKeyboard([[shop]]) });
});
bot.on(ordered, ({ event, reply }) => reply(`Your ${event.data.item} is on its way.`));

const handle = mount({ bot, token: BOT_TOKEN, apiRoot });
const app = express();
// The webhook comes before anything that reads bodies.
app.use(handle.listener);
app.use(express.json());
app.get("/shop", (_request, response) => void response.send(PAGE));

app.post("/order", async (request, response) => {
  const order = Order.safeParse(request.body);
  if (!order.success) return void response.sendStatus(400);
  // Whatever a browser says about who it is, only what Telegram has signed is true.
  const outcome = await verifyInitData(order.data.initData, BOT_TOKEN, { ageMaxMs: 3_600_000 });
  if (!outcome.ok || outcome.data.user === undefined) return void response.sendStatus(401);
  await handle.emit(ordered, { item: order.data.item }, { chat: outcome.data.user.id });
  response.sendStatus(202);
});

const server = app.listen(Number(PORT));
stopOnSignals(handle, { cleanUp: () => server.close() });
await handle.ready;
await handle.setWebhook({ url: PUBLIC_URL + handle.path });
console.log(`Ready on port ${PORT}`);
