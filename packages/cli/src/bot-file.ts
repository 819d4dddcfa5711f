import { readFileSync, statSync } from "node:fs";
import { findPackageJSON } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import type { UpdateHandler } from "hookgram";

import { CliError, errorToLine } from "./cli-error.ts";
import { terminal } from "./output.ts";

/**
 * Imports the file that a person names on the command line and gives its default export, which
 * must be a hookgram `Bot` (or anything else that implements `UpdateHandler`).
 * @throws CliError `bot-file` when there is no such file, it throws, or it exports no bot.
 */
export async function loadBotFile(name: string): Promise<UpdateHandler> {
  const file = path.resolve(name);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new CliError(
      "bot-file",
      `There is no bot file ${name}: give the path of a .ts or .js file`,
    );
  }
  assertIsModule(name, file);
  const bot = (await importBotFile(name, file)).default;
  if (!isUpdateHandler(bot)) {
    throw new CliError(
      "bot-file",
      `${name} has no bot as its default export: end it with \`export default new Bot({ … })\``,
    );
  }
  return bot;
}

/**
 * `npm init` writes `"type": "commonjs"`, and Node then takes `import` for a mistake. What it says to
 * that are three lines, none of which says what to do.
 */
function assertIsModule(name: string, file: string): void {
  // Where there is none, Node 24 names the file itself.
  const manifest = findPackageJSON(pathToFileURL(file)) ?? "";
  if (path.basename(manifest) !== "package.json" || /\.[cm][jt]s$/.test(file)) return;
  if (!/^(import|export)\b/m.test(readFileSync(file, "utf8"))) return;
  const { type } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly type?: string };
  if (type !== "commonjs") return;
  throw new CliError(
    "bot-file",
    `${name} uses import, and ${path.relative(process.cwd(), manifest)} says "type": "commonjs": ` +
      "run `npm pkg set type=module` there",
  );
}

async function importBotFile(name: string, file: string): Promise<{ readonly default?: unknown }> {
  // Without this, a file that calls `process.exit` or awaits what never comes ends us in silence.
  const explain = (): void => terminal.warn(`${name} ended the process while it was being loaded`);
  process.once("exit", explain);
  try {
    return (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  } catch (error) {
    throw new CliError("bot-file", `${name} cannot be loaded: ${whyNot(error, file)}`, {
      cause: error,
    });
  } finally {
    process.off("exit", explain);
  }
}

function whyNot(error: unknown, file: string): string {
  const line = errorToLine(error);
  const [, missing] = /^Cannot find package '([^']+)'/.exec(line) ?? [];
  if (missing !== undefined) return `it needs ${missing}: run \`npm install ${missing}\` there`;
  return `${line}${placeOf(error, path.dirname(file))}`;
}

/** Where in the person's own files it happened, as ` (at bot.ts:3:9)`; the stack stays unseen. */
function placeOf(error: unknown, folder: string): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  // What cannot be parsed has no frame of its own: its file and line stand before the message.
  const unparsed = stack.matchAll(/^(\/.+|[A-Z]:\\.+|file:\/\/\S+):(\d+)$/gm);
  const frames = stack.matchAll(/(file:\/\/[^\s)]+?):(\d+(?::\d+)?)/g);
  for (const [, place = "", line = ""] of [...unparsed, ...frames]) {
    const file = place.startsWith("file:") ? fileURLToPath(place) : place;
    if (file.startsWith(folder)) return ` (at ${path.relative(process.cwd(), file)}:${line})`;
  }
  return "";
}

function isUpdateHandler(value: unknown): value is UpdateHandler {
  if (typeof value !== "object" || value === null) return false;
  const { handle, allowedUpdates } = value as Partial<UpdateHandler>;
  return typeof handle === "function" && Array.isArray(allowedUpdates);
}
