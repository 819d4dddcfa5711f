import assert from "node:assert/strict";
import { linkSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { RuntimeError } from "../error.ts";
import { keptSecret } from "./secret-file.ts";

const folder = mkdtempSync(join(tmpdir(), "hookgram-secret-"));
after(() => rmSync(folder, { recursive: true }));

test("a secret is made once and is the same ever after, for its owner's eyes only", () => {
  const path = join(folder, "new", "secret");
  const secret = keptSecret(path);
  assert.equal(Buffer.from(secret, "base64url").length, 32);
  assert.equal(keptSecret(path), secret);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(folder, "new")), ["secret"]);
});

test("a secret stays the same when a process with the same id died just after it was kept", () => {
  // In a container, every process has the id 1.
  const path = join(folder, "kept");
  writeFileSync(path, "first-secret\n");
  linkSync(path, `${path}.${process.pid}`);
  assert.equal(keptSecret(path), "first-secret");
});

test("what an operator wrote into the file is used", () => {
  const path = join(folder, "own");
  writeFileSync(path, "my-secret\n");
  assert.equal(keptSecret(path), "my-secret");
});

test("a file without a secret, or no file at all, is one clear line", () => {
  const path = join(folder, "bad");
  writeFileSync(path, "canary with spaces");
  assert.throws(
    () => keptSecret(path),
    (error) =>
      error instanceof RuntimeError &&
      error.code === "secret-file" &&
      error.message.includes(path) &&
      !error.message.includes("canary"),
  );
  assert.throws(() => keptSecret(join(path, "below")), { code: "secret-file" });
});
