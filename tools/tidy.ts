/**
 * Rules of the repository that no linter knows. Each finding says what to edit.
 * `node tools/tidy.ts` prints the findings and exits 1 when there are any.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import path from "node:path";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Which of our packages may be imported from where. ARCHITECTURE.md shows the same table. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "packages/bot-api": [],
  "packages/hookgram": ["@hookgram/bot-api"],
  "packages/runtime": ["@hookgram/bot-api", "hookgram"],
  "packages/emulator": ["@hookgram/bot-api"],
  "packages/dashboard": ["@hookgram/bot-api"],
  "packages/cli": [
    "@hookgram/bot-api",
    "hookgram",
    "@hookgram/runtime",
    "@hookgram/emulator",
    "@hookgram/dashboard",
  ],
};

/** Packages that must load in a browser or a worker; entries for Node alone are listed. */
const NO_NODE: Readonly<Record<string, readonly string[]>> = {
  "packages/bot-api": ["packages/bot-api/src/node.ts"],
  "packages/hookgram": [],
};

const BANNED_NAMES = /(^|\/)(types|utils|util|helpers|interfaces|common|misc)\.tsx?$/;

interface BannedCall {
  readonly pattern: RegExp;
  readonly instead: string;
  readonly allowed: RegExp;
}

const BANNED_CALLS: readonly BannedCall[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/,
    instead: "ask the injected Clock",
    allowed: /^packages\/(bot-api\/src\/clock\.ts|dashboard\/src\/page\/)/,
  },
  {
    pattern: /(?<![.\w])setTimeout\(|(?<![.\w])setInterval\(/,
    instead: "use Clock.after",
    allowed: /^packages\/(bot-api\/src\/clock\.ts|dashboard\/src\/page\/)/,
  },
  {
    pattern: /\bMath\.random\(/,
    instead: "take `random: () => number` as an option",
    allowed: /^$/,
  },
  { pattern: /\bSELECT \*/, instead: "name the columns", allowed: /^$/ },
  { pattern: /\bexport \*/, instead: "list the exported names", allowed: /^$/ },
  {
    pattern: /\bprocess\.exit\(/,
    instead: "set process.exitCode and let the process end",
    allowed: /^packages\/(cli\/|runtime\/src\/entry\/stop-on-signals)/,
  },
  { pattern: /\binnerHTML\b|dangerouslySetInnerHTML/, instead: "render text nodes", allowed: /^$/ },
];

interface SourceFile {
  readonly name: string;
  readonly text: string;
}

function trackedFiles(): SourceFile[] {
  const listed = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx", "*.md", "*.cjs"],
    { cwd: root, encoding: "utf8" },
  );
  return listed
    .split("\n")
    .filter((name) => name !== "" && existsSync(path.join(root, name)))
    .map((name) => ({ name, text: readFileSync(path.join(root, name), "utf8") }));
}

/** Code without comments, so that prose may name what code must not. Strings stay. */
function withoutComments(text: string): string {
  const blank = (comment: string): string => comment.replace(/[^\n]/g, " ");
  return text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/(^|\s)\/\/[^\n]*/g, blank);
}

function packageOf(name: string): string | undefined {
  return Object.keys(MAY_IMPORT).find((folder) => name.startsWith(`${folder}/`));
}

const isTest = (name: string): boolean => /\.test\.tsx?$|\.types\.ts$|\/test\//.test(name);
const isGenerated = (name: string): boolean => name.includes("/generated/");

function importFindings({ name, text }: SourceFile): string[] {
  const owner = packageOf(name);
  // The examples of a README import packages as their users do.
  if (owner === undefined || isTest(name) || name.endsWith(".md")) return [];
  const specifiers = [...withoutComments(text).matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)];
  const findings: string[] = [];
  for (const [, specifier = ""] of specifiers) {
    const ours = /^(@hookgram\/[\w-]+|hookgram)(\/|$)/.exec(specifier)?.[1];
    if (ours !== undefined && !MAY_IMPORT[owner]!.includes(ours)) {
      findings.push(
        `${name} imports ${ours}, which ${owner} may not: see MAY_IMPORT in tools/tidy.ts`,
      );
    }
    const isNode = specifier.startsWith("node:") || builtinModules.includes(specifier);
    if (isNode && NO_NODE[owner]?.includes(name) === false) {
      findings.push(
        `${name} imports ${specifier}: ${owner} must load in a browser, use Web standards`,
      );
    }
  }
  return findings;
}

function callFindings({ name, text }: SourceFile): string[] {
  if (packageOf(name) === undefined || isTest(name) || isGenerated(name)) return [];
  const lines = withoutComments(text).split("\n");
  return BANNED_CALLS.filter(({ allowed }) => !allowed.test(name)).flatMap(({ pattern, instead }) =>
    lines.flatMap((line, index) =>
      pattern.test(line) ? [`${name}:${index + 1} has ${pattern.exec(line)![0]}: ${instead}`] : [],
    ),
  );
}

function proseFindings({ name, text }: SourceFile): string[] {
  const findings: string[] = [];
  if (BANNED_NAMES.test(name)) findings.push(`${name}: name the file after its subject`);
  // Written in two halves so that this file does not find itself.
  const unfinished = new RegExp(`\\b(${"TO"}DO|${"FIX"}ME|${"X"}XX)\\b`);
  if (unfinished.test(text)) findings.push(`${name}: finish it, or open an issue and name it`);
  if (name.endsWith(".test.ts") && /\b(test|it|describe)\.only\(|\.skip\(true/.test(text)) {
    findings.push(`${name}: remove .only, so that every test runs`);
  }
  return findings;
}

/** The single examples are read whole, in the minute that somebody gives them. */
const EXAMPLE_LINES_MAX = 80;

function exampleFindings({ name, text }: SourceFile): string[] {
  const lines = text.trimEnd().split("\n").length;
  const isExample = /^examples\/(?!support-bot\/).*\.ts$/.test(name);
  if (!isExample || lines <= EXAMPLE_LINES_MAX) return [];
  return [`${name} has ${lines} lines: show one thing in ${EXAMPLE_LINES_MAX}, or make it two`];
}

/** Paths that the guides name in backticks must exist; a renamed file takes its mention along. */
function pathFindings({ name, text }: SourceFile): string[] {
  if (!/^(README|ARCHITECTURE|CONTRIBUTING)\.md$/.test(name)) return [];
  const paths = [
    ...text.matchAll(/`((?:packages|examples|test|tools|bench|docs|decisions)\/[^`*\s]+)`/g),
  ];
  return paths
    .map(([, mentioned = ""]) => mentioned)
    .filter((mentioned) => !mentioned.includes("NAME") && !existsSync(path.join(root, mentioned)))
    .map((mentioned) => `${name} names ${mentioned}, which does not exist`);
}

const findings = trackedFiles().flatMap((file) => [
  ...importFindings(file),
  ...callFindings(file),
  ...proseFindings(file),
  ...exampleFindings(file),
  ...pathFindings(file),
]);
for (const finding of findings) process.stdout.write(`${finding}\n`);
process.exitCode = findings.length === 0 ? 0 : 1;
