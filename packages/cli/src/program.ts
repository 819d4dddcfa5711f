import { readFileSync } from "node:fs";

import { Command, InvalidArgumentError, Option } from "commander";

import type { BotEnvironment } from "./bot-environment.ts";
import { runDev } from "./commands/dev.ts";
import { runServe } from "./commands/serve.ts";
import { runTelegram } from "./commands/telegram.ts";
import { deleteWebhook, setWebhook, showWebhook } from "./commands/webhook.ts";
import type { WebhookCommandContext } from "./commands/webhook.ts";
import { addOperations } from "./operate/add-operations.ts";
import { HELP_TEXTS } from "./help-texts.ts";
import type { Output } from "./output.ts";

/** Beside `src`, and beside what it is compiled to. A bundler that saw it in `new URL` would inline it. */
const PACKAGE = "../package.json";

/** The whole command line. Nothing runs before `parseAsync`. */
export function createProgram(environment: BotEnvironment, output: Output): Command {
  const program = new Command("hookgram")
    .description("Write, rehearse and run Telegram bots on webhooks without losing an update")
    .version(readVersion(), "--version", "print the version")
    .showHelpAfterError("(hookgram --help shows what there is)")
    .addHelpText("after", HELP_TEXTS.all);
  addDev(program, environment, output);
  addServe(program, environment, output);
  addTelegram(program, output);
  addWebhook(program, environment, output);
  addOperations(program, environment, output);
  return program;
}

function readVersion(): string {
  const file = new URL(PACKAGE, import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version;
}

const json = (): Option => new Option("--json", "print JSON for programs");
const world = (): Option => new Option("--world <file>", "bots, people and chats to begin with");

function port(meaning: string): Option {
  return new Option("--port <number>", meaning).argParser(parsePort);
}

function host(meaning: string, value: string): Option {
  return new Option("--host <address>", meaning).default(value);
}

function interceptPort(): Option {
  const option = new Option("--intercept-port <number>", "where the proxy listens; 0: anywhere");
  return option.argParser(parsePort).default(8082);
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
    .addHelpText("after", HELP_TEXTS.dev)
    .action((file: string, options) => runDev(file, options, { environment, output }));
}

function addServe(program: Command, environment: BotEnvironment, output: Output): void {
  program
    .command("serve")
    .description("run a bot on the real Telegram: by webhook with WEBHOOK_URL, else by polling")
    .argument("<bot-file>", "a .ts or .js file whose default export is the bot")
    .addOption(port("where the webhook listens (plain HTTP, for a proxy)").default(8080))
    .addOption(host("on which address", "127.0.0.1"))
    .option(
      "--store <url>",
      "sqlite:PATH, or postgres://… for several nodes; default sqlite:.hookgram/bot.sqlite",
    )
    .addOption(json())
    .addHelpText("after", HELP_TEXTS.serve)
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
    .option("--flood-limits", "refuse messages that come faster than Telegram allows")
    .option("--seed <number>", "make identifiers and dice the same in every run", parseCount)
    .option(
      "--intercept <file>",
      "answer for api.telegram.org by a proxy, and write into this file whom to trust",
    )
    .addOption(interceptPort())
    .option("--record <file>", "write down what bots do and get, without tokens")
    .option("--replay <file>", "play a recorded session again, and report what differs at the end")
    .option("--no-generic", "refuse methods that would only get a sample for an answer")
    .addOption(json())
    .addHelpText("after", HELP_TEXTS.telegram)
    .action((options) => runTelegram(options, { output }));
}

function addWebhook(program: Command, environment: BotEnvironment, output: Output): void {
  const webhook = program
    .command("webhook")
    .description("set, show or delete a bot's webhook")
    .addHelpText("after", HELP_TEXTS.webhook);
  const context = (options: { readonly json?: boolean }): WebhookCommandContext => ({
    environment,
    output,
    json: options.json === true,
  });
  webhook
    .command("set")
    .description("tell Telegram to post updates to an address; what is not named is reset")
    .argument("<url>", "where Telegram posts to: https, on port 443, 80, 88 or 8443")
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
