import { HookgramError } from "../error.ts";

/**
 * A text in Telegram's HTML, whose tags come from the program and from nobody else. `reply` and `edit`
 * take it in place of a text; its properties are named as the Bot API's parameters are, for all other
 * calls: api.sendMessage({ chat_id, ...html`<b>Hi</b>` }).
 *
 * **Invariant:** only `html` and `joinHtml` make one. An object of the same shape, such as one that
 * was read from JSON or a copy, is no piece of another one.
 * @see https://core.telegram.org/bots/api#html-style
 */
export interface Html {
  readonly text: string;
  readonly parse_mode: "HTML";
  readonly [safe]: true;
}

declare const safe: unique symbol;

/** All that was made here. In the objects themselves it would show in calls and in tests. */
const SAFE = new WeakSet<object>();

/** What can be put into a text: {@link Html} stays as it is, anything else is escaped. */
export type HtmlPiece = string | number | bigint | Html;

/**
 * Writes a text with formatting: html`Hello <b>${name}</b>`. The tags are the program's; whatever comes
 * in through `${…}` is escaped, so that a person called `<b>` is greeted and breaks nothing. That holds
 * between tags and in an attribute in double quotes: html`<a href="${url}">here</a>`.
 * @throws HookgramError `bad-argument` for a piece that is none.
 */
export function html(strings: TemplateStringsArray, ...pieces: readonly HtmlPiece[]): Html {
  return toHtml(String.raw({ raw: strings }, ...pieces.map(toSource)));
}

/**
 * The pieces with a separator between them, a line break unless another is given; `""` among them
 * leaves a line free.
 * @throws HookgramError `bad-argument` for a piece that is none.
 */
export function joinHtml(pieces: readonly HtmlPiece[], separator: HtmlPiece = "\n"): Html {
  return toHtml(pieces.map(toSource).join(toSource(separator)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** The text as it has to stand in Telegram's HTML; for texts that are put together by other means. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}

function toHtml(text: string): Html {
  const made = Object.freeze({ text, parse_mode: "HTML" });
  SAFE.add(made);
  return made as Html;
}

function toSource(piece: HtmlPiece): string {
  if (typeof piece === "object" && SAFE.has(piece)) return piece.text;
  if (typeof piece === "string") return escapeHtml(piece);
  if (typeof piece === "number" || typeof piece === "bigint") return String(piece);
  throw new HookgramError(
    "bad-argument",
    `html: a piece is a text, a number or html itself, not ${piece === null ? "null" : typeof piece}`,
  );
}
