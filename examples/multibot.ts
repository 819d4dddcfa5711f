/**
 * Bots that people add while the process runs: send the token of another bot to the main one.
 *
 *     BOT_TOKEN=… PUBLIC_URL=https://bots.example.org node examples/multibot.ts
 */
import { createServer } from "node:http";

import { BotApiError } from "@hookgram/bot-api";
import { mountBots, RuntimeError, stopOnSignals } from "@hookgram/runtime";
import { Bot, command, errorIs, text, type UpdateHandler } from "hookgram";

const { BOT_TOKEN = "", PUBLIC_URL = "", BOT_API_ROOT: apiRoot, PORT = "3000" } = process.env;

// They share an engine and a store. Which bots there are is yours to remember: after a restart only
// the main one is added here, and what is pending of others waits for them.
const bots = mountBots();

async function addBot(bot: UpdateHandler, token: string): Promise<void> {
  const handle = bots.add({ bot, token, apiRoot });
  await handle.ready;
  await handle.setWebhook({ url: PUBLIC_URL + handle.path });
}

// One tree for all bots that are added; `me` and `api` are those of the bot that was written to.
const greeter = new Bot({ name: "greeter" });
greeter.message(text(), ({ me, message, reply }) =>
  reply(`I am ${me.first_name}, and you said: ${message.text}`),
);

const main = new Bot({ name: "main" });
main.message(command("start"), ({ reply }) => reply("Send me /add and a token of @BotFather."));
main.message(command("add"), async ({ command: { args }, api, chat, message, reply }) => {
  // A token is a password: it does not stay in the chat.
  await api.deleteMessage({ chat_id: chat.id, message_id: message.message_id });
  await addBot(greeter, args.trim());
  await reply("It is running. Write to it!");
});
main.message(command("list"), ({ reply }) => reply(`Bots: ${[...bots.list().keys()].join(", ")}`));
main.errors(errorIs(RuntimeError), ({ error, reply }) => reply?.(`No: ${error.message}`));
main.errors(errorIs(BotApiError), ({ reply }) => reply?.("Telegram does not know this token."));

const server = createServer(bots.listener).listen(Number(PORT));
stopOnSignals(bots, { cleanUp: () => server.close() });
await addBot(main, BOT_TOKEN);
console.log(`${bots.list().size} bot on port ${PORT}`);
