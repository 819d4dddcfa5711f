/** A text in Telegram's HTML. Comes from here alone, so that everything in it has been escaped. */
export interface Markup {
  readonly text: string;
  readonly parse_mode: "HTML";
}

/** What can be put into a text: `Markup` stays as it is, anything else is escaped. */
export type Piece = string | number | Markup;

/**
 * Writes a text with formatting: markup`Hello <b>${name}</b>`. The tags are yours; whatever comes in
 * through `${…}` is escaped, so that a person called `<b>` is greeted and breaks nothing.
 * @see https://core.telegram.org/bots/api#html-style
 */
export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return toMarkup(strings.reduce((all, part, index) => all + toHtml(pieces[index - 1]!) + part));
}

/** One text of several lines; `""` leaves a line free. */
export function lines(...pieces: readonly Piece[]): Markup {
  return toMarkup(pieces.map(toHtml).join("\n"));
}

const toMarkup = (text: string): Markup => ({ text, parse_mode: "HTML" });

function toHtml(piece: Piece): string {
  if (typeof piece === "object") return piece.text;
  return String(piece).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
