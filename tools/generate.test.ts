import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A copy of the repository that is just large enough to generate in. */
function copyRepository(): string {
  const copy = mkdtempSync(path.join(tmpdir(), "hookgram-generate-"));
  cpSync(path.join(root, "tools"), path.join(copy, "tools"), { recursive: true });
  cpSync(path.join(root, "package.json"), path.join(copy, "package.json"));
  symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));
  return copy;
}

function generate(folder: string, ...args: readonly string[]) {
  const command = [path.join(folder, "tools/generate.ts"), ...args];
  return spawnSync(process.execPath, command, { encoding: "utf8" });
}

test("generated files are written, checked, and found out when they were edited", (t) => {
  const copy = copyRepository();
  t.after(() => rmSync(copy, { recursive: true }));
  const generated = path.join(copy, "packages/bot-api/src/generated");

  const missing = generate(copy, "--check");
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /^Out of date: .*objects\.ts.*Run `npm run generate`\.\n$/);

  assert.equal(generate(copy).status, 0);
  const fresh = generate(copy, "--check");
  assert.deepEqual([fresh.status, fresh.stderr], [0, ""]);

  assert.ok(readdirSync(generated).length > 0);
  appendFileSync(path.join(generated, "methods.ts"), "// by hand\n");
  const edited = generate(copy, "--check");
  assert.equal(edited.status, 1);
  assert.equal(
    edited.stderr,
    "Out of date: packages/bot-api/src/generated/methods.ts. Run `npm run generate`.\n",
  );
});
