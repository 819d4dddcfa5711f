import { BotApiError, type BotApiErrorDetails } from "@hookgram/bot-api";
import type { Json } from "../dispatch/invocation.ts";

/** What was thrown, as it is kept. */
export interface RecordedError {
  readonly name: string;
  readonly message: string;
  /** Its own properties, as far as they are JSON. */
  readonly details: { readonly [key: string]: Json };
}

/** What there is to keep of an error that a conversation's function has caught. */
export function recordError(error: unknown): RecordedError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), details: {} };
  const { name, message } = error;
  return { name, message, details: toDetails(error) };
}

/**
 * An error of the same name, message and properties. Of classes only `BotApiError` is known, so
 * others are told apart by name or code.
 */
export function revive({ name, message, details }: RecordedError): Error {
  if (name === "BotApiError") return new BotApiError(details as unknown as BotApiErrorDetails);
  return Object.assign(new Error(message), details, { name });
}

function toDetails(error: Error): RecordedError["details"] {
  try {
    const own = Object.entries(error).filter(([key]) => key !== "name" && key !== "message");
    return JSON.parse(JSON.stringify(Object.fromEntries(own))) as RecordedError["details"];
  } catch {
    return {};
  }
}
