const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
/** As many characters as BotFather's tokens have after the colon. */
const SECRET_LENGTH = 35;

/** A token as BotFather gives one out. */
export function newToken(botId: number, random: () => number): string {
  const letter = (): string => ALPHABET[Math.floor(random() * ALPHABET.length)]!;
  return `${botId}:${Array.from({ length: SECRET_LENGTH }, letter).join("")}`;
}
