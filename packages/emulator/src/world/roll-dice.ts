import type { Dice } from "@hookgram/bot-api";
import type { World } from "./world.ts";

/** The emoji that roll, and their highest value. @see https://core.telegram.org/bots/api#dice */
const HIGHEST: Readonly<Record<string, number>> = {
  "🎲": 6,
  "🎯": 6,
  "🎳": 6,
  "🏀": 5,
  "⚽": 5,
  "🎰": 64,
};

/** A random value of an emoji that rolls; undefined for any other. */
export function rollDice(world: World, emoji: string): Dice | undefined {
  const plain = emoji.replace("\ufe0f", "");
  const highest = HIGHEST[plain];
  if (highest === undefined) return undefined;
  return { emoji: plain, value: 1 + Math.floor(world.ports.random() * highest) };
}
