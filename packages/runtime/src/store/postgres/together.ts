import { sqlState } from "./postgres-fault.ts";

/** What the server says to everything that follows an error in its transaction. */
const IN_FAILED_TRANSACTION = "25P02";

/**
 * Waits for parts of one transaction whose statements travel at the same time; they are carried out
 * in the order in which they were sent. Rejects, once all parts are over, with what went wrong
 * first: a part that still sends statements while the others are rolled back would leave them
 * behind.
 */
export async function together<const T extends readonly unknown[]>(
  parts: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(parts);
  const reasons = settled.flatMap((part) => (part.status === "rejected" ? [part.reason] : []));
  if (reasons.length > 0) {
    throw reasons.find((reason) => sqlState(reason) !== IN_FAILED_TRANSACTION) ?? reasons[0];
  }
  const values = settled.map((part) => (part as PromiseFulfilledResult<unknown>).value);
  return values as { -readonly [K in keyof T]: Awaited<T[K]> };
}
