/**
 * The gate: `npm run check`. Every step says in one line what it found; a failing one prints its
 * tool's output and how to repair. Steps run side by side, as none of them writes.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  readonly repair: string;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const node = process.execPath;

/** Tests that hold tables of the documentation to the code. */
const GUIDES = [
  "packages/hookgram/src/conformance.test.ts",
  "packages/runtime/src/operating-guide.test.ts",
];

const STEPS: readonly Step[] = [
  { name: "format", command: ["oxfmt", "--check", "."], repair: "Run `npm run format`." },
  { name: "types", command: ["tsc", "-p", "tsconfig.json"], repair: "Mend the types above." },
  {
    name: "page types",
    command: ["tsc", "-p", "packages/dashboard/src/page"],
    repair: "Mend the types above.",
  },
  {
    name: "lint",
    command: ["oxlint", "--type-aware", "--deny-warnings", "."],
    repair: "Each finding names its rule; an exception needs a one-line reason in the file.",
  },
  {
    name: "tidy",
    command: [node, "tools/tidy.ts"],
    repair: "Each finding says what to edit.",
  },
  {
    name: "generated",
    command: [node, "tools/generate.ts", "--check"],
    repair: "Run `npm run generate` and commit what it wrote.",
  },
  {
    name: "docs",
    command: [node, "tools/docs.ts"],
    repair: "A code fence of the documentation does not compile or run: mend it.",
  },
  {
    name: "guides",
    command: [node, "--test", ...GUIDES],
    repair: "Mend the row of docs/from-*.md or docs/operating.md that is named, or add it.",
  },
];

function run(step: Step): Promise<{ readonly ok: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    const [file = "", ...args] = step.command;
    const child = spawn(file, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => resolve({ ok: false, output: error.message }));
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}

const only = process.argv.slice(2);
const unknown = only.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  const names = STEPS.map(({ name }) => name).join(", ");
  process.stderr.write(`check: there is no step ${unknown.join(", ")}; there are ${names}\n`);
  process.exit(1);
}
const steps = STEPS.filter((step) => only.length === 0 || only.includes(step.name));
const results = await Promise.all(steps.map(async (step) => ({ step, ...(await run(step)) })));
for (const { step, ok, output } of results) {
  process.stdout.write(`${ok ? "✓" : "✗"} ${step.name}\n`);
  if (!ok) process.stdout.write(`${output.trimEnd()}\n→ ${step.repair}\n`);
}
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
