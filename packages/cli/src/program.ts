import { Command, InvalidArgumentError, Option } from "commander";

import type { BotEnvironment } from "./bot-environment.ts";
import { runDev } from "./commands/dev.ts";
import { runServe } from "./commands/serve.ts";
import { runTelegram } from "./commands/telegram.ts";
import { deleteWebhook, setWebhook, showWebhook } from "./commands/webhook.ts";
import type { WebhookCommandContext } from "./commands/webhook.ts";
import type { Output } from "./output.ts";

const EPILOGUE = `
Environment:
  BOT_TOKEN       the bot's token from @BotFather
  WEBHOOK_URL     where Telegram posts to; without it, serve asks Telegram by long polling
  WEBHOOK_SECRET  what Telegram sends along to prove itself; made up when absent
  STORE_URL       where serve keeps updates: sqlite:PATH or postgres://…
  BOT_API_ROOT    another Bot API server than https://api.telegram.org

Examples:
  hookgram dev bot.ts                     chat with your bot on this machine, no token needed
  BOT_TOKEN=… hookgram serve bot.ts       run it on the real Telegram
  hookgram telegram --port 8081 --json    a local Telegram for tests in any language
  BOT_TOKEN=… hookgram webhook info       what Telegram knows of your webhook
`;

/** The whole command line. Nothing runs before `parseAsync`. */
export function createProgram(environment: BotEnvironment, output: Output): Command {
  const program = new Command("hookgram")
    .description("Write, rehearse and run Telegram bots on webhooks without losing an update")
    .showHelpAfterError("(hookgram --help shows what there is)")
    .addHelpText("after", EPILOGUE);
  addDev(program, environment, output);
  addServe(program, environment, output);
  addTelegram(program, output);
  addWebhook(program, environment, output);
  return program;
}

const json = (): Option => new Option("--json", "print JSON for programs");
const world = (): Option => new Option("--world <file>", "bots, people and chats to begin with");

function port(meaning: string): Option {
  return new Option("--port <number>", meaning).argParser(parsePort);
}

function host(meaning: string, value: string): Option {
  return new Option("--host <address>", meaning).default(value);
}

function addDev(program: Command, environment: BotEnvironment, output: Output): void {
  program
    .command("dev")
    .description("run a bot on a local Telegram, with a page to chat with it")
    .argument("<bot-file>", "a .ts or .js file whose default export is the bot")
    .addOption(port("where the page and the Bot API listen").default(8081))
    .addOption(host("on which address", "127.0.0.1"))
    .addOption(world())
    .option("--data <folder>", "where everything is kept between starts", ".hookgram")
    .addOption(json())
    .action((file: string, options) => runDev(file, options, { environment, output }));
}

function addServe(program: Command, environment: BotEnvironment, output: Output): void {
  program
    .command("serve")
    .description("run a bot on the real Telegram: by webhook with WEBHOOK_URL, else by polling")
    .argument("<bot-file>", "a .ts or .js file whose default export is the bot")
    .addOption(port("where the webhook listens (plain HTTP, for a proxy)").default(8080))
    .addOption(host("on which address", "127.0.0.1"))
    .option("--store <url>", "sqlite:PATH or postgres://… (default: sqlite:.hookgram/bot.sqlite)")
    .addOption(json())
    .action((file: string, options) => runServe(file, options, { environment, output }));
}

function addTelegram(program: Command, output: Output): void {
  program
    .command("telegram")
    .description("run the local Telegram alone, for bots and tests in any language")
    .addOption(port("where it listens; 0 takes a free one").default(8081))
    .addOption(host("on which address", "127.0.0.1"))
    .addOption(world())
    .option("--data <file>", "keep everything in this file between starts")
    .option("--cloud-rules", "refuse webhooks that the real Telegram refuses")
    .addOption(json())
    .action((options) => runTelegram(options, { output }));
}

function addWebhook(program: Command, environment: BotEnvironment, output: Output): void {
  const webhook = program.command("webhook").description("set, show or delete a bot's webhook");
  const context = (options: { readonly json?: boolean }): WebhookCommandContext => ({
    environment,
    output,
    json: options.json === true,
  });
  webhook
    .command("set")
    .description("tell Telegram to post updates to an address; what is not named is reset")
    .argument("<url>", "https address, port 443, 80, 88 or 8443")
    .option("--max-connections <number>", "1 to 100 at the same time", parseCount)
    .option("--allowed-updates <kinds>", "comma-separated kinds of updates", parseList)
    .option("--ip-address <address>", "a fixed address instead of the host's")
    .option("--certificate <file>", "your own public certificate (PEM)")
    .option("--drop-pending", "throw waiting updates away")
    .addOption(json())
    .action((url: string, options) => setWebhook(url, options, context(options)));
  webhook
    .command("info")
    .description("show what Telegram knows of the webhook")
    .addOption(json())
    .action((options) => showWebhook(context(options)));
  webhook
    .command("delete")
    .description("remove the webhook; waiting updates stay")
    .option("--drop-pending", "throw waiting updates away")
    .addOption(json())
    .action((options) => deleteWebhook(options, context(options)));
}

function parsePort(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) {
    throw new InvalidArgumentError(`A port is a number from 0 to 65535: got "${text}".`);
  }
  return value;
}

function parseCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError(`Give a whole number: got "${text}".`);
  return Number(text);
}

function parseList(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
