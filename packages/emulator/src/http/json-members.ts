/** Deeper nesting than this is a fault, as in Telegram's reader. */
const DEPTH_MAX = 100;
const SPACE = /[ \t\r\n]*/y;
const STRING = /"[^"\\]*(?:\\[^][^"\\]*)*"/y;
const NUMBER = /[-+.\d][-+.\deE]*/y;
const WORD = /true|false|null/y;

/**
 * The members of a JSON object as (name, value) pairs: strings decoded, every other value as its
 * raw text. Reading stops at the first fault and keeps what came before it, because Telegram's
 * server does not refuse malformed JSON. A text that is one JSON string is the member `content`;
 * any other text has no members.
 */
export function* readJsonMembers(text: string): Generator<readonly [string, string]> {
  const reader = new JsonReader(text);
  reader.skipSpace();
  if (reader.peek() === '"') {
    const content = reader.string();
    if (content !== undefined && reader.isAtEnd()) yield ["content", content];
    return;
  }
  if (!reader.take("{")) return;
  for (;;) {
    reader.skipSpace();
    if (reader.take("}")) return;
    const name = reader.name();
    const value = name === undefined ? undefined : reader.value();
    if (name === undefined || value === undefined) return;
    yield [name, value];
    reader.skipSpace();
    if (reader.peek() !== "}" && !reader.take(",")) return;
  }
}

/** A cursor over JSON text. A method that meets a fault returns undefined or false. */
class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  peek(): string | undefined {
    return this.#text[this.#at];
  }

  isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  skipSpace(): void {
    this.#match(SPACE);
  }

  string(): string | undefined {
    const raw = this.#match(STRING);
    return raw === undefined ? undefined : decodeString(raw.slice(1, -1));
  }

  /** A member's name with the colon after it. */
  name(): string | undefined {
    const name = this.string();
    this.skipSpace();
    return this.take(":") ? name : undefined;
  }

  /** A decoded string, or the raw text of any other value. */
  value(): string | undefined {
    this.skipSpace();
    if (this.peek() === '"') return this.string();
    const start = this.#at;
    return this.#skipValue(DEPTH_MAX) ? this.#text.slice(start, this.#at) : undefined;
  }

  /** Passes one value without building it. The recursion is bounded by `depth`. */
  #skipValue(depth: number): boolean {
    this.skipSpace();
    if (depth < 0) return false;
    if (this.take("{")) return this.#skipList("}", () => this.#skipMember(depth));
    if (this.take("[")) return this.#skipList("]", () => this.#skipValue(depth - 1));
    if (this.peek() === '"') return this.string() !== undefined;
    return this.#match(WORD) !== undefined || this.#match(NUMBER) !== undefined;
  }

  #skipMember(depth: number): boolean {
    return this.name() !== undefined && this.#skipValue(depth - 1);
  }

  #skipList(closer: string, skipItem: () => boolean): boolean {
    this.skipSpace();
    if (this.take(closer)) return true;
    for (;;) {
      if (!skipItem()) return false;
      this.skipSpace();
      if (this.take(closer)) return true;
      if (!this.take(",")) return false;
      this.skipSpace();
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Decodes the inside of a JSON string; an unknown escape stands for its character. */
function decodeString(inner: string): string | undefined {
  if (!inner.includes("\\")) return inner;
  if (/(?<!\\)(?:\\\\)*\\u(?![0-9A-Fa-f]{4})/.test(inner)) return undefined;
  return inner.replace(/\\(?:u([0-9A-Fa-f]{4})|([^]))/g, (_, code?: string, escaped?: string) =>
    code === undefined
      ? (ESCAPES[escaped ?? ""] ?? escaped ?? "")
      : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
