/**
 * Runs the documentation: every ```ts fence of the Markdown files is type-checked as a file of its
 * own and then run with the pinned Node; every ```json fence must parse. A fence marked
 * ```ts check-only is not run (it would listen or need a token); one marked ```ts NAME.ts is a file
 * that the other fences can import as "./NAME.ts"; what such a file does is somebody else's to test. Exits 1 with file and line.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

interface Fence {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly mark: string;
  readonly code: string;
}

const root = fileURLToPath(new URL("..", import.meta.url));
/** Inside the repository, so that package names resolve; ignored by git. */
const folder = path.join(root, "docs", "out");
/** For a fence that does not end. One that does needs a second, and much more where others compute. */
const RUN_LIMIT_MS = 120_000;

function fencesOf(file: string): Fence[] {
  const text = readFileSync(path.join(root, file), "utf8");
  return [...text.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```/gm)].map((match) => ({
    file,
    line: text.slice(0, match.index).split("\n").length,
    language: match[1]!,
    mark: match[2]!.trim(),
    code: match[3]!,
  }));
}

function markdownFiles(): string[] {
  const listed = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
    { cwd: root, encoding: "utf8" },
  );
  return listed.split("\n").filter((name) => name !== "");
}

function isModule({ mark }: Fence): boolean {
  return /^[\w.-]+\.ts$/.test(mark);
}

function writeFences(fences: readonly Fence[]): Map<string, Fence> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const named = new Map<string, Fence>();
  for (const fence of fences) {
    const own = `${fence.file.replace(/[^\w]+/g, "-")}-${fence.line}.ts`;
    const name = isModule(fence) ? fence.mark : own;
    // A fence without imports is still a module of its own.
    writeFileSync(path.join(folder, name), `${fence.code}\nexport {};\n`);
    named.set(name, fence);
  }
  const config = { extends: "../../tsconfig.base.json", include: ["*.ts"] };
  const relaxed = { noUnusedLocals: false, noUnusedParameters: false };
  writeFileSync(
    path.join(folder, "tsconfig.json"),
    JSON.stringify({ ...config, compilerOptions: relaxed }),
  );
  return named;
}

/** Puts the Markdown file and its line where the compiler names our temporary file. */
function located(output: string, named: ReadonlyMap<string, Fence>): string {
  let text = output;
  for (const [name, { file, line }] of named) text = text.replaceAll(name, `${file}:${line}`);
  return text;
}

function checkTypes(named: ReadonlyMap<string, Fence>): string[] {
  const result = spawnSync("tsc", ["-p", path.join(folder, "tsconfig.json")], {
    cwd: folder,
    encoding: "utf8",
  });
  return result.status === 0 ? [] : [located(result.stdout + result.stderr, named)];
}

function runFence(name: string, fence: Fence): string[] {
  if (fence.mark === "check-only" || isModule(fence)) return [];
  const result = spawnSync(process.execPath, [path.join(folder, name)], {
    cwd: folder,
    encoding: "utf8",
    timeout: RUN_LIMIT_MS,
  });
  if (result.status === 0) return [];
  return [`${fence.file}:${fence.line} does not run: ${result.stderr || String(result.error)}`];
}

function jsonFindings(fence: Fence): string[] {
  try {
    JSON.parse(fence.code);
    return [];
  } catch (error) {
    return [`${fence.file}:${fence.line} is not JSON: ${(error as Error).message}`];
  }
}

const fences = markdownFiles().flatMap(fencesOf);
const named = writeFences(fences.filter(({ language }) => language === "ts"));
const findings = [
  ...fences.filter(({ language }) => language === "json").flatMap(jsonFindings),
  ...checkTypes(named),
  ...[...named].flatMap(([name, fence]) => runFence(name, fence)),
];
rmSync(folder, { recursive: true, force: true });
for (const finding of findings) process.stdout.write(`${finding}\n`);
process.exitCode = findings.length === 0 ? 0 : 1;
