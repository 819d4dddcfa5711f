import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HOST = fileURLToPath(new URL("other-runtimes/host.ts", import.meta.url));

/** They are large, so they are not installed with the repository: `npm install -g bun deno`. */
const RUNTIMES = {
  bun: [HOST],
  deno: ["run", "-A", "--node-modules-dir=manual", HOST],
} as const;

for (const [runtime, args] of Object.entries(RUNTIMES)) {
  const isThere = spawnSync(runtime, ["--version"]).status === 0;
  const skip = isThere ? false : `no ${runtime} on the PATH (npm install -g ${runtime})`;
  test(`${runtime} serves the Request to Response bridge, with SQLite`, { skip }, () => {
    const ended = spawnSync(runtime, args, { cwd: ROOT, encoding: "utf8", timeout: 60_000 });
    assert.equal(ended.status, 0, ended.stderr);
    assert.deepEqual(JSON.parse(ended.stdout), {
      statuses: {
        first: 200,
        again: 200,
        "wrong secret": 401,
        "not JSON": 200,
        "too large": 200,
        "after stop": 503,
      },
      handled: [1, ...Array.from({ length: 50 }, (_, index) => 10 + index)],
    });
  });
}
