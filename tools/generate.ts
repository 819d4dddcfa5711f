/**
 * `npm run generate`: writes every generated file of the repository. With `--check` it writes nothing
 * and exits 1 when a committed file is not what would be written.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { generateBotApi } from "./generate-bot-api.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

function isStale(name: string, text: string): boolean {
  const file = path.join(root, name);
  return !existsSync(file) || readFileSync(file, "utf8") !== text;
}

function write(files: readonly (readonly [name: string, text: string])[]): void {
  for (const [name, text] of files) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
    process.stdout.write(`wrote ${name}\n`);
  }
}

/** What is made from the generated types can only be made when those are there and fresh. */
async function compatibilityPage(): Promise<[string, string][]> {
  const { generateCompatibility } = await import("./generate-compatibility.ts");
  return [...generateCompatibility()].filter(([name, text]) => isStale(name, text));
}

const stale = [...generateBotApi()].filter(([name, text]) => isStale(name, text));
if (process.argv.includes("--check")) {
  if (stale.length === 0) stale.push(...(await compatibilityPage()));
  const names = stale.map(([name]) => name).join(", ");
  if (stale.length > 0) process.stderr.write(`Out of date: ${names}. Run \`npm run generate\`.\n`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  write(stale);
  write(await compatibilityPage());
}
