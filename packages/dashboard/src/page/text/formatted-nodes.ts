import type { MessageEntity } from "@hookgram/bot-api";

/** A piece of a message: plain text, or an entity around further pieces. */
export type FormattedNode =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "entity";
      readonly entity: MessageEntity;
      /** The whole text below this entity, for links and for copying. */
      readonly text: string;
      readonly children: readonly FormattedNode[];
    };

interface Span {
  readonly start: number;
  readonly end: number;
  readonly entity: MessageEntity;
}

/** Of entities with the same range, blocks are outside and links are inside of them. */
const OUTER_FIRST: readonly string[] = [
  "blockquote",
  "expandable_blockquote",
  "pre",
  "text_link",
  "text_mention",
  "url",
  "spoiler",
];

function rank(type: string): number {
  const index = OUTER_FIRST.indexOf(type);
  return index === -1 ? OUTER_FIRST.length : index;
}

function compareSpans(a: Span, b: Span): number {
  if (a.start !== b.start) return a.start - b.start;
  if (a.end !== b.end) return b.end - a.end;
  return rank(a.entity.type) - rank(b.entity.type);
}

/** The entity's range inside of the text; undefined when nothing of it is inside. */
function toSpan(entity: MessageEntity, textLength: number): Span | undefined {
  const start = Math.max(0, Math.trunc(entity.offset));
  const end = Math.min(textLength, Math.trunc(entity.offset) + Math.trunc(entity.length));
  return end > start ? { start, end, entity } : undefined;
}

/** Divides the spans at `end`: what is before it, and what is left over behind it. */
function splitAt(spans: readonly Span[], end: number): readonly [inside: Span[], behind: Span[]] {
  const inside: Span[] = [];
  const behind: Span[] = [];
  for (const span of spans) {
    if (span.start < end) inside.push({ ...span, end: Math.min(span.end, end) });
    if (span.end > end) behind.push({ ...span, start: Math.max(span.start, end) });
  }
  return [inside, behind];
}

function buildNodes(text: string, range: Omit<Span, "entity">, spans: readonly Span[]) {
  const nodes: FormattedNode[] = [];
  let position = range.start;
  let left = spans.toSorted(compareSpans);
  const addText = (end: number): void => {
    if (end > position) nodes.push({ kind: "text", text: text.slice(position, end) });
  };
  while (left.length > 0) {
    const [first, ...others] = left;
    const { start, end, entity } = first!;
    addText(start);
    const [inside, behind] = splitAt(others, end);
    const children = buildNodes(text, { start, end }, inside);
    nodes.push({ kind: "entity", entity, text: text.slice(start, end), children });
    position = end;
    left = behind.toSorted(compareSpans);
  }
  addText(range.end);
  return nodes;
}

/**
 * Turns a text and its entities into a tree. Offsets count UTF-16 code units, as those of
 * JavaScript strings do. Entities may nest; two that only overlap, which Telegram never sends but
 * a bot under test may, are cut at the border, so that no text is lost or doubled.
 * @see https://core.telegram.org/bots/api#messageentity
 */
export function entitiesToNodes(
  text: string,
  entities: readonly MessageEntity[] = [],
): readonly FormattedNode[] {
  const spans = entities.flatMap((entity) => toSpan(entity, text.length) ?? []);
  return buildNodes(text, { start: 0, end: text.length }, spans);
}

const BLOCKS: ReadonlySet<string> = new Set(["blockquote", "expandable_blockquote", "pre"]);

/** Whether a node is shown as a block of its own, and not within a line. */
export function isBlock(node: FormattedNode | undefined): boolean {
  return node?.kind === "entity" && BLOCKS.has(node.entity.type);
}

/**
 * Leaves out the line break before and after each block: a block stands on lines of its own
 * anyway, and the break would show as an empty line.
 */
export function withoutBlockBreaks(nodes: readonly FormattedNode[]): readonly FormattedNode[] {
  return nodes.map((node, index) => {
    if (node.kind !== "text") return node;
    let { text } = node;
    if (isBlock(nodes[index - 1]) && text.startsWith("\n")) text = text.slice(1);
    if (isBlock(nodes[index + 1]) && text.endsWith("\n")) text = text.slice(0, -1);
    return { kind: "text", text };
  });
}
