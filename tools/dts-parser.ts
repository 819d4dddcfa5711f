/**
 * Reads the declaration files of `@gramio/types`, which are generated and therefore regular:
 * imports, interfaces and type aliases, with a doc comment before each thing. TypeScript 7 has no
 * interface for programs, and this little of its grammar is read in less time than its start takes.
 */
import { type Token, tokensOf } from "./dts-tokens.ts";

/** A type expression. */
export type TypeNode =
  | { readonly kind: "name"; readonly name: string; readonly args: readonly TypeNode[] }
  | { readonly kind: "literal"; readonly value: string | number }
  | { readonly kind: "array"; readonly of: TypeNode }
  | { readonly kind: "union"; readonly of: readonly TypeNode[] }
  /** An object type with one method, such as `{ toString(): string }`. */
  | { readonly kind: "method"; readonly name: string; readonly returns: TypeNode }
  | { readonly kind: "keyof"; readonly of: TypeNode };

/** A property of an interface. */
export interface Member {
  readonly name: string;
  readonly optional: boolean;
  readonly type: TypeNode;
  readonly doc: string;
}

/** An exported interface or type alias, in the order of the file. */
export type Declaration =
  | {
      readonly kind: "interface";
      readonly name: string;
      readonly doc: string;
      readonly members: readonly Member[];
    }
  | {
      readonly kind: "alias";
      readonly name: string;
      readonly doc: string;
      readonly type: TypeNode;
    };

/** Reads all exported declarations. Throws at the first thing that it does not know. */
export function parseDeclarations(text: string): Declaration[] {
  const parser = new Parser(tokensOf(text));
  const found: Declaration[] = [];
  while (!parser.done) {
    const doc = parser.takeDoc();
    if (parser.take("import")) parser.skipImport();
    else found.push(parser.declaration(doc));
  }
  return found;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#next.kind === "end";
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  /** Steps over the next token if it reads `text`. */
  take(text: string): boolean {
    const found = this.#next.text === text && this.#next.kind !== "doc";
    if (found) this.#at += 1;
    return found;
  }

  /** The last of the doc comments here: the first in a file is about the file. */
  takeDoc(): string {
    let doc = "";
    for (; this.#next.kind === "doc"; this.#at += 1) doc = this.#next.text;
    return doc;
  }

  skipImport(): void {
    while (this.#next.kind !== "string") this.#at += 1;
    this.#at += 1;
  }

  declaration(doc: string): Declaration {
    this.#expect("export");
    if (this.take("interface")) {
      const name = this.#word();
      this.#skipTypeParameters();
      return { kind: "interface", name, doc, members: this.#members() };
    }
    this.#expect("type");
    const name = this.#word();
    this.#skipTypeParameters();
    this.#expect("=");
    return { kind: "alias", name, doc, type: this.#type() };
  }

  #members(): Member[] {
    const members: Member[] = [];
    this.#expect("{");
    while (!this.take("}")) {
      const doc = this.takeDoc();
      const name = this.#word();
      const optional = this.take("?");
      this.#expect(":");
      members.push({ name, optional, doc, type: this.#type() });
    }
    return members;
  }

  #type(): TypeNode {
    this.take("|");
    const of = [this.#postfix()];
    while (this.take("|")) of.push(this.#postfix());
    return of.length === 1 ? of[0]! : { kind: "union", of };
  }

  #postfix(): TypeNode {
    let type = this.#primary();
    while (this.take("[")) {
      this.#expect("]");
      type = { kind: "array", of: type };
    }
    return type;
  }

  #primary(): TypeNode {
    const { kind, text } = this.#next;
    if (kind === "string" || kind === "number") {
      this.#at += 1;
      return { kind: "literal", value: JSON.parse(text) as string | number };
    }
    if (this.take("(")) {
      const type = this.#type();
      this.#expect(")");
      return type;
    }
    if (this.take("{")) return this.#method();
    if (this.take("keyof")) return { kind: "keyof", of: this.#postfix() };
    return this.#reference();
  }

  #method(): TypeNode {
    const name = this.#word();
    for (const mark of ["(", ")", ":"]) this.#expect(mark);
    const returns = this.#type();
    this.#expect("}");
    return { kind: "method", name, returns };
  }

  /** A name, with the namespace that it was imported under left out: `Objects.TelegramUser`. */
  #reference(): TypeNode {
    let name = this.#word();
    while (this.take(".")) name = this.#word();
    const args: TypeNode[] = [];
    if (this.take("<")) {
      do args.push(this.#type());
      while (this.take(","));
      this.#expect(">");
    }
    return { kind: "name", name, args };
  }

  #skipTypeParameters(): void {
    if (!this.take("<")) return;
    while (!this.take(">")) this.#at += 1;
  }

  #word(): string {
    const { kind, text } = this.#next;
    if (kind !== "word") throw this.#surprise("a name");
    this.#at += 1;
    return text;
  }

  #expect(text: string): void {
    if (!this.take(text)) throw this.#surprise(JSON.stringify(text));
  }

  #surprise(expected: string): Error {
    const { text, line } = this.#next;
    return new Error(`line ${line}: expected ${expected}, found ${JSON.stringify(text)}`);
  }
}
