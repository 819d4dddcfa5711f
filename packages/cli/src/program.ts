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
import { allowNotDurableOption } from "./open-store.ts";
import type { Output } from "./output.ts";

/** Beside `src`, and beside what it is compiled to. A bundler that saw it in `new URL` would inline it. */
const PACKAGE = "../package.json";

/** The whole command line. Nothing runs before `parseAsync`. */
export function createProgram(environment: BotEnvironment, output: Output): Command {
  const program = new Command("hookgram")
    .description("Rehearse and run Telegram bots by webhook, without losing an update")
    .version(readVersion(), "--version", "print the version")
    .configureHelp({ subcommandTerm: termOf })
    .helpCommand(false)
    .addHelpText("after", HELP_TEXTS.all)
    .commandsGroup("Run a bot:");
  addDev(program, environment, output);
  addServe(program, environment, output);
  addTelegram(program, output);
  addWebhook(program, environment, output);
  addOperations(program, environment, output);
  addHelp(program);
  pointToHelp(program, "hookgram");
  return program;
}

/** A command in the list of its parent: every one has options, and some have commands. */
function termOf(command: Command): string {
  const usage = command.usage().replace(/\[(options|command)\] ?/g, "");
  return `${command.name()} ${usage}`.trim();
}

/** Commander's own prints the program's help for whatever it does not know. */
function addHelp(program: Command): void {
  program
    .command("help", { hidden: true })
    .argument("[command...]")
    .action((names: readonly string[]) => {
      let command = program;
      for (const name of names) {
        const found = command.commands.find((each) => each.name() === name);
        command = found ?? command.error(`error: unknown command '${name}'`);
      }
      command.outputHelp();
    });
}

/** After a mistake, the help of the command that was meant. */
function pointToHelp(command: Command, call: string): void {
  command.showHelpAfterError(`(${call} --help says how)`);
  for (const each of command.commands) pointToHelp(each, `${call} ${each.name()}`);
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
    .description("run a bot on a local Telegram, and chat with it")
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
    .description("run a bot on the real Telegram, by webhook or polling")
    .argument("<bot-file>", "a .ts or .js file whose default export is the bot")
    .addOption(port("where the webhook listens (plain HTTP, for a proxy)").default(8080))
    .addOption(host("on which address", "127.0.0.1"))
    .option(
      "--store <url>",
      "sqlite:PATH, or postgres://… for several nodes (default: sqlite:.hookgram/bot.sqlite)",
    )
    .addOption(allowNotDurableOption())
    .addOption(json())
    .addHelpText("after", HELP_TEXTS.serve)
    .action((file: string, options) => runServe(file, options, { environment, output }));
}

function addTelegram(program: Command, output: Output): void {
  program
    .command("telegram")
    .description("run the local Telegram alone, for any bot or test")
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
    .helpCommand(false)
    .description("set, show or delete a bot's webhook")
    .addHelpText("after", HELP_TEXTS.webhook);
  const context = (options: { readonly json?: boolean }): WebhookCommandContext => ({
    environment,
    output,
    json: options.json === true,
  });
  webhook
    .command("set")
    .description("have Telegram post updates to an address; what is not named is reset")
    .argument("<url>", "where Telegram posts to: https, on port 443, 80, 88 or 8443")
    .option("--max-connections <number>", "1 to 100 at the same time", parseConnections)
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

function parseConnections(text: string): number {
  const value = parseCount(text);
  if (value >= 1 && value <= 100) return value;
  throw new InvalidArgumentError(`Telegram opens 1 to 100 connections: got "${text}".`);
}

function parseList(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
