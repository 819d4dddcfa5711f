import type { MessageEntity } from "@hookgram/bot-api";
import { checkLink, dateTimeFormat, linkedUserId } from "./checked-link.ts";
import type { FormattedText } from "./formatted-text.ts";
import { byteOffset, cannotParse, sortEntities } from "./formatted-text.ts";

/** Tags that stand for one kind of entity. */
const SIMPLE_TAGS: Readonly<Record<string, MessageEntity["type"]>> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  strike: "strikethrough",
  del: "strikethrough",
  "tg-spoiler": "spoiler",
  span: "spoiler",
};
const OTHER_TAGS = new Set(["a", "code", "pre", "blockquote", "tg-emoji", "tg-time"]);

const NAMED_REFERENCES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
};

/** What ends a word in Telegram's parser; the end of the text counts as a space. */
const SPACE = /[ \t\r\n\v\0]/;
const END = "\0";

interface OpenTag {
  readonly name: string;
  /** The attribute that matters for the tag: an address, a language, an identifier. */
  readonly argument: string;
  readonly unixTime: number;
  /** Where its text begins in the result. */
  readonly begin: number;
}

/**
 * Reads the HTML style.
 * @see https://core.telegram.org/bots/api#html-style
 * @throws {Refusal} `can't parse entities: …` with Telegram's reason.
 */
export function parseHtml(source: string): FormattedText {
  return new HtmlReader(source).read();
}

