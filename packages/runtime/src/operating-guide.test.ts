/** Holds docs/operating.md to the code: it explains every line of the log and every error code. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";

import { RUNTIME_ERROR_CODES } from "./error.ts";

const guide = readFileSync(new URL("../../../docs/operating.md", import.meta.url), "utf8");

/** The cells of the tables' rows that have code in a cell, without its backticks. */
const rows = [...guide.matchAll(/^\| (.+) \|$/gm)].map(([, cells = ""]) =>
  cells.split("|").map((cell) => cell.trim()),
);
const codeIn = (cell = ""): string => /^`([^`]+)`/.exec(cell)?.[1] ?? "";

const sources = globSync("**/*.ts", { cwd: import.meta.dirname })
  .filter((name) => !name.endsWith(".test.ts"))
  .map((name) => readFileSync(path.join(import.meta.dirname, name), "utf8"));

/** The arguments of a call that begins at `from`, behind its parenthesis. */
function argumentsAt(text: string, from: number): string {
  let depth = 1;
  let end = from;
  for (; depth > 0; end += 1) depth += text[end] === "(" ? 1 : text[end] === ")" ? -1 : 0;
  return text.slice(from, end - 1);
}

/** Literal messages that are logged at this level; what they insert is `…`. */
function loggedIn(text: string, level: string): readonly string[] {
  const calls = [...text.matchAll(new RegExp(`[lL]og(?:ger)?\\??\\.${level}\\(`, "g"))];
  return calls.flatMap((call) => {
    const literals = argumentsAt(text, call.index + call[0].length).matchAll(/(["`])(.*?)\1/g);
    const messages = [...literals].map(([, , message = ""]) => message);
    return messages.filter((it) => it.includes(" ")).map((it) => it.replace(/\$\{.*?\}/g, "…"));
  });
}

describe("the guide for operators", () => {
  const messages = rows
    .filter(([level = ""]) => level === "error" || level === "warn")
    .map(([level, message]) => ({ level, message: codeIn(message) }));

  it("has every error code, and no other", () => {
    const [, codes = ""] = guide.split("## Errors by their code");
    const named = [...codes.matchAll(/^\| `([a-z-]+)`/gm)].map(([, code]) => code);
    assert.deepEqual(named, [...RUNTIME_ERROR_CODES]);
  });

  for (const level of ["error", "warn"]) {
    it(`has what the runtime logs as ${level}`, () => {
      const logged = sources.flatMap((text) => loggedIn(text, level));
      const told = messages.filter((row) => row.level === level).map(({ message }) => message);
      assert.ok(logged.length > 5);
      assert.deepEqual(
        logged.filter((message) => !told.includes(message)),
        [],
      );
    });
  }

  it("has no line that the code does not have", () => {
    const code = sources.join("\n");
    const isThere = ({ message }: { message: string }): boolean =>
      message !== "" && message.split("…").every((part) => code.includes(part));
    assert.deepEqual(
      messages.filter((row) => !isThere(row)),
      [],
    );
  });
});
