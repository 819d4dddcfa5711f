import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";

import { deliver, messageUpdate } from "../../test/webhook-client.ts";

const PROGRAM = fileURLToPath(new URL("../../test/signal-program.ts", import.meta.url));

class Program {
  output = "";
  errors = "";
  readonly child: ChildProcess;
  readonly exited: Promise<unknown[]>;

  constructor(context: TestContext, behaviour: string) {
    const folder = mkdtempSync(join(tmpdir(), "hookgram-signals-"));
    this.child = spawn(process.execPath, [PROGRAM, join(folder, "bot.sqlite"), behaviour]);
    // Not its exit: what it has printed may still be on its way then.
    this.exited = once(this.child, "close");
    this.child.stdout!.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr!.on("data", (chunk: Buffer) => (this.errors += chunk.toString()));
    context.after(() => {
      this.child.kill("SIGKILL");
      rmSync(folder, { recursive: true });
    });
  }

  async said(text: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = text.exec(this.output);
      if (found !== null) return found;
      await once(this.child.stdout!, "data");
    }
  }

  async deliver(updateId: number): Promise<number> {
    const port = Number((await this.said(/port (\d+)/))[1]);
    const target = { port, path: "/hook", secret: "the-secret" };
    return (await deliver(target, messageUpdate(updateId))).status;
  }
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`${signal} lets a handler finish, cleans up and exits with 0`, async (context) => {
    const program = new Program(context, "slow");
    assert.equal(await program.deliver(7), 200);
    await program.said(/begun 7/);
    program.child.kill(signal);
    const [code] = await program.exited;
    assert.equal(code, 0);
    assert.match(program.output, /begun 7\nhandled 7\nclean\n$/);
    assert.equal(program.errors, "");
  });
}

for (const [signal, code] of [
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const) {
  test(`a second signal ends a drain at once, with ${code} for ${signal}`, async (context) => {
    const program = new Program(context, "stuck");
    await program.deliver(7);
    await program.said(/begun 7/);
    program.child.kill(signal);
    // The signal takes its time; the first 503 shows that it has arrived.
    for (let updateId = 8; (await program.deliver(updateId)) !== 503;) updateId += 1;
    program.child.kill(signal);
    assert.deepEqual(await program.exited, [code, null]);
    assert.doesNotMatch(program.output, /handled|clean/);
  });
}

test("a clean-up that fails is one line and exit code 1", async (context) => {
  const program = new Program(context, "dirty");
  await program.said(/port/);
  program.child.kill("SIGTERM");
  const [code] = await program.exited;
  assert.equal(code, 1);
  assert.equal(program.errors, "hookgram error: stopping failed: the broom is broken\n");
});
