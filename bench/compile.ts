import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { stagePackages } from "../tools/stage.ts";
import { commandsOf, ROUTER_NUMBERS } from "./dispatch/bot-shape.ts";
import { type BenchRow, median, withRatios } from "./row.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ROUNDS = 5;

/** A bot's source for each framework: the same 300 handlers, each of which answers with its text. */
const SOURCES: Readonly<Record<string, () => string>> = {
  hookgram: hookgramSource,
  grammY: grammySource,
  Telegraf: telegrafSource,
  GramIO: gramioSource,
};

/**
 * How long the compiler takes to check a bot with 300 handlers in 30 routers, in seconds of wall
 * clock, the framework's own declarations included.
 */
export async function benchCompile(): Promise<BenchRow[]> {
  // All are found from here: hookgram as it is packed, the others as they are installed.
  const { folder } = await stagePackages();
  const seconds = new Map<string, number[]>();
  for (const [name, source] of Object.entries(SOURCES)) {
    writeProject(path.join(folder, name), source());
    seconds.set(name, []);
  }
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const name of Object.keys(SOURCES)) {
      const time = compileSeconds(path.join(folder, name));
      if (round > 0) seconds.get(name)!.push(time);
    }
  const rows = [...seconds].map(([name, values]) => ({
    bench: "compile",
    case: name,
    metric: "check",
    unit: "s",
    value: median(values),
  }));
  return withRatios(rows, "grammY");
}

function writeProject(folder: string, source: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "bot.ts"), source);
  const config = {
    extends: path.join(ROOT, "tsconfig.base.json"),
    include: ["bot.ts"],
  };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
}

function compileSeconds(folder: string): number {
  const begin = performance.now();
  const result = spawnSync("tsc", ["-p", folder], { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${folder} does not compile: ${result.stdout}`);
  return (performance.now() - begin) / 1000;
}

/** `each` writes the handlers of one router: six commands, two patterns and two kinds of buttons. */
function routers(each: (router: string, number: number) => readonly string[]): string {
  return ROUTER_NUMBERS.flatMap((number) => each(`r${number}`, number)).join("\n");
}

function hookgramSource(): string {
  const body = routers((router, number) => [
    `const ${router} = new Router("${router}");`,
    ...commandsOf(number).map(
      (name) =>
        `${router}.message(command("${name}"), ({ command, reply }) => reply(command.args));`,
    ),
    `${router}.message(text(/^ask ${number} (.+)$/), ({ match, reply }) => reply(match[1]!));`,
    `${router}.message(has("photo"), ({ message, reply }) => reply(message.photo[0]!.file_id));`,
    `${router}.callbackQuery(callbackData("buy${number}", { amount: z.number() }), ({ button, answer }) => answer(String(button.amount)));`,
    `${router}.callbackQuery(callbackData("sell${number}", { amount: z.number() }), ({ button, answer }) => answer(String(button.amount)));`,
  ]);
  return `import { Bot, callbackData, command, has, Router, text } from "hookgram";
import { z } from "zod";
${body}
export const bot = new Bot({ routers: [${ROUTER_NUMBERS.map((number) => `r${number}`).join(", ")}] });
`;
}

function grammySource(): string {
  const body = routers((router, number) => [
    `const ${router} = new Composer();`,
    ...commandsOf(number).map((name) => `${router}.command("${name}", (c) => c.reply(c.match));`),
    `${router}.hears(/^ask ${number} (.+)$/, (c) => c.reply(c.match[1]!));`,
    `${router}.on("message:photo", (c) => c.reply(c.message.photo[0]!.file_id));`,
    `${router}.callbackQuery(/^buy${number}:(.+)$/, (c) => c.answerCallbackQuery(c.match[1]!));`,
    `${router}.callbackQuery(/^sell${number}:(.+)$/, (c) => c.answerCallbackQuery(c.match[1]!));`,
    `bot.use(${router});`,
  ]);
  return `import { Bot, Composer } from "grammy";
export const bot = new Bot("1:x");
${body}
`;
}

function telegrafSource(): string {
  const body = routers((router, number) => [
    `const ${router} = new Composer();`,
    ...commandsOf(number).map((name) => `${router}.command("${name}", (c) => c.reply(c.payload));`),
    `${router}.hears(/^ask ${number} (.+)$/, (c) => c.reply(c.match[1]!));`,
    `${router}.on(message("photo"), (c) => c.reply(c.message.photo[0]!.file_id));`,
    `${router}.action(/^buy${number}:(.+)$/, (c) => c.answerCbQuery(c.match[1]!));`,
    `${router}.action(/^sell${number}:(.+)$/, (c) => c.answerCbQuery(c.match[1]!));`,
    `bot.use(${router});`,
  ]);
  return `import { Composer, Telegraf } from "telegraf";
import { message } from "telegraf/filters";
export const bot = new Telegraf("1:x");
${body}
`;
}

function gramioSource(): string {
  const body = routers((router, number) => [
    `const ${router} = new Plugin("${router}");`,
    ...commandsOf(number).map(
      (name) => `${router}.command("${name}", (c) => c.send(c.args ?? ""));`,
    ),
    `${router}.hears(/^ask ${number} (.+)$/, (c) => c.send(c.args![1]!));`,
    `${router}.on("message", (c) => c.send(c.photo?.[0]?.fileId ?? ""));`,
    `${router}.callbackQuery(/^buy${number}:(.+)$/, (c) => c.answer(c.queryData[1]!));`,
    `${router}.callbackQuery(/^sell${number}:(.+)$/, (c) => c.answer(c.queryData[1]!));`,
    `bot.extend(${router});`,
  ]);
  return `import { Bot, Plugin } from "gramio";
export const bot = new Bot("1:x");
${body}
`;
}
