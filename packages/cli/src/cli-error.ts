import { redactToken } from "@hookgram/bot-api";

/** What a `CliError` can be about. Scripts may rely on these names; the texts may change. */
export type CliErrorCode =
  | "bot-file"
  | "bot-token"
  | "option"
  | "port-in-use"
  | "world"
  | "data"
  | "telegram"
  | "not-found"
  | "refused"
  | "unexpected";

/**
 * A mistake that the person at the terminal can mend. The command prints its message as one line
 * on standard error and exits with 1; it never prints a stack.
 */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: CliErrorCode;
  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One printable line: control characters and bot tokens in foreign texts do not get through. */
export function toLine(text: string): string {
  return redactToken(text)
    .replace(/\s*\n\s*/g, " ")
    .replace(/[\p{Cc}]/gu, "")
    .trim();
}

/** The line that a person sees for anything thrown. */
export function errorToLine(error: unknown): string {
  if (!(error instanceof Error)) return toLine(String(error));
  return toLine(error.message === "" ? error.name : error.message);
}
