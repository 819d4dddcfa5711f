import type { MessageEntity } from "@hookgram/bot-api";
import { sortEntities } from "./formatted-text.ts";

type EntityType = MessageEntity["type"];

/** Kinds that may overlap each other freely and are cut at the borders of all others. */
const STYLES: ReadonlySet<EntityType> = new Set([
  "bold",
  "italic",
  "underline",
  "strikethrough",
  "spoiler",
]);
const QUOTES: ReadonlySet<EntityType> = new Set(["blockquote", "expandable_blockquote"]);
/** Kinds inside of which no style is kept. */
const VERBATIM: ReadonlySet<EntityType> = new Set(["pre", "code", "date_time"]);

/**
 * Brings entities into the form in which Telegram stores them: those that cannot overlap do not
 * (the first one wins), `found` ones give way to given ones, quotations contain others whole, and
 * styles are merged, then cut so that every two entities are disjoint or one contains the other.
 */
export function normalizeEntities(
  given: readonly MessageEntity[],
  found: readonly MessageEntity[] = [],
): MessageEntity[] {
  const sorted = sortEntities(given.filter(({ length }) => length > 0));
  const styles = sorted.filter(({ type }) => STYLES.has(type));
  const quotes = withoutOverlaps(sorted.filter(({ type }) => QUOTES.has(type)));
  const solid = withoutOverlaps(
    sorted.filter(({ type }) => !STYLES.has(type) && !QUOTES.has(type)),
  ).filter((entity) => fitsQuotes(entity, quotes));
  const added = found.filter(
    (entity) => fitsQuotes(entity, quotes) && !solid.some((other) => overlaps(entity, other)),
  );
  const others = sortEntities([...solid, ...added, ...quotes]);
  return sortEntities([...others, ...cutStyles(styles, others)]);
}

function end({ offset, length }: MessageEntity): number {
  return offset + length;
}

function overlaps(a: MessageEntity, b: MessageEntity): boolean {
  return a.offset < end(b) && b.offset < end(a);
}

function withoutOverlaps(sorted: readonly MessageEntity[]): MessageEntity[] {
  let lastEnd = 0;
  return sorted.filter((entity) => {
    if (entity.offset < lastEnd) return false;
    lastEnd = end(entity);
    return true;
  });
}

/** An entity may be inside of a quotation, but not cross its border or contain it. */
function fitsQuotes(entity: MessageEntity, quotes: readonly MessageEntity[]): boolean {
  return quotes.every(
    (quote) =>
      !overlaps(entity, quote) || (entity.offset >= quote.offset && end(entity) <= end(quote)),
  );
}

function cutStyles(
  styles: readonly MessageEntity[],
  others: readonly MessageEntity[],
): MessageEntity[] {
  const merged = mergeStyles(styles);
  const cuts = new Set([
    ...merged.map(({ offset }) => offset),
    ...others.flatMap((other) => [other.offset, end(other)]),
  ]);
  const ordered = [...cuts].sort((a, b) => a - b);
  const verbatim = others.filter(({ type }) => VERBATIM.has(type));
  return merged
    .flatMap((style) => cutAt(style, ordered))
    .filter((piece) => !verbatim.some((other) => overlaps(piece, other)));
}

/** Styles of one kind that overlap or touch become one. */
function mergeStyles(sorted: readonly MessageEntity[]): MessageEntity[] {
  const merged: MessageEntity[] = [];
  const lastOf = new Map<EntityType, MessageEntity>();
  for (const style of sorted) {
    const last = lastOf.get(style.type);
    if (last !== undefined && style.offset <= end(last)) {
      last.length = Math.max(end(last), end(style)) - last.offset;
      continue;
    }
    const copy = { ...style };
    lastOf.set(style.type, copy);
    merged.push(copy);
  }
  return merged;
}

function cutAt(style: MessageEntity, cuts: readonly number[]): MessageEntity[] {
  const inner = cuts.filter((cut) => cut > style.offset && cut < end(style));
  const borders = [style.offset, ...inner, end(style)];
  return borders.slice(1).map((border, index) => ({
    ...style,
    offset: borders[index]!,
    length: border - borders[index]!,
  }));
}
