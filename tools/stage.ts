/**
 * Stages packages as a registry would carry them: JavaScript with a file for each entry (a process
 * that loads a hundred small modules waits for the disk a hundred times), and declarations. The
 * result is a folder from which `import("hookgram")` finds the built packages. `node tools/stage.ts`
 * prints it; benchmarks use it to compare like with like.
 */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { rollUpDeclarations } from "./roll-up-declarations.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Inside the repository, so that what the packages depend on is found; ignored by git. */
const OUT = path.join(ROOT, "tools", "out");

/** In the order in which they depend on each other. */
const FRAMEWORK = ["bot-api", "hookgram"];
/** What `npx hookgram` needs. The page is taken as it lies there, built. */
export const COMMAND = [...FRAMEWORK, "runtime", "emulator", "dashboard", "cli"];

export interface Staged {
  /** Where `import("hookgram")` finds the built packages. */
  readonly folder: string;
  /** The packages' own folders. */
  readonly packages: readonly string[];
}

/** Whoever may run at the same time as somebody else takes another `name` for the folder. */
export async function stagePackages(
  name = "stage",
  wanted: readonly string[] = FRAMEWORK,
): Promise<Staged> {
  const folder = path.join(OUT, name);
  rmSync(folder, { recursive: true, force: true });
  const packages: string[] = [];
  for (const source of wanted) packages.push(await stage(`packages/${source}`, folder));
  return { folder, packages };
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
}

async function stage(folder: string, into: string): Promise<string> {
  const text = readFileSync(path.join(ROOT, folder, "package.json"), "utf8");
  const manifest = JSON.parse(text) as Manifest;
  const source = path.join(into, "source", path.basename(folder));
  const target = path.join(into, "node_modules", manifest.name);
  mkdirSync(target, { recursive: true });
  cpSync(path.join(ROOT, folder, "src"), path.join(source, "src"), {
    recursive: true,
    // The sources of the page are in the page as it was built.
    filter: (file) => !/\.(test|types)\.ts$|[\\/]src[\\/]page$/.test(file),
  });
  // The sources are modules, which only a manifest beside them says.
  writeFileSync(path.join(source, "package.json"), '{ "type": "module" }');
  const dist = path.join(target, "dist");
  const page = path.join(ROOT, folder, "dist");
  if (existsSync(page)) cpSync(page, dist, { recursive: true });
  declare(source, dist);
  const entries = Object.values(manifest.exports);
  if (FRAMEWORK.includes(path.basename(folder)))
    rollUpDeclarations(
      dist,
      entries.map((entry) => path.basename(entry, ".ts")),
    );
  const started = globSync("src/**/*-worker.ts", { cwd: source });
  if (manifest.bin !== undefined) started.push(stageCommand(folder, target));
  await bundle(source, dist, [...entries, ...started]);
  for (const file of globSync("**/*.js", { cwd: dist })) leaveOutPaths(path.join(dist, file));
  for (const file of [`${folder}/README.md`, "LICENSE"])
    if (existsSync(path.join(ROOT, file)))
      copyFileSync(path.join(ROOT, file), path.join(target, path.basename(file)));
  writeFileSync(
    path.join(target, "package.json"),
    text.replaceAll(/"\.\/src\/([\w-]+)\.ts"/g, '"./dist/$1.js"'),
  );
  return target;
}

/** Copies the file that a shell starts, and gives the source that it goes on with. */
function stageCommand(folder: string, target: string): string {
  const name = "bin/hookgram.js";
  const text = readFileSync(path.join(ROOT, folder, name), "utf8");
  mkdirSync(path.join(target, "bin"));
  writeFileSync(path.join(target, name), text.replace("../src/main.ts", "../dist/main.js"));
  return "src/main.ts";
}

function declare(source: string, outDir: string): void {
  const config = {
    extends: path.join(ROOT, "tsconfig.base.json"),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      // What only our own modules may call is marked `@internal`, and leads to much that nobody can name.
      stripInternal: true,
      rewriteRelativeImportExtensions: true,
      rootDir: "src",
      outDir,
    },
    include: ["src"],
  };
  writeFileSync(path.join(source, "tsconfig.json"), JSON.stringify(config));
  execFileSync("tsc", ["-p", source], { stdio: "inherit" });
}

/** One file for each entry, and one for what they share. Readable, since people debug into it. */
async function bundle(source: string, outDir: string, entries: readonly string[]): Promise<void> {
  // Loaded here, so that whoever only imports this file does not wait for it.
  const { build } = await import("vite");
  await build({
    configFile: false,
    root: source,
    logLevel: "warn",
    build: {
      outDir,
      emptyOutDir: false,
      minify: false,
      target: "es2024",
      lib: { entry: entries.map((entry) => path.join(source, entry)), formats: ["es"] },
      rolldownOptions: {
        external: (name) => !name.startsWith(".") && !path.isAbsolute(name),
        // The declarations beside the code have them, and that is where an editor looks.
        output: { comments: false },
        // What an entry shares with the main one may then stay in the main one's file.
        preserveEntrySignatures: "allow-extension",
      },
    },
  });
}

/** The bundler marks where a module begins, with paths of the machine that it ran on. */
function leaveOutPaths(file: string): void {
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replaceAll(/^\/\/ tools\/out\/.*\n/gm, ""));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { folder } = await stagePackages();
  process.stdout.write(`${folder}\n`);
}
