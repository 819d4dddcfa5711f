import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { startTelegram, type Telegram } from "@hookgram/emulator";
import type { StoreNode } from "@hookgram/runtime";

import { waitUntil } from "../../packages/runtime/test/fair-watch.ts";
import { PASSWORD, PostgresServer } from "../../packages/runtime/test/postgres-server.ts";
import { controlOf } from "../telegram-user.ts";
import { beginAddress } from "./begin-address.ts";
import { type HookgramProcess, killLeftovers, runHookgram } from "./hookgram-process.ts";

const SUPPORT_BOT = fileURLToPath(new URL("../../examples/support-bot/bot.ts", import.meta.url));
const TOKEN = "1234567890:AAservePostgresTestToken1234567";

const NODE = new URL("../../packages/runtime/test/postgres-node.ts", import.meta.url);
const SCHEMA = "hookgram";

/** Resolves when it has the lanes that it can have. */
async function startNode(url: string): Promise<ChildProcess> {
  const node = fork(NODE, [url, SCHEMA]);
  await once(node, "message");
  return node;
}

describe("hookgram serve on PostgreSQL", () => {
  let folder: string;
  let server: PostgresServer;
  let telegram: Telegram;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "hookgram-serve-"));
    server = await PostgresServer.start();
    telegram = await startTelegram({ port: 0 });
  });
  after(async () => {
    killLeftovers();
    await telegram.close();
    await server.halt("SIGINT");
    rmSync(folder, { recursive: true, force: true });
  });

  test("keeps updates and conversations there, and the password to itself", async () => {
    const control = controlOf(telegram.url);
    await control.post("bots", { token: TOKEN, username: "serve_bot" });
    await control.post("people", { id: 5, first_name: "Ada" });
    const env = { BOT_TOKEN: TOKEN, BOT_API_ROOT: telegram.url, STORE_URL: server.url };

    const first = runHookgram(["serve", SUPPORT_BOT], { cwd: folder, env });
    await first.line(/serve_bot/);
    await beginAddress(control, 5);
    first.child.kill("SIGKILL");
    const killed = await first.finished();

    const second = runHookgram(["serve", SUPPORT_BOT], { cwd: folder, env });
    await second.line(/serve_bot/);
    const question = await control.ask(5, "not a postal code");
    assert.match(question.text ?? "", /postal code/i);
    second.child.kill("SIGTERM");
    const stopped = await second.finished();
    assert.equal(stopped.code, 0);
    for (const { stdout, stderr } of [killed, stopped]) {
      assert.ok(!(stdout + stderr).includes(PASSWORD));
      assert.ok(!(stdout + stderr).includes(encodeURIComponent(PASSWORD)));
    }
  });

  test("says that other nodes do not have a secret that it has made", async () => {
    const common = { BOT_TOKEN: TOKEN, BOT_API_ROOT: telegram.url, STORE_URL: server.url };
    const url = { WEBHOOK_URL: "http://127.0.0.1:1/updates" };
    for (const [secret, isSaid] of [
      [{}, true],
      [{ WEBHOOK_SECRET: "the-same-everywhere" }, false],
    ] as const) {
      const env = { ...common, ...url, ...secret };
      const bot = runHookgram(["serve", SUPPORT_BOT, "--port", "0"], { cwd: folder, env });
      await bot.line(/Serving/);
      bot.child.kill("SIGTERM");
      const { stderr } = await bot.finished();
      assert.equal(/other nodes do not have.*webhook-secret-/.test(stderr), isSaid, stderr);
    }
  });

  test("is seen by hookgram nodes until it is killed", async () => {
    const nodes = [await startNode(server.url)];
    try {
      nodes.push(await startNode(server.url));
      const seen = await listNodes();
      // The same ten updates came to both of them; the first has taken them.
      assert.deepEqual(
        seen.map(({ pid, lanes }) => ({ pid, lanes })),
        nodes.map(({ pid }, at) => ({ pid, lanes: at === 0 ? 10 : 0 })),
      );
      for (const { host, startedAtMs, silentMs } of seen) {
        assert.equal(host, hostname());
        assert.ok(Math.abs(Date.now() - startedAtMs) < 60_000, `${startedAtMs}`);
        assert.ok(silentMs < 5_000, `${silentMs}`);
      }
      const table = await hookgram("nodes").finished();
      assert.match(table.stdout, /^id +host +pid +started at +silent ms +lanes\n/);
      nodes[1]!.kill("SIGKILL");
      await waitUntil(async () => (await listNodes()).length === 1);
      assert.deepEqual(
        (await listNodes()).map(({ pid }) => pid),
        [nodes[0]!.pid],
      );
    } finally {
      for (const node of nodes) node.kill("SIGKILL");
    }
  });

  function hookgram(...args: readonly string[]): HookgramProcess {
    return runHookgram(args, { cwd: folder, env: { STORE_URL: server.url } });
  }

  async function listNodes(): Promise<readonly Omit<StoreNode, "isSelf">[]> {
    const { stdout, stderr } = await hookgram("nodes", "--json").finished();
    assert.equal(stderr, "");
    return JSON.parse(stdout) as readonly StoreNode[];
  }

  test("says in one line that the database cannot be reached or used", async () => {
    const env = { BOT_TOKEN: TOKEN, BOT_API_ROOT: telegram.url };
    for (const [store, expected] of [
      ["postgres://me:canary@127.0.0.1:1/none", /127\.0\.0\.1:1/],
      ["mysql://me:canary@127.0.0.1/none", /--store must be sqlite:PATH or postgres/],
    ] as const) {
      const args = ["serve", SUPPORT_BOT, "--store", store];
      const { code, stderr } = await runHookgram(args, { cwd: folder, env }).finished();
      assert.equal(code, 1);
      assert.match(stderr, expected);
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
      assert.doesNotMatch(stderr, /canary/);
    }
  });
});
