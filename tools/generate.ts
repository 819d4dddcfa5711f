/**
 * `npm run generate`: writes every generated file of the repository. With `--check` it writes nothing
 * and exits 1 when a committed file is not what would be written.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { generateBotApi } from "./generate-bot-api.ts";
import { generateCompatibility } from "./generate-compatibility.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

function isStale(name: string, text: string): boolean {
  const file = path.join(root, name);
  return !existsSync(file) || readFileSync(file, "utf8") !== text;
}

const stale = [...generateBotApi(), ...generateCompatibility()].filter(([name, text]) =>
  isStale(name, text),
);
if (process.argv.includes("--check")) {
  const names = stale.map(([name]) => name).join(", ");
  if (stale.length > 0) process.stderr.write(`Out of date: ${names}. Run \`npm run generate\`.\n`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [name, text] of stale) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
    process.stdout.write(`wrote ${name}\n`);
  }
}
