import type { MessageEntity, User } from "@hookgram/bot-api";
import { HookgramError } from "../error.ts";

/**
 * A text with its formatting beside it, as Telegram itself keeps it: nothing needs to be escaped, and
 * offsets are counted in UTF-16 units, which is what JavaScript's strings count in. `reply` and `edit`
 * take it in place of a text; other calls get it by `...`: api.sendMessage({ chat_id, ...fmt`Hi` }).
 * A message that came in is such a text, too, and keeps its formatting.
 * @see https://core.telegram.org/bots/api#messageentity
 */
export interface Formatted {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
}

/** What can be put into a {@link fmt}: texts are taken as they are. */
export type FormatPiece = PlainPiece | { readonly text: string; readonly entities?: Entities };

/** What can be put where Telegram keeps no formatting. */
export type PlainPiece = string | number | bigint;

type Entities = readonly MessageEntity[] | undefined;
type Mark = Omit<MessageEntity, "offset" | "length">;

/** A kind of formatting, for a piece, bold(name), or for a template, bold`Dear ${name}`. */
export interface FormatStyle {
  (piece: FormatPiece): Formatted;
  (strings: TemplateStringsArray, ...pieces: readonly FormatPiece[]): Formatted;
}

/**
 * Writes a text with formatting by entities: fmt`Dear ${bold(name)}, see ${link("this", url)}`. Pieces
 * nest to any depth. Where Telegram does not keep a combination (a quotation in a quotation, a link
 * in a link), the outer one stays.
 * @throws HookgramError `bad-argument` for a piece that is none.
 */
export function fmt(strings: TemplateStringsArray, ...pieces: readonly FormatPiece[]): Formatted {
  return concat(strings.flatMap((text, index) => [text, ...pieces.slice(index, index + 1)]));
}

/**
 * The pieces with a separator between them, a line break unless another is given; `""` among them
 * leaves a line free.
 * @throws HookgramError `bad-argument` for a piece that is none.
 */
export function joinFmt(pieces: readonly FormatPiece[], separator: FormatPiece = "\n"): Formatted {
  return concat(pieces.flatMap((piece, index) => (index === 0 ? [piece] : [separator, piece])));
}

/** Bold text. */
export const bold = style({ type: "bold" });
/** Italic text. */
export const italic = style({ type: "italic" });
/** Underlined text. */
export const underline = style({ type: "underline" });
/** Text with a line through it. */
export const strike = style({ type: "strikethrough" });
/** Text that is hidden until it is tapped. */
export const spoiler = style({ type: "spoiler" });
/** A quotation, of one or more lines. It cannot stand in another one. */
export const blockquote = style({ type: "blockquote" });
/** A quotation of which the first lines are shown until it is tapped. */
export const expandableBlockquote = style({ type: "expandable_blockquote" });

/** Monospaced text in a line. Telegram keeps no other formatting in it. */
export function code(piece: PlainPiece): Formatted {
  return mark(piece, { type: "code" });
}

/** A monospaced block, coloured as its language, "typescript" for example, where one is named. */
export function pre(piece: PlainPiece, language?: string): Formatted {
  return mark(piece, { type: "pre", ...(language === undefined ? {} : { language }) });
}

/** Text that opens a URL. */
export function link(piece: FormatPiece, url: string | URL): Formatted {
  return mark(piece, { type: "text_link", url: String(url) });
}

/**
 * Names a user by id, who need not have a username: mention(from.first_name, from). Telegram shows it
 * as plain text when the bot has not met the user.
 */
export function mention(piece: FormatPiece, user: number | Pick<User, "id">): Formatted {
  const formatted = toFormatted(piece);
  const id = typeof user === "number" ? user : user.id;
  // Telegram reads the id and nothing else; the wire type asks for the rest.
  const named = { id, is_bot: false, first_name: formatted.text };
  return mark(formatted, { type: "text_mention", user: named });
}

/** A custom emoji by its id; `emoji` is the ordinary one that stands in its place elsewhere. */
export function customEmoji(emoji: string, id: string): Formatted {
  return mark(emoji, { type: "custom_emoji", custom_emoji_id: id });
}

function style(how: Mark): FormatStyle {
  return (first: FormatPiece | TemplateStringsArray, ...pieces: readonly FormatPiece[]) =>
    mark(isTemplate(first) ? fmt(first, ...pieces) : first, how);
}

function isTemplate(value: FormatPiece | TemplateStringsArray): value is TemplateStringsArray {
  return Array.isArray(value);
}

function mark(piece: FormatPiece, how: Mark): Formatted {
  const { text, entities } = toFormatted(piece);
  if (text === "") return { text, entities };
  return { text, entities: [{ ...how, offset: 0, length: text.length }, ...entities] };
}

function concat(pieces: readonly FormatPiece[]): Formatted {
  let text = "";
  const entities: MessageEntity[] = [];
  for (const piece of pieces) {
    const added = toFormatted(piece);
    for (const entity of added.entities)
      entities.push({ ...entity, offset: entity.offset + text.length });
    text += added.text;
  }
  return { text, entities };
}

function toFormatted(piece: FormatPiece): Formatted {
  if (typeof piece === "string") return { text: piece, entities: [] };
  if (typeof piece === "number" || typeof piece === "bigint")
    return { text: String(piece), entities: [] };
  if (isFormatted(piece)) return { text: piece.text, entities: piece.entities ?? [] };
  throw new HookgramError(
    "bad-argument",
    `fmt: a piece is a text, a number or a formatted text, not ${describePiece(piece)}`,
  );
}

function isFormatted(piece: unknown): piece is { text: string; entities?: Entities } {
  if (typeof piece !== "object" || piece === null) return false;
  // Its tags would be shown as they are.
  if ("parse_mode" in piece) return false;
  return "text" in piece && typeof piece.text === "string";
}

function describePiece(piece: unknown): string {
  if (typeof piece !== "object" || piece === null) return String(piece);
  return "parse_mode" in piece ? "html" : "object";
}
