import type { Clock } from "@hookgram/bot-api";

import { wholeNumber } from "../../whole-number.ts";
import type { GroupCommitOptions } from "../group-commit.ts";
import type { TargetOptions } from "./target.ts";

/** Where a PostgreSQL store is, and how nodes share it. */
export interface PostgresStoreOptions extends TargetOptions {
  readonly clock?: Clock;
  /**
   * New updates that may wait for a commit or be in one; more are refused as `overloaded`. Default
   * 10,000.
   */
  readonly queuedMax?: number;
  /** Their bytes, as they came. Default 64 MiB. */
  readonly queuedBytesMax?: number;
  /**
   * After so long without a sign of life a node is taken for dead, even if its connection stands.
   * Default 10 seconds, at least 5; the same on all nodes.
   */
  readonly leaseMs?: number;
}

const QUEUED_MAX = 10_000;
const QUEUED_BYTES_MAX = 67_108_864;
const LEASE_MS = 10_000;
const LEASE_MIN_MS = 5_000;

/** How operations are put together into batches. */
export function readQueueLimits({
  queuedMax = QUEUED_MAX,
  queuedBytesMax = QUEUED_BYTES_MAX,
}: PostgresStoreOptions): GroupCommitOptions {
  // One connection has one transaction at a time.
  return { queuedMax, queuedBytesMax, batchesMax: 1, followsAtOnce: false };
}

/** @throws RuntimeError `bad-options` */
export function readLease({ leaseMs = LEASE_MS }: PostgresStoreOptions): number {
  return wholeNumber("leaseMs", leaseMs, { min: LEASE_MIN_MS });
}
