import { RuntimeError } from "../../error.ts";

const LEASE_MS = 10_000;
const LEASE_MIN_MS = 5_000;

/** The option `leaseMs`, or its default. @throws RuntimeError `bad-options` */
export function readLease(leaseMs = LEASE_MS): number {
  if (Number.isSafeInteger(leaseMs) && leaseMs >= LEASE_MIN_MS) return leaseMs;
  const rule = `leaseMs is a whole number of at least ${LEASE_MIN_MS}`;
  throw new RuntimeError("bad-options", `${rule}; got ${String(leaseMs)}`);
}
