/** A program of examples/ as a process of its own, on the local Telegram. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import type { Telegram } from "@hookgram/emulator";

import { freePort } from "../../packages/runtime/test/free-port.ts";
import { startExampleTelegram, TOKEN } from "./example-stage.ts";

/** What a test talks to. */
export interface ExampleProgram {
  readonly telegram: Telegram;
  /** Where the program listens. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts `examples/FILE` with the environment that its first lines ask for; there once it is ready. */
export async function startProgram(file: string): Promise<ExampleProgram> {
  const telegram = await startExampleTelegram();
  const folder = mkdtempSync(path.join(tmpdir(), "example-program-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL(`../../examples/${file}`, import.meta.url))],
    {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        BOT_TOKEN: TOKEN,
        PUBLIC_URL: url,
        PORT: String(port),
        BOT_API_ROOT: telegram.url,
      },
    },
  );
  const close = async (): Promise<void> => {
    await endProcess(child);
    await telegram.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const ended = once(child, "exit").then(([code]) => `ended with ${String(code)}`);
  const first = await Promise.race([once(child.stdout, "data").then(() => undefined), ended]);
  if (first === undefined) return { telegram, url, close };
  await close();
  throw new Error(`${file} ${first} before it was ready`);
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
