/**
 * `npm run mutants [-- TEXT …]`: plants each deliberate fault whose description contains one of the
 * texts (default: all of them) into a copy of the repository, and runs the test that has to find it. Exits
 * with 1 when a fault survives, or cannot be planted because the code has changed.
 */
import { spawnSync } from "node:child_process";
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { type Mutant, MUTANTS } from "./mutants.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A fault that makes its test hang has been found too. */
const TEST_TIMEOUT_MS = 180_000;

/** Our own packages: in the copy these names lead to the copy. */
const OURS = /^(hookgram|@hookgram)$/;

type Verdict = "caught" | "survived" | "not found in the code" | "its test fails without it";

function main(wanted: readonly string[]): void {
  const mutants = MUTANTS.filter(
    ({ fault }) => wanted.length === 0 || wanted.some((text) => fault.includes(text)),
  );
  if (mutants.length === 0) {
    const rule = `no fault of ${MUTANTS.length} has ${wanted.join(" or ")} in its description`;
    process.stderr.write(`mutants: ${rule}; test/mutants has them\n`);
    process.exitCode = 1;
    return;
  }
  const copy = makeCopy();
  const passing = new Set<string>();
  let bad = 0;
  try {
    for (const mutant of mutants) {
      const verdict = judge(copy, mutant, passing);
      if (verdict !== "caught") bad += 1;
      process.stdout.write(`${verdict}: ${mutant.fault} (${mutant.test})\n`);
    }
  } finally {
    rmSync(copy, { recursive: true });
  }
  process.stdout.write(`${mutants.length - bad} of ${mutants.length} caught\n`);
  process.exitCode = bad === 0 ? 0 : 1;
}

function judge(copy: string, mutant: Mutant, passing: Set<string>): Verdict {
  const path = join(copy, mutant.file);
  const original = readFileSync(path, "utf8");
  if (original.split(mutant.search).length !== 2) return "not found in the code";
  const name = `${mutant.testFile} ${mutant.test}`;
  if (!passing.has(name) && !passes(copy, mutant)) return "its test fails without it";
  passing.add(name);
  writeFileSync(
    path,
    original.replace(mutant.search, () => mutant.replacement),
  );
  try {
    return passes(copy, mutant) ? "survived" : "caught";
  } finally {
    writeFileSync(path, original);
  }
}

/** Whether the test runs and passes. */
function passes(copy: string, { testFile, test }: Mutant): boolean {
  const pattern = test.replaceAll(/[^\w\s]/g, "\\$&");
  // What a failing test has left open must not keep its process.
  const ending = ["--test-force-exit", `--test-timeout=${TEST_TIMEOUT_MS}`];
  const options = [`--test-name-pattern=${pattern}`, ...ending];
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--test", "--test-reporter=tap", ...options, testFile],
    { cwd: copy, encoding: "utf8", timeout: 2 * TEST_TIMEOUT_MS, killSignal: "SIGKILL" },
  );
  const count = Number(/^# pass (\d+)$/m.exec(stdout)?.[1] ?? 0);
  return status === 0 && count > 0;
}

/** Everything that git knows or would know, and links to what is installed. */
function makeCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), "hookgram-mutants-"));
  const options = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", options, { cwd: ROOT, encoding: "utf8" });
  for (const file of listed.split("\n").filter((name) => /^(packages|test|package\.)/.test(name))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(ROOT, file), join(copy, file));
  }
  const modules = join(ROOT, "node_modules");
  mkdirSync(join(copy, "node_modules", "@hookgram"), { recursive: true });
  for (const name of readdirSync(modules).filter((entry) => !OURS.test(entry))) {
    symlinkSync(join(modules, name), join(copy, "node_modules", name));
  }
  for (const name of readdirSync(join(copy, "packages"))) {
    const ours = name === "hookgram" ? name : `@hookgram/${name}`;
    symlinkSync(join(copy, "packages", name), join(copy, "node_modules", ours));
  }
  return copy;
}

main(process.argv.slice(2));
