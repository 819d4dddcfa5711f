import { BotApiError, type BotApiErrorDetails } from "../bot-api-error.ts";

/**
 * Failures that happen before a connection stands, so that Telegram cannot have seen the call. The
 * names are those of libuv and of undici, which is behind Node's `fetch`; in a browser a failure has
 * no code and counts as ambiguous.
 */
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_CERT_ALTNAME_INVALID|\w*CERT\w*|UNABLE_TO_\w+)$/;

/**
 * Tells a failure of `fetch` in safe words. The error itself is dropped: it, or one of its causes,
 * may carry the URL.
 */
export function networkFailure(
  method: BotApiErrorDetails["method"],
  error: unknown,
  secret: string,
): BotApiError {
  const codes = codesOf(error);
  return new BotApiError({
    code: "network",
    method,
    description: safeReason(error, secret),
    ambiguous: !codes.some((code) => NOT_SENT.test(code)),
  });
}

/** Why something failed, in one line: the innermost cause, without the secret half of the token. */
export function safeReason(error: unknown, secret: string): string {
  const innermost = causesOf(error).findLast((cause) => cause.message !== "");
  const words = innermost?.message ?? "the connection failed";
  const code = codesOf(error).at(-1);
  const text = code === undefined || words.includes(code) ? words : `${words} (${code})`;
  return text.replaceAll(secret, "[secret]").replaceAll(/\s+/g, " ");
}

function codesOf(error: unknown): string[] {
  return causesOf(error).flatMap(({ code }) => (typeof code === "string" ? [code] : []));
}

type Cause = Error & { readonly code?: unknown };

/** The error and its causes, outermost first. An address with several records fails as a group. */
function causesOf(error: unknown): Cause[] {
  const chain: Cause[] = [];
  let next: unknown = error;
  while (next instanceof Error && !chain.includes(next)) {
    chain.push(next);
    next = next.cause ?? (next instanceof AggregateError ? next.errors[0] : undefined);
  }
  return chain;
}
