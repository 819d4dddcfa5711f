import { BotApiError, type BotApiErrorDetails } from "../bot-api-error.ts";

type Method = BotApiErrorDetails["method"];

/** The envelope of every answer, before anything about it is believed. */
interface Envelope {
  readonly ok?: unknown;
  readonly result?: unknown;
  readonly error_code?: unknown;
  readonly description?: unknown;
  readonly parameters?: { readonly retry_after?: unknown; readonly migrate_to_chat_id?: unknown };
}

/**
 * The result inside an answer of the Bot API.
 * @throws BotApiError `telegram` when it says no, `bad-answer` when it is no such answer; its text
 * is not repeated then, because proxies like to print the URL, which holds the token.
 * @see https://core.telegram.org/bots/api#making-requests
 */
export async function readAnswer(method: Method, response: Response): Promise<unknown> {
  const envelope = parseEnvelope(await response.text());
  if (envelope?.ok === true && "result" in envelope) return envelope.result;
  if (envelope?.ok === false && typeof envelope.description === "string")
    throw refusal(method, response, envelope);
  throw badAnswer(method, response);
}

function parseEnvelope(text: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function refusal(method: Method, { status, headers }: Response, envelope: Envelope): BotApiError {
  const { parameters } = envelope;
  const errorCode = asNumber(envelope.error_code) ?? status;
  return new BotApiError({
    code: "telegram",
    method,
    description: String(envelope.description),
    status,
    errorCode,
    retryAfterSeconds: asNumber(parameters?.retry_after) ?? retryAfterHeader(headers),
    migrateToChatId: asNumber(parameters?.migrate_to_chat_id),
    ambiguous: errorCode >= 500,
  });
}

/** The error for an answer that is not the Bot API's: what a proxy or a wrong `apiRoot` sends. */
export function badAnswer(method: Method, { status, headers }: Response): BotApiError {
  const type = headers.get("content-type") ?? "no content type";
  return new BotApiError({
    code: "bad-answer",
    method,
    description: `expected the Bot API's JSON, got HTTP status ${status} with ${type}`,
    status,
    retryAfterSeconds: retryAfterHeader(headers),
    ambiguous: status < 300 || status >= 500,
  });
}

/** Only the form in seconds; Telegram does not send dates. */
function retryAfterHeader(headers: Headers): number | undefined {
  const value = headers.get("retry-after");
  return value !== null && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

function asNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
