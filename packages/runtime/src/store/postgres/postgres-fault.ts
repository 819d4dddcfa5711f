import { type FaultKind, StoreFault } from "../store-fault.ts";

/** SQLSTATEs after which the same transaction may work when it is tried again. */
const TRANSIENT: ReadonlySet<string> = new Set([
  "40001", // serialization_failure
  "40P01", // deadlock_detected
  "23505", // unique_violation: somebody else has made the same state record meanwhile
]);

/** SQLSTATEs after which the transaction is undone and the connection goes on. */
const FULL: ReadonlySet<string> = new Set([
  "55P03", // lock_not_available
  "57014", // query_canceled: the statement took too long
  "40001",
  "40P01",
]);

/** @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function sqlState(error: unknown): string | undefined {
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** The same transaction, tried again, sees what the error was about. */
export function isTransient(error: unknown): boolean {
  return TRANSIENT.has(sqlState(error) ?? "");
}

/** Sorts what the client throws. `redact` takes secrets out of texts. */
export function toPostgresFault(error: unknown, redact: (text: string) => string): StoreFault {
  if (error instanceof StoreFault) return error;
  const text = error instanceof Error ? messageOf(error) : String(error);
  const message = redact(text.replaceAll(/\s+/g, " ").trim());
  return new StoreFault(kindOf(sqlState(error)), message);
}

function kindOf(state: string | undefined): FaultKind {
  if (state === undefined) return "broken";
  if (FULL.has(state) || state.startsWith("53")) return "full";
  // Data exception, integrity violation, a statement too large or too complex.
  return /^(22|23|54)/.test(state) ? "refused" : "broken";
}

/** A connection that is refused on every address of a host comes as several errors in one. */
function messageOf(error: Error): string {
  if (!(error instanceof AggregateError) || error.message !== "") return error.message;
  return error.errors.map((one) => (one as Error).message).join("; ");
}
