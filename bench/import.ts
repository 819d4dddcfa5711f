import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { stagePackages } from "../tools/stage.ts";
import { type BenchRow, median, withRatios } from "./row.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SAMPLES = 31;
const OTHERS = ["grammy", "telegraf", "gramio", "node-telegram-bot-api"];

/**
 * What it costs to have a framework: milliseconds from the first to the last line of its modules in
 * a fresh process, and kilobytes of its archive, packed and unpacked, those of its dependencies
 * included.
 */
export async function benchImport(): Promise<BenchRow[]> {
  const staged = await stagePackages();
  const contenders = [
    { name: "hookgram", folder: staged.folder, packages: withDependencies(staged.packages) },
    ...OTHERS.map((name) => ({
      name,
      folder: ROOT,
      packages: withDependencies([path.join(ROOT, "node_modules", name)]),
    })),
  ];
  const times = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  // In turn, so that a busy moment of the machine hits all; the first fills the disk's cache.
  for (let sample = 0; sample <= SAMPLES; sample += 1)
    for (const { name, folder } of contenders) {
      const time = importTimeMs(name, folder);
      if (sample > 0) times.get(name)!.push(time);
    }
  const rows = contenders.flatMap(({ name, packages }) => {
    const { packed, installed } = sizesKb(packages);
    return [
      { case: name, metric: "import", unit: "ms", value: median(times.get(name)!) },
      { case: name, metric: "packed", unit: "KB", value: packed },
      { case: name, metric: "installed", unit: "KB", value: installed },
    ].map((row) => ({ bench: "import", ...row }));
  });
  return withRatios(rows, "node-telegram-bot-api");
}

function importTimeMs(name: string, cwd: string): number {
  const script =
    `const begin = performance.now(); await import(${JSON.stringify(name)}); ` +
    `process.stdout.write(String(performance.now() - begin));`;
  const args = ["--input-type=module", "--eval", script];
  return Number(execFileSync(process.execPath, args, { cwd, encoding: "utf8" }));
}

/** What `npm pack --json` says of one. */
interface Archive {
  readonly size: number;
  readonly unpackedSize: number;
}

/** What `npm pack` makes of these folders, and what is unpacked of it, in thousands of bytes. */
function sizesKb(folders: readonly string[]): { packed: number; installed: number } {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts", ...folders];
  const output = execFileSync("npm", args, { cwd: ROOT, encoding: "utf8" });
  const archives = Object.values(JSON.parse(output) as Record<string, Archive>);
  const bytes = (of: keyof Archive): number => archives.reduce((sum, one) => sum + one[of], 0);
  return { packed: bytes("size") / 1000, installed: bytes("unpackedSize") / 1000 };
}

/** The folders of these packages and of everything that is installed because of them. */
function withDependencies(folders: readonly string[]): readonly string[] {
  const found = new Map<string, string>();
  for (const folder of folders) collect(folder, found);
  return [...found.values()];
}

function collect(folder: string, found: Map<string, string>): void {
  const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  if (found.has(manifest.name)) return;
  found.set(manifest.name, folder);
  for (const name of Object.keys(manifest.dependencies ?? {})) collect(locate(name, folder), found);
}

/** Where Node finds a package that is imported from this folder. */
function locate(name: string, from: string): string {
  for (let folder = realpathSync(from); folder !== "/"; folder = path.dirname(folder)) {
    const candidate = path.join(folder, "node_modules", name);
    if (existsSync(path.join(candidate, "package.json"))) return candidate;
  }
  throw new Error(`${name}, which ${from} depends on, is not installed`);
}
