/**
 * `npm test`: the types, then every test under Node's own runner, whose count ends the output.
 * `npm test -- PATTERN …` runs only the test files whose path contains one of the patterns.
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const patterns = process.argv.slice(2);

/** Files that start processes or a browser; they run after the others, one at a time. */
const HEAVY = /^test\/(crash|browser|clients|integration)\//;

function testFiles(): string[] {
  const found = globSync(["packages/*/src/**/*.test.ts", "test/**/*.test.ts", "tools/*.test.ts"], {
    cwd: root,
    exclude: (name) => name.includes("node_modules"),
  });
  return found
    .filter((file) => patterns.length === 0 || patterns.some((text) => file.includes(text)))
    .toSorted((a, b) => Number(HEAVY.test(a)) - Number(HEAVY.test(b)) || a.localeCompare(b));
}

if (patterns.length === 0) {
  const types = spawnSync("tsc", ["-p", "tsconfig.json"], { cwd: root, stdio: "inherit" });
  if (types.status !== 0) process.exit(1);
  process.stdout.write("types: ok\n");
}

const files = testFiles();
if (files.length === 0) {
  process.stderr.write(`No test file has ${patterns.join(" or ")} in its path.\n`);
  process.exit(1);
}
const result = spawnSync(
  process.execPath,
  ["--test", "--test-concurrency=2", "--test-timeout=300000", "--test-reporter=spec", ...files],
  { cwd: root, stdio: "inherit" },
);
process.exit(result.status ?? 1);
