/**
 * A name, key or lane as a store gives it back, to be compared with what was stored. Databases keep
 * text as UTF-8, in which there is no half of a surrogate pair; cutting a string at a fixed length may
 * leave one at its end, and it comes back as U+FFFD.
 */
export function storedText(text: string): string {
  return text.toWellFormed();
}
