/** Parts of a rich text follow each other; what these fields hold stands below each other. */
const LINES = ["blocks", "items", "rows", "cells"] as const;
/** The fields that hold one rich text. */
const TEXTS = ["title", "text", "caption"] as const;

/**
 * The words of a rich message, a block a line. Its look is left to the apps of Telegram: new kinds of
 * blocks come with every version, and what they say is what a person tests.
 */
export function richWords(rich: { readonly blocks: readonly unknown[] }): string {
  return blockLines(rich).join("\n");
}

/** The lines of a block: its own words, and then those of the blocks inside of it. */
function blockLines(block: unknown): readonly string[] {
  if (typeof block !== "object" || block === null) return [pieceWords(block)].filter(Boolean);
  const fields = block as Readonly<Record<string, unknown>>;
  const own = TEXTS.map((name) => pieceWords(fields[name]));
  const inner = LINES.flatMap((name) => {
    const list = fields[name];
    return Array.isArray(list) ? list.flatMap(blockLines) : [];
  });
  return [...own, ...inner].filter((line) => line !== "");
}

/** The words of a rich text: a string, pieces of it, or a formatted piece. */
function pieceWords(piece: unknown): string {
  if (typeof piece === "string") return piece;
  if (Array.isArray(piece)) return piece.map(pieceWords).join("");
  if (typeof piece !== "object" || piece === null) return "";
  return pieceWords((piece as Readonly<Record<string, unknown>>)["text"]);
}
