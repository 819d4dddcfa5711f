import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/**
 * The first thing that is wrong with some input, as one line: where, which rule, which value is
 * expected. A key that nobody knows comes first, because it is mostly a misspelt one that is
 * missing elsewhere.
 */
export function firstProblem(error: z.ZodError): string {
  const issues = error.issues.map(deepest);
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  if (issue === undefined) return "the input is not valid";
  if (issue.code === "unrecognized_keys") return unknownKey(issue);
  const where = pathText(issue.path);
  const message = lowerFirst(issue.message.replace(/^Invalid input: /, ""))
    // Nobody sends "undefined".
    .replace(/^(expected .*), received undefined$/, "missing, $1");
  return where === "" ? message : `${where}: ${message}`;
}

function unknownKey(issue: Issue & { readonly code: "unrecognized_keys" }): string {
  const keys = issue.keys.map((key) => `"${key}"`).join(", ");
  const where = pathText(issue.path);
  return `unknown key ${keys}${where === "" ? "" : ` in ${where}`}`;
}

/** For a choice of shapes, the problem with the shape that got furthest says most. */
function deepest(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.flat().find(({ path, code }) => path.length > 0 && code !== "custom");
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
