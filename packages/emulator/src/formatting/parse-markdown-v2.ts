import type { MessageEntity } from "@hookgram/bot-api";
import { linkedEmojiId, linkedTime } from "./checked-link.ts";
import type { FormattedText } from "./formatted-text.ts";
import { byteOffset, cannotParse, sortEntities } from "./formatted-text.ts";
import { linkEntity } from "./parse-html.ts";
import { readPreStart } from "./pre-start.ts";

/** The kinds of entities by the names that Telegram's errors use. */
type Kind =
  | "Bold"
  | "Italic"
  | "Underline"
  | "Strikethrough"
  | "Spoiler"
  | "Code"
  | "Pre"
  | "PreCode"
  | "TextUrl"
  | "CustomEmoji"
  | "BlockQuote";

const TYPES: Readonly<Partial<Record<Kind, MessageEntity["type"]>>> = {
  Bold: "bold",
  Italic: "italic",
  Underline: "underline",
  Strikethrough: "strikethrough",
  Spoiler: "spoiler",
  Code: "code",
  Pre: "pre",
  PreCode: "pre",
};

/** The mark that ends each kind; quotations end with their last line. */
const END_MARKS: Readonly<Record<Exclude<Kind, "BlockQuote">, string>> = {
  Bold: "*",
  Italic: "_",
  Underline: "__",
  Strikethrough: "~",
  Spoiler: "||",
  Code: "`",
  Pre: "```",
  PreCode: "```",
  TextUrl: "]",
  CustomEmoji: "]",
};

const RESERVED = new Set("_*[]()~`>#+-=|{}.!\n");

interface OpenEntity {
  readonly kind: Kind;
  readonly language: string;
  /** Where it begins in the result. */
  readonly begin: number;
  /** Where its mark stands in the source. */
  readonly sourceIndex: number;
}

/**
 * Reads the MarkdownV2 style.
 * @see https://core.telegram.org/bots/api#markdownv2-style
 * @throws {Refusal} `can't parse entities: …` with Telegram's reason.
 */
export function parseMarkdownV2(source: string): FormattedText {
  return new MarkdownV2Reader(source).read();
}

/**
 * One pass over the source. `#at` is the next character; `#text` is what has been read.
 *
 * **Invariant:** `#isInQuote` is true exactly while a `BlockQuote` is among the open entities.
 */
class MarkdownV2Reader {
  readonly #source: string;
  readonly #open: OpenEntity[] = [];
  readonly #entities: MessageEntity[] = [];
  #text = "";
  #at = 0;
  #isInQuote = false;
  /** Whether a `>` here would be at the beginning of a line. */
  #isAtLineStart = true;

  constructor(source: string) {
    this.#source = source;
  }

  read(): FormattedText {
    while (this.#at < this.#source.length) this.#step();
    if (this.#isInQuote) this.#endQuoteAtEnd();
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) throw this.#missingEnd(unclosed);
    return { text: this.#text, entities: sortEntities(this.#entities) };
  }

  #step(): void {
    const character = this.#source[this.#at]!;
    if (character === "\\" && isEscapable(this.#source[this.#at + 1])) {
      this.#literal(this.#source[this.#at + 1]!, 2);
    } else if (!this.#isReserved(character)) {
      this.#literal(character, 1);
    } else if (character === "\n" && this.#endsQuote()) {
      this.#endQuoteLine();
    } else if (this.#isEndOfTop()) {
      this.#close();
    } else {
      this.#begin(character);
    }
  }

  #literal(character: string, sourceLength: number): void {
    this.#text += character;
    this.#at += sourceLength;
    if (character !== "\r") this.#isAtLineStart = character === "\n";
  }

  #isReserved(character: string): boolean {
    const kind = this.#open.at(-1)?.kind;
    if (kind === "Code" || kind === "Pre" || kind === "PreCode") return character === "`";
    return RESERVED.has(character);
  }

