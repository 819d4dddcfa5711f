import type { MessageEntity, RichBlock, RichMessage, RichText } from "@hookgram/bot-api";
import { OBJECTS } from "@hookgram/bot-api/schema";
import type { World } from "../world/world.ts";
import { isObject } from "./json-fields.ts";
import { badRequest } from "./refusals.ts";
import { format } from "./text-params.ts";

/** Tags of HTML that begin a block of their own. */
const BLOCK = /<(p|h[1-6]|footer)>(.*?)<\/\1>|<hr\s*\/?>/gs;

/**
 * Reads an `InputRichMessage`: blocks as they are, or paragraphs and headings out of HTML or
 * Markdown.
 * @throws {Refusal} 400 when it has none of them, or blocks of kinds that there are not.
 */
export function readRichMessage(world: World, value: unknown): RichMessage {
  if (!isObject(value)) throw badRequest("Object expected as rich message");
  const rtl = value["is_rtl"] === true ? { is_rtl: true } : {};
  const blocks = readBlocks(world, value);
  if (blocks.length === 0) throw badRequest("RICH_MESSAGE_EMPTY");
  return { blocks, ...rtl };
}

function readBlocks(world: World, value: Readonly<Record<string, unknown>>): RichBlock[] {
  const { blocks, html, markdown } = value;
  if (Array.isArray(blocks)) return blocks.map(checkedBlock);
  if (typeof html === "string") return htmlBlocks(world, html);
  if (typeof markdown === "string") return htmlBlocks(world, markdownToHtml(markdown));
  return [];
}

const BLOCK_TYPES: ReadonlySet<unknown> = new Set(
  (OBJECTS["InputRichBlock"]?.anyOf ?? [])
    .flatMap(({ types }) => types)
    .flatMap((name) => OBJECTS[name]?.fields?.find((field) => field.name === "type")?.values ?? []),
);

function checkedBlock(block: unknown): RichBlock {
  if (isObject(block) && BLOCK_TYPES.has(block["type"])) return block as unknown as RichBlock;
  throw badRequest("Can't parse InputRichBlock: unsupported type specified");
}

function htmlBlocks(world: World, html: string): RichBlock[] {
  const blocks: RichBlock[] = [];
  let at = 0;
  const takeText = (text: string): void => {
    for (const line of text.split("\n")) {
      if (line.trim() !== "") blocks.push({ type: "paragraph", text: richText(world, line) });
    }
  };
  for (const found of html.matchAll(BLOCK)) {
    takeText(html.slice(at, found.index));
    at = found.index + found[0].length;
    const [, tag, inner = ""] = found;
    if (tag === undefined) blocks.push({ type: "divider" });
    else blocks.push(blockOf(tag, richText(world, inner)));
  }
  takeText(html.slice(at));
  return blocks;
}

function blockOf(tag: string, text: RichText): RichBlock {
  if (tag === "p") return { type: "paragraph", text };
  if (tag === "footer") return { type: "footer", text };
  return { type: "heading", text, size: Number(tag.slice(1)) };
}

/** Emphasis, code, links and headings; the rest of Markdown stays as it is written. */
function markdownToHtml(markdown: string): string {
  const escaped = markdown.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return escaped
    .replaceAll(/^(#{1,6}) +(.*)$/gm, (_, marks: string, text: string) => {
      return `<h${marks.length}>${text}</h${marks.length}>`;
    })
    .replaceAll(/\*\*(.+?)\*\*/g, "<b>$1</b>")
    .replaceAll(/~~(.+?)~~/g, "<s>$1</s>")
    .replaceAll(/(?<!\w)[_*](.+?)[_*](?!\w)/g, "<i>$1</i>")
    .replaceAll(/`(.+?)`/g, "<code>$1</code>")
    .replaceAll(/\[(.+?)\]\((\S+?)\)/g, '<a href="$2">$1</a>');
}

const RICH_TYPES = new Set(["bold", "italic", "underline", "strikethrough", "spoiler", "code"]);

/** The text in runs, one for each stretch that looks the same all over. */
function richText(world: World, html: string): RichText {
  const { text, entities } = format(world, { text: html, parseMode: "HTML" });
  const shown = entities.filter(({ type }) => RICH_TYPES.has(type) || type === "text_link");
  const edges = new Set([0, text.length]);
  for (const { offset, length } of shown) edges.add(offset).add(offset + length);
  const stops = [...edges].toSorted((a, b) => a - b);
  const runs = stops.slice(1).map((end, index) => {
    const start = stops[index]!;
    const over = shown.filter(({ offset, length }) => offset <= start && offset + length >= end);
    return over.reduceRight<RichText>(wrap, text.slice(start, end));
  });
  return runs.length === 1 ? runs[0]! : (runs as unknown as RichText);
}

function wrap(text: RichText, { type, url }: MessageEntity): RichText {
  return (type === "text_link" ? { type: "url", text, url } : { type, text }) as RichText;
}
