import { HookgramError } from "../error.ts";

/** Fields that say how a button looks; each of the others is something that it does. */
const LOOKS = new Set(["text", "icon_custom_emoji_id", "style"]);

/** What a button does, by the names of the fields that say so. */
export function actionsOf(button: object): string[] {
  return Object.entries(button).flatMap(([name, value]) =>
    LOOKS.has(name) || value === undefined || value === false ? [] : [name],
  );
}

/**
 * Refuses a text that is empty or too long. Characters are counted as code points, of which there are
 * never more than Telegram counts.
 */
export function assertLength(label: string, text: string, charactersMax: number): void {
  const { length } = Array.from(text);
  if (length >= 1 && length <= charactersMax) return;
  throw new HookgramError(
    "bad-keyboard",
    `${label} has ${length} characters, and Telegram takes 1 to ${charactersMax}`,
  );
}
