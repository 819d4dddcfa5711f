/**
 * A bot of grammY on the runtime, as a process that kills itself in the middle of its first /crash.
 * Arguments: the API root, a folder. Tells its parent when it is ready.
 */
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { listen } from "@hookgram/runtime";
import { fromGrammy } from "@hookgram/runtime/foreign";

import { TOKEN } from "./describe-client.ts";
import { createBot } from "./grammy-bot.ts";
import { HALVES } from "./trial.ts";

const [apiRoot = "", folder = ""] = process.argv.slice(2);
const hasCrashed = path.join(folder, "crashed");
const bot = createBot(TOKEN, apiRoot);
bot.command("crash", async (ctx) => {
  await ctx.reply(HALVES[0]);
  if (!existsSync(hasCrashed)) {
    writeFileSync(hasCrashed, "");
    process.kill(process.pid, "SIGKILL");
  }
  await ctx.reply(HALVES[1]);
});

const handle = listen({
  bot: fromGrammy(bot),
  token: TOKEN,
  apiRoot,
  store: path.join(folder, "bot.sqlite"),
  host: "127.0.0.1",
  port: 0,
});
await handle.ready;
await handle.setWebhook({ url: `http://127.0.0.1:${handle.port()}${handle.path}` });
process.send!("ready");
