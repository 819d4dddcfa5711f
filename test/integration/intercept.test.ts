import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { killLeftovers, runHookgram } from "./hookgram-process.ts";

/** A program with the address of Telegram in its code and no option for another one. */
const PROGRAM = `
  const root = "https://api.telegram.org/bot1234:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  const response = await fetch(root + "/getMe");
  console.log((await response.json()).result.username);
`;

describe("hookgram telegram --intercept", () => {
  let folder: string;
  before(() => void (folder = mkdtempSync(path.join(tmpdir(), "hookgram-intercept-"))));
  after(() => {
    killLeftovers();
    rmSync(folder, { recursive: true });
  });

  it("lets a program run unchanged that knows api.telegram.org only", async () => {
    const ports = ["--port", "0", "--intercept-port", "0"];
    const args = ["telegram", ...ports, "--intercept", "ca.pem", "--json"];
    const command = runHookgram(args, { cwd: folder });
    const [line] = await command.line(/^\{.*\}$/m);
    const { proxy, authority } = JSON.parse(line) as Record<string, string>;
    assert.equal(authority, path.join(folder, "ca.pem"));
    const program = ["--input-type=module", "--eval", PROGRAM];
    const trust = { NODE_USE_ENV_PROXY: "1", NODE_EXTRA_CA_CERTS: authority };
    const env = { ...process.env, HTTPS_PROXY: proxy, NO_PROXY: "", ...trust };
    const { stdout } = await promisify(execFile)(process.execPath, program, { env });
    assert.equal(stdout, "local_1234_bot\n");
    command.child.kill("SIGTERM");
    assert.equal((await command.finished()).code, 0);
  });
});
