/** A piece of a `.d.ts` file. A doc comment is one token, its text without the stars. */
export interface Token {
  readonly kind: "doc" | "word" | "string" | "number" | "mark" | "end";
  readonly text: string;
  readonly line: number;
}

const PATTERN =
  /(?<space>\s+|\/\/[^\n]*|\/\*(?!\*)[\s\S]*?\*\/)|(?<doc>\/\*\*[\s\S]*?\*\/)|(?<word>[A-Za-z_$][\w$]*)|(?<string>"(?:[^"\\]|\\.)*")|(?<number>\d+)|(?<mark>[{}()[\]<>|=?:;,.*])/uy;

/** Splits a declaration file; the last token is an `end`. Refuses what it does not know. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  const pattern = new RegExp(PATTERN);
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    if (!groups) throw new Error(`line ${line}: cannot read ${JSON.stringify(text[start])}`);
    const [kind, found] = Object.entries(groups).find(([, value]) => value !== undefined)!;
    if (kind !== "space") tokens.push(toToken(kind as Token["kind"], found, line));
    line += found.split("\n").length - 1;
  }
  tokens.push({ kind: "end", text: "", line });
  return tokens;
}

function toToken(kind: Token["kind"], found: string, line: number): Token {
  return { kind, text: kind === "doc" ? docText(found) : found, line };
}

function docText(comment: string): string {
  const lines = comment.slice(3, -2).split("\n");
  return lines
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();
}
