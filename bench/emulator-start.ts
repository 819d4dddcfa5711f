import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { COMMAND, stagePackages } from "../tools/stage.ts";
import { type BenchRow, median } from "./row.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SAMPLES = 15;

/** What a test waits for: from before the import until the emulator can be called. */
const READY = `
  const begin = performance.now();
  const { startTelegram } = await import("@hookgram/emulator");
  const telegram = await startTelegram({ port: 0 });
  process.stdout.write(String(performance.now() - begin));
  await telegram.close();
`;

/**
 * How long one waits for the emulator in a fresh process, in milliseconds: in a test, as installed and
 * in this repository, and for the line of the installed command.
 */
export async function benchEmulatorStart(): Promise<BenchRow[]> {
  const { folder } = await stagePackages("stage-of-emulator-start", COMMAND);
  const contenders = [
    { name: "startTelegram, installed", measure: async () => readyMs(folder) },
    { name: "startTelegram, from source", measure: async () => readyMs(ROOT) },
    { name: "hookgram telegram, installed", measure: () => commandMs(folder) },
  ];
  const times = contenders.map(() => [] as number[]);
  // In turn, so that a busy moment of the machine hits all; the first fills the disk's cache.
  for (let sample = 0; sample <= SAMPLES; sample += 1)
    for (const [index, { measure }] of contenders.entries()) {
      const time = await measure();
      if (sample > 0) times[index]!.push(time);
    }
  return contenders.map(({ name }, index) => ({
    bench: "emulator",
    case: name,
    metric: "ready",
    unit: "ms",
    value: median(times[index]!),
    against: null,
    ratio: null,
  }));
}

function readyMs(cwd: string): number {
  const args = ["--input-type=module", "--eval", READY];
  return Number(execFileSync(process.execPath, args, { cwd, encoding: "utf8" }));
}

/** From the start of the process until it has printed where it listens. */
async function commandMs(folder: string): Promise<number> {
  const command = path.join(folder, "node_modules", "@hookgram", "cli", "bin", "hookgram.js");
  const begin = performance.now();
  const child = spawn(process.execPath, [command, "telegram", "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const tookMs = performance.now() - begin;
  child.kill();
  await once(child, "exit");
  return tookMs;
}