/** One pass over the source. `#at` is the next character; `#text` is what has been read. */
class HtmlReader {
  readonly #source: string;
  readonly #open: OpenTag[] = [];
  readonly #entities: MessageEntity[] = [];
  /** Languages of `<code class="language-…">`, which count only inside of `<pre>`. */
  readonly #languages = new Map<MessageEntity, string>();
  #text = "";
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): FormattedText {
    while (this.#at < this.#source.length) {
      if (this.#peek() === "<") this.#readTag();
      else if (this.#peek() === "&") this.#text += this.#readReference();
      else this.#text += this.#source[this.#at++];
    }
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) {
      throw cannotParse(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
    }
    if (!this.#text.isWellFormed()) throw cannotParse(BAD_SURROGATES);
    return { text: this.#text, entities: sortEntities(this.#entities) };
  }

  #peek(ahead = 0): string {
    return this.#source[this.#at + ahead] ?? END;
  }

  /** Decodes `&lt;`, `&#60;`, `&#x3c;` and so on; what Telegram does not know stays as it is. */
  #readReference(): string {
    const rest = this.#source.slice(this.#at, this.#at + 12);
    const [whole, hex, decimal, name] = /^&(?:#x([0-9a-f]*)|#(\d*)|([a-z]*));?/i.exec(rest) ?? [
      "&",
    ];
    const decoded =
      name === undefined ? numericReference(hex, decimal, whole) : NAMED_REFERENCES[name];
    this.#at += decoded === undefined ? 1 : whole.length;
    return decoded ?? "&";
  }

  #readTag(): void {
    const begin = this.#at;
    this.#at += 1;
    if (this.#peek() === "/") this.#readEndTag(begin);
    else this.#readStartTag(begin);
  }

  #readStartTag(begin: number): void {
    const name = this.#readUntil(/[ \t\r\n\v\0>]/).toLowerCase();
    if (this.#peek() === END) throw this.#fault("Unclosed start tag", begin);
    if (SIMPLE_TAGS[name] === undefined && !OTHER_TAGS.has(name)) {
      throw this.#fault(`Unsupported start tag "${name}"`, begin);
    }
    const tag = { name, argument: "", unixTime: 0, begin: this.#text.length };
    while (this.#skipSpace() !== ">") this.#readAttribute(tag, begin);
    this.#at += 1;
    if (name === "span" && tag.argument !== "spoiler") {
      throw this.#fault('Tag "span" must have class "tg-spoiler"', begin);
    }
    this.#open.push(tag);
  }

  #readAttribute(tag: { -readonly [K in keyof OpenTag]: OpenTag[K] }, begin: number): void {
    const name = this.#readUntil(/[ \t\r\n\v\0=>/"']/);
    if (name === "") throw this.#fault(`Empty attribute name in the tag "${tag.name}"`, begin);
    if (this.#skipSpace() !== "=") {
      if (this.#peek() === END) throw this.#fault(`Unclosed start tag "${tag.name}"`, begin);
      if (tag.name === "blockquote" && name === "expandable") tag.argument = "1";
      return;
    }
    this.#at += 1;
    if (this.#skipSpace() === END) throw this.#fault(`Unclosed start tag "${tag.name}"`, begin);
    const value = this.#readAttributeValue();
    if (this.#peek() === END) throw this.#fault("Unclosed start tag", begin);
    applyAttribute(tag, name, value);
  }

  #readAttributeValue(): string {
    const quote = this.#peek();
    if (quote !== "'" && quote !== '"') return this.#readNameToken();
    this.#at += 1;
    let value = "";
    while (this.#peek() !== quote && this.#peek() !== END) {
      value += this.#peek() === "&" ? this.#readReference() : this.#source[this.#at++];
    }
    if (this.#peek() === quote) this.#at += 1;
    return value;
  }

  #readNameToken(): string {
    const begin = this.#at;
    const token = this.#readUntil(/[^a-z0-9.-]/i).toLowerCase();
    if (!SPACE.test(this.#peek()) && this.#peek() !== ">") {
      throw this.#fault("Unexpected end of name token", begin);
    }
    return token;
  }

  #readEndTag(begin: number): void {
    const tag = this.#open.at(-1);
    if (tag === undefined) throw this.#fault("Unexpected end tag", begin);
    this.#at += 1;
    const name = this.#readUntil(/[ \t\r\n\v\0>]/).toLowerCase();
    if (this.#skipSpace() !== ">") throw this.#fault("Unclosed end tag", begin);
    if (name !== "" && name !== tag.name) {
      const offset = byteOffset(this.#source, begin);
      const expected = `expected "</${tag.name}>", found "</${name}>"`;
      throw cannotParse(`Unmatched end tag at byte offset ${offset}, ${expected}`);
    }
    this.#at += 1;
    this.#open.pop();
    if (this.#text.length > tag.begin) this.#close(tag);
  }

  #close(tag: OpenTag): void {
    const place = { offset: tag.begin, length: this.#text.length - tag.begin };
    const simple = SIMPLE_TAGS[tag.name];
    if (simple !== undefined) this.#entities.push({ type: simple, ...place });
    else if (tag.name === "blockquote") {
      const type = tag.argument === "" ? "blockquote" : "expandable_blockquote";
      this.#entities.push({ type, ...place });
    } else if (tag.name === "a") this.#closeLink(tag, place);
    else if (tag.name === "tg-emoji") this.#closeEmoji(tag, place);
    else if (tag.name === "tg-time") this.#closeTime(tag, place);
    else this.#closeCode(tag, place);
  }

  #closeLink(tag: OpenTag, place: Place): void {
    const target = tag.argument === "" ? this.#text.slice(tag.begin) : tag.argument;
    const entity = linkEntity(target, place);
    if (entity !== undefined) this.#entities.push(entity);
  }

  #closeEmoji({ argument }: OpenTag, place: Place): void {
    if (!/^-?[1-9]\d{0,18}$/.test(argument)) {
      throw cannotParse("Invalid custom emoji identifier specified");
    }
    this.#entities.push({ type: "custom_emoji", ...place, custom_emoji_id: argument });
  }

  #closeTime({ argument, unixTime }: OpenTag, place: Place): void {
    const format = dateTimeFormat(argument);
    if (format === undefined) throw cannotParse("Invalid date format used");
    if (unixTime <= 0) return;
    const date = { unix_time: unixTime, date_time_format: format };
    this.#entities.push({ type: "date_time", ...place, ...date });
  }

  /** `<pre>` and `<code class="language-…">` around the same text are one block with a language. */
  #closeCode({ name, argument }: OpenTag, place: Place): void {
    const last = this.#entities.at(-1);
    const isSame = last?.offset === place.offset && last.length === place.length;
    if (isSame && name === "pre" && last.type === "code" && this.#languages.has(last)) {
      this.#entities.pop();
      this.#entities.push({ type: "pre", ...place, language: this.#languages.get(last)! });
      return;
    }
    if (isSame && name === "code" && last.type === "pre" && argument !== "") {
      last.language = argument;
      return;
    }
    const entity: MessageEntity = { type: name as "pre" | "code", ...place };
    if (argument !== "") this.#languages.set(entity, argument);
    this.#entities.push(entity);
  }

  #readUntil(stop: RegExp): string {
    const begin = this.#at;
    while (this.#at < this.#source.length && !stop.test(this.#peek())) this.#at += 1;
    return this.#source.slice(begin, this.#at);
  }

  /** Skips spaces and gives the character after them. */
  #skipSpace(): string {
    while (this.#at < this.#source.length && SPACE.test(this.#peek())) this.#at += 1;
    return this.#peek();
  }

  #fault(reason: string, index: number): Error {
    return cannotParse(`${reason} at byte offset ${byteOffset(this.#source, index)}`);
  }
}

type Place = Pick<MessageEntity, "offset" | "length">;

const BAD_SURROGATES =
  "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched " +
  "surrogate code units";

function numericReference(
  hex: string | undefined,
  decimal: string | undefined,
  whole: string,
): string | undefined {
  const code = hex === undefined ? Number.parseInt(decimal ?? "", 10) : Number.parseInt(hex, 16);
  // Telegram gives up on references of ten characters and more, semicolon not counted.
  const isTooLong = whole.replace(";", "").length >= 10;
  if (Number.isNaN(code) || code === 0 || code >= 0x10ffff || isTooLong) return undefined;
  return String.fromCodePoint(code);
}

function applyAttribute(
  tag: { -readonly [K in keyof OpenTag]: OpenTag[K] },
  name: string,
  value: string,
): void {
  const key = `${tag.name} ${name}`;
  if (key === "a href" || key === "tg-emoji emoji-id" || key === "tg-time format") {
    tag.argument = value;
  } else if (key === "code class" && value.startsWith("language-")) {
    tag.argument = value.slice("language-".length);
  } else if (key === "span class" && value.startsWith("tg-")) {
    tag.argument = value.slice("tg-".length);
  } else if (key === "blockquote expandable") {
    tag.argument = "1";
  } else if (key === "tg-time unix") {
    tag.unixTime = Math.min(Number.parseInt(value, 10) || 0, 2 ** 31 - 1);
  }
}

/** The entity of a link: a mention, an address, or nothing when it is neither. */
export function linkEntity(target: string, place: Place): MessageEntity | undefined {
  const id = linkedUserId(target);
  if (id !== undefined) {
    return { type: "text_mention", ...place, user: { id, is_bot: false, first_name: "" } };
  }
  const link = checkLink(target);
  return link.ok ? { type: "text_link", ...place, url: link.url } : undefined;
}