  /** A quotation ends with the first line that is not followed by another `>`. */
  #endsQuote(): boolean {
    return this.#isInQuote && this.#source[this.#at + 1] !== ">";
  }

  #isEndOfTop(): boolean {
    const kind = this.#open.at(-1)?.kind;
    if (kind === undefined || kind === "BlockQuote") return false;
    // `__` is always underline, so that a single `_` at its place cannot be meant.
    if (kind === "Italic" && this.#source.startsWith("__", this.#at)) return false;
    return this.#source.startsWith(END_MARKS[kind], this.#at);
  }

  #begin(character: string): void {
    const next = this.#source[this.#at + 1];
    switch (character) {
      case "_":
        return next === "_" ? this.#push("Underline", 2) : this.#push("Italic", 1);
      case "*":
        return this.#push("Bold", 1);
      case "~":
        return this.#push("Strikethrough", 1);
      case "[":
        return this.#push("TextUrl", 1);
      case "`":
        return this.#beginCode();
      case "|":
        if (next === "|") return this.#push("Spoiler", 2);
        break;
      case "!":
        if (next === "[") return this.#push("CustomEmoji", 2);
        break;
      case "\n":
        return this.#literal("\n", 1);
      case ">":
        if (this.#isAtLineStart) return this.#beginQuote();
        break;
      default:
    }
    throw cannotParse(
      `Character '${character}' is reserved and must be escaped with the preceding '\\'`,
    );
  }

  #push(kind: Kind, markLength: number, language = ""): void {
    const sourceIndex = this.#at;
    this.#open.push({ kind, language, begin: this.#text.length, sourceIndex });
    this.#at += markLength;
  }

  #beginCode(): void {
    if (!this.#source.startsWith("```", this.#at)) return this.#push("Code", 1);
    const { language, contentBegin } = readPreStart(this.#source, this.#at + 3);
    this.#push(language === "" ? "Pre" : "PreCode", contentBegin - this.#at, language);
  }

  #beginQuote(): void {
    if (this.#isInQuote) this.#at += 1;
    else this.#push("BlockQuote", 1);
    this.#isInQuote = true;
  }

  #close(): void {
    const entity = this.#open.pop()!;
    const { kind, begin, language } = entity;
    if (kind === "TextUrl") return this.#closeLink(entity);
    if (kind === "CustomEmoji") return this.#closeEmoji(entity);
    this.#at += END_MARKS[kind as keyof typeof END_MARKS].length;
    this.#add(TYPES[kind]!, begin, language === "" ? {} : { language });
  }

  #closeLink({ begin }: OpenEntity): void {
    this.#at += 1;
    const target = this.#readAddress() ?? this.#text.slice(begin);
    const place = { offset: begin, length: this.#text.length - begin };
    const entity = linkEntity(target, place);
    if (entity !== undefined && place.length > 0) this.#entities.push(entity);
  }

  #closeEmoji({ begin }: OpenEntity): void {
    this.#at += 1;
    const target = this.#readAddress();
    if (target === undefined) {
      throw cannotParse("The entity must contain a tg://emoji or tg://time URL");
    }
    const emojiId = linkedEmojiId(target);
    if (emojiId !== undefined) {
      return this.#add("custom_emoji", begin, { custom_emoji_id: emojiId });
    }
    const time = linkedTime(target);
    if (time === undefined) throw cannotParse("Invalid tg://emoji or tg://time URL specified");
    const { unixTime, format } = time;
    this.#add("date_time", begin, { unix_time: unixTime, date_time_format: format });
  }

  /** `(address)` behind a `]`, with its escapes resolved; undefined when there is none. */
  #readAddress(): string | undefined {
    if (this.#source[this.#at] !== "(") return undefined;
    this.#at += 1;
    const begin = this.#at;
    let address = "";
    while (this.#at < this.#source.length && this.#source[this.#at] !== ")") {
      const isEscape = this.#source[this.#at] === "\\" && isEscapable(this.#source[this.#at + 1]);
      address += this.#source[this.#at + (isEscape ? 1 : 0)];
      this.#at += isEscape ? 2 : 1;
    }
    if (this.#at >= this.#source.length) {
      const offset = byteOffset(this.#source, begin);
      throw cannotParse(`Can't find end of a URL at byte offset ${offset}`);
    }
    this.#at += 1;
    return address;
  }

  /** The last line of a quotation: `||` at its end makes it expandable. */
  #endQuoteLine(): void {
    const type = this.#closeQuoteMark(this.#at);
    const quote = this.#open.pop()!;
    this.#literal("\n", 1);
    this.#isInQuote = false;
    this.#add(type, quote.begin);
  }

  #endQuoteAtEnd(): void {
    const top = this.#open.at(-1)!;
    const isMark = top.kind === "Spoiler" && top.sourceIndex === this.#source.length - 2;
    if (top.kind !== "BlockQuote" && !isMark) throw this.#missingEnd(top);
    const type = this.#closeQuoteMark(this.#source.length);
    this.#add(type, this.#open.pop()!.begin);
    this.#isInQuote = false;
  }

  /**
   * Takes the spoiler away that a `||` before `end` seemed to begin, so that the quotation is the
   * innermost open entity; anything else that is open there has no end.
   */
  #closeQuoteMark(end: number): "blockquote" | "expandable_blockquote" {
    const top = this.#open.at(-1)!;
    if (top.kind === "BlockQuote") return "blockquote";
    const markEnd = top.sourceIndex + 2;
    const isAtEnd = markEnd === end || (markEnd === end - 1 && this.#text.endsWith("\r"));
    if (top.kind !== "Spoiler" || !isAtEnd) throw this.#missingEnd(top);
    this.#open.pop();
    const quote = this.#open.at(-1)!;
    if (quote.kind !== "BlockQuote") throw this.#missingEnd(quote);
    return "expandable_blockquote";
  }

  #add(type: MessageEntity["type"], begin: number, more: Partial<MessageEntity> = {}): void {
    const length = this.#text.length - begin;
    if (length > 0) this.#entities.push({ type, offset: begin, length, ...more });
  }

  #missingEnd({ kind, sourceIndex }: OpenEntity): Error {
    const offset = byteOffset(this.#source, sourceIndex);
    return cannotParse(`Can't find end of ${kind} entity at byte offset ${offset}`);
  }
}

/** A backslash escapes any ASCII character. */
function isEscapable(character: string | undefined): boolean {
  return character !== undefined && character >= "\x01" && character <= "~";
}
