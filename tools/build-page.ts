/**
 * Builds the chat page (packages/dashboard/src/page) into packages/dashboard/dist, unless the page
 * that lies there was built from the same sources with the same dependencies. Prints one line when
 * it built, nothing when it did not have to. `npm start` and `npm test` run it first.
 */
import { createHash } from "node:crypto";
import { globSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const dashboard = path.join(root, "packages", "dashboard");
const dist = path.join(dashboard, "dist");
/** A dot file is no part of the page and never served. */
const STAMP = ".built-from";

function sourceFiles(): string[] {
  const page = globSync("packages/dashboard/src/page/**/*.{ts,tsx,css,html,svg,json}", {
    cwd: root,
  });
  const built = page.filter((name) => !name.endsWith(".test.ts"));
  const rest = ["packages/dashboard/vite.config.ts", "tools/build-page.ts", "package-lock.json"];
  return [...built, ...rest].toSorted();
}

function sourceHash(): string {
  const hash = createHash("sha256");
  for (const name of sourceFiles()) {
    const bytes = readFileSync(path.join(root, name));
    hash.update(`${name.split(path.sep).join("/")}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

function isBuiltFrom(hash: string): boolean {
  try {
    return readFileSync(path.join(dist, STAMP), "utf8") === hash;
  } catch {
    return false;
  }
}

/** Built beside the old page and swapped in whole, so that a running server never sees half. */
async function buildPage(hash: string): Promise<void> {
  const fresh = path.join(dashboard, "out", `page-${process.pid}`);
  const configFile = path.join(dashboard, "vite.config.ts");
  // Vite's command line sets this before it loads anything; without it the development JSX is built.
  process.env["NODE_ENV"] = "production";
  // Loaded here, so that a page that is up to date costs no time.
  const { build } = await import("vite");
  await build({ configFile, build: { outDir: fresh, emptyOutDir: true } });
  writeFileSync(path.join(fresh, STAMP), hash);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

function describeDist(): string {
  const names = globSync("**/*.*", { cwd: dist }).filter((name) => name !== STAMP);
  const files = names
    .map((name) => path.join(dist, name))
    .filter((file) => statSync(file).isFile());
  const contents = files.map((file) => readFileSync(file));
  const size = contents.reduce((sum, bytes) => sum + bytes.length, 0);
  const packed = contents.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0);
  return `${files.length} files, ${kilobytes(size)} (${kilobytes(packed)} gzipped)`;
}

const hash = sourceHash();
if (!isBuiltFrom(hash)) {
  try {
    await buildPage(hash);
    process.stdout.write(`Built the chat page: ${describeDist()}\n`);
  } catch (error) {
    // Another process may have built the same page and been quicker: then it is there.
    const isThere = isBuiltFrom(hash);
    const reason = error instanceof Error ? error.message : String(error);
    if (!isThere) process.stderr.write(`The chat page could not be built: ${reason}\n`);
    process.exitCode = isThere ? 0 : 1;
  }
}
