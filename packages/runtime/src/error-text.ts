import { redactToken } from "@hookgram/bot-api";

/** Longest error text that is kept with a dead letter. */
const LENGTH_MAX = 4_000;

/** The text of an error, with its stack and causes and without bot tokens. */
export function errorText(error: unknown): string {
  const parts: string[] = [];
  for (let cause = error; cause !== undefined && parts.length < 4; cause = causeOf(cause)) {
    parts.push(cause instanceof Error ? (cause.stack ?? cause.message) : valueText(cause));
  }
  return redactToken(parts.join("\ncaused by ")).slice(0, LENGTH_MAX);
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

/** Any value as text. Never throws. */
export function valueText(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  try {
    return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  } catch {
    return Object.prototype.toString.call(value);
  }
}
