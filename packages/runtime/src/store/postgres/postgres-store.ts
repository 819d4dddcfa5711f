import { type Clock, systemClock } from "@hookgram/bot-api";

import { RuntimeError } from "../../error.ts";
import { GroupCommit, type OperationAnswers } from "../group-commit.ts";
import { GroupedPauses } from "../pause-store.ts";
import { GroupedRepairs } from "../grouped-repairs.ts";
import { GroupedEventLog } from "../event-log-operations.ts";
import { GroupedTimers } from "../grouped-timers.ts";
import { earliestDueMs } from "../timer-operations.ts";
import type { EffectDecision, Replayed } from "../repair-store.ts";
import type {
  Accepted,
  AttemptRef,
  JournalEntry,
  NewUpdate,
  ParkedQuery,
  ParkedUpdate,
  Retention,
  Settled,
  Settlement,
  Store,
  StoredUpdate,
  StoreListener,
  StoreStats,
  VersionedState,
} from "../store.ts";
import { FAULT_CODES, type PostedFault } from "../store-fault.ts";
import { BatchRunner } from "./batch-runner.ts";
import type { Counts } from "./counts.ts";
import { Keeper } from "./keeper.ts";
import { LaneLeases } from "./lane-leases.ts";
import { readLease } from "./read-lease.ts";
import { emitsOf, isInHand, isStored } from "./events.ts";
import type { Batch, PostgresOperations, SettleAnswer } from "./operations.ts";
import { toPostgresFault } from "./postgres-fault.ts";
import { PostgresOutbox } from "./outbox/postgres-outbox.ts";
import { readTarget, type Target, type TargetOptions } from "./target.ts";

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
const PARKED_LIMIT = 100;

/**
 * An idle lane is given back with the next transaction, because its next update may come to another
 * node, which would have to wake this one to have it handled. If there is none, or somebody else is
 * at the lane just then, it is given back after so long.
 */
const IDLE_MS = 100;

/** Least time between estimates: to find that there are so many takes up to half a second for all. */
const ESTIMATE_REST_MS = 60_000;

/**
 * The store that several nodes share: a schema in a PostgreSQL database, version 15 or newer. Any
 * node accepts any update; lanes are leased to one node at a time.
 *
 * Each node has three connections, and needs the right to create the schema, or its tables in it.
 * The connections must be sessions of their own: a pooler in transaction mode cannot be between.
 * @see https://www.postgresql.org/docs/current/runtime-config-wal.html
 * @throws RuntimeError `bad-options`
 */
export function createPostgresStore(options: PostgresStoreOptions): Store {
  return new PostgresStore(options);
}

/**
 * States: `new` → `open` → `closed`. While the database is away it stays open: operations reject,
 * and the next one tries to connect again.
 *
 * **Invariant:** at most one batch is on its way, on one connection. So claims and new updates are
 * told in the order in which they were committed.
 *
 * **Invariant:** nothing is kept here that a crash may lose.
 */
class PostgresStore implements Store {
  readonly #target: Target;
  readonly #clock: Clock;
  readonly #keeper: Keeper;
  readonly #runner: BatchRunner;
  readonly #group: GroupCommit<PostgresOperations>;
  readonly #leases = new LaneLeases();
  readonly outbox: PostgresOutbox;
  readonly pauses = new GroupedPauses(() => this.#usableGroup());
  readonly repairs = new GroupedRepairs({
    queue: () => this.#usableGroup(),
    replayed: ({ length }) => {
      this.#parked -= length;
      this.#live += length;
      this.#listener?.waiting();
    },
    discarded: (count) => (this.#parked -= count),
  });
  readonly isShared = true;
  readonly eventLog = new GroupedEventLog(() => this.#usableGroup());
  readonly timers = new GroupedTimers(
    () => this.#usableGroup(),
    ({ events, nextDueMs }) => {
      for (const event of events) this.#stored(event);
      this.#tellDue(nextDueMs);
    },
  );
  #state: "new" | "open" | "closed" = "new";
  #listener: StoreListener | undefined;
  #cancelRelease: (() => void) | undefined;
  #live = 0;
  #parked = 0;
  #isEstimate = false;
  #countAgainMs = 0;

  constructor(options: PostgresStoreOptions) {
    this.#target = readTarget(options);
    this.#clock = options.clock ?? systemClock;
    this.#keeper = new Keeper({
      target: this.#target,
      clock: this.#clock,
      leaseMs: readLease(options.leaseMs),
      waiting: () => this.#listener?.waiting(),
      pausesChanged: () => this.#listener?.pausesChanged?.(),
      timerDue: (dueAtMs) => this.#tellDue(dueAtMs),
      superseded: () => void this.#runner.renew(this.#keeper.node).catch(() => {}),
      recount: (hasOthers) => void this.#recount(hasOthers).catch(() => {}),
      clocksApart: (aheadMs) => this.#listener?.clocksApart?.(aheadMs),
    });
    this.#runner = new BatchRunner({
      target: this.#target,
      clock: this.#clock,
      keeper: this.#keeper,
      leases: this.#leases,
      waiting: () => this.#listener?.waiting(),
      counted: (counts) => this.#counted(counts),
    });
    this.outbox = new PostgresOutbox({
      target: this.#target,
      clock: this.#clock,
      node: () => this.#keeper,
      renew: (node) => this.#runner.renew(node),
      assertUsable: () => this.#assertUsable(),
      toError: (fault) => this.#toError(fault),
    });
    const limits = {
      queuedMax: options.queuedMax ?? QUEUED_MAX,
      queuedBytesMax: options.queuedBytesMax ?? QUEUED_BYTES_MAX,
      // One connection has one transaction at a time.
      batchesMax: 1,
      followsAtOnce: false,
    } as const;
    this.#group = new GroupCommit(this.#send, limits, (fault) => this.#toError(fault));
  }

  async open(listener: StoreListener): Promise<void> {
    if (this.#state !== "new") throw new RuntimeError("bad-options", "a store is opened once");
    try {
      await this.#keeper.open();
      const opened = await this.#runner.open();
      this.#state = "open";
      this.#counted(opened);
      this.#listener = listener;
      if (opened.isWaiting) listener.waiting();
    } catch (error) {
      await this.#keeper.close();
      await this.#runner.close();
      throw this.#toError(toPostgresFault(error, this.#target.redact));
    }
  }

  async accept(update: NewUpdate): Promise<Accepted> {
    this.#assertUsable();
    const { lane } = update;
    if (lane.includes("\0")) {
      const rule = "PostgreSQL keeps no text with the character U+0000";
      throw new RuntimeError("store-refused", `${rule}; the lane's key has one`);
    }
    this.#leases.keep(lane);
    let accepted: Accepted | PostedFault | undefined;
    try {
      accepted = await this.#group.accept(update);
    } finally {
      this.#keepOrRest(lane, accepted, update.place !== "later");
    }
    if ("kind" in accepted) throw this.#toError(accepted);
    if (accepted.status === "duplicate") return accepted;
    if (update.parkedBecause !== undefined) this.#parked += 1;
    else {
      this.#live += 1;
      if (accepted.place === "later") this.#listener?.waiting();
    }
    return accepted;
  }

  async claim(limit: number): Promise<boolean> {
    this.#assertUsable();
    const { rows, calm, more } = await this.#group.read({ op: "claim", limit });
    this.#rest(calm);
    for (const row of rows) {
      this.#leases.hold(row.aside ? row.lane : row.update.lane);
      if (row.aside) this.#listener?.foundAside(row.lane, row.seq);
      else this.#listener?.found(row.update);
    }
    return more;
  }

  async load(lane: string, afterSeq: number, limit: number): Promise<readonly StoredUpdate[]> {
    this.#assertUsable();
    return this.#group.read({ op: "load", lane, afterSeq, limit });
  }

  async setAside(seqs: readonly number[]): Promise<void> {
    this.#assertUsable();
    await this.#group.write({ op: "aside", seqs });
  }

  release(lane: string): void {
    const wasVoid = this.#leases.letGo(lane, this.#clock.monotonic());
    if (wasVoid) this.#listener?.waiting();
    else this.#releaseLater();
  }

  async begin({ seq, attempt }: AttemptRef): Promise<"applied" | "fenced"> {
    this.#assertUsable();
    return this.#group.write({ op: "begin", seq, attempt });
  }

  async settle(settlement: Settlement): Promise<Settled> {
    this.#assertUsable();
    const write = { op: "settle", ...settlement } as const;
    // With nothing behind it in its lane, nobody waits for this ending.
    const isAwaited = settlement.next !== undefined;
    const emits = emitsOf(settlement);
    for (const { lane } of emits) this.#leases.keep(lane);
    let answer: SettleAnswer | undefined;
    try {
      answer = await (isAwaited ? this.#group.write(write) : this.#group.writeLater(write));
    } finally {
      const stored = typeof answer === "object" ? answer.emitted : [];
      emits.forEach(({ lane }, at) => this.#stored({ lane, accepted: stored[at] }));
    }
    if (answer === "known") return "applied";
    const settled = typeof answer === "object" ? "applied" : answer;
    this.#tellDue(settled === "applied" ? earliestDueMs(settlement.ending) : undefined);
    const { to } = settlement.ending;
    if (settled !== "applied" || to === "retry" || to === "taken-back") return settled;
    this.#live -= 1;
    if (to === "parked") this.#parked += 1;
    return settled;
  }

  /** An event is stored, or is not: then its lane stays as it was. */
  #stored({ lane, accepted }: { lane: string; accepted: Accepted | undefined }): void {
    this.#keepOrRest(lane, accepted, false);
    if (!isStored(accepted)) return;
    this.#live += 1;
    if (isInHand(accepted)) this.#listener?.foundAside(lane, accepted.seq);
    else this.#listener?.waiting();
  }

  #tellDue(dueAtMs: number | undefined): void {
    if (dueAtMs !== undefined) this.#listener?.timerDue(dueAtMs);
  }

  async readState(key: string): Promise<VersionedState> {
    this.#assertUsable();
    return this.#group.read({ op: "state", key });
  }

  async record({ seq, attempt }: AttemptRef, entry: JournalEntry): Promise<"applied" | "fenced"> {
    this.#assertUsable();
    return this.#group.write({ op: "record", seq, attempt, entry });
  }

  async journal(seq: number): Promise<readonly JournalEntry[]> {
    this.#assertUsable();
    return this.#group.read({ op: "journal", seq });
  }

  async parked(query: ParkedQuery): Promise<readonly ParkedUpdate[]> {
    this.#assertUsable();
    const { beforeSeq = Number.MAX_SAFE_INTEGER, limit = PARKED_LIMIT } = query;
    return this.#group.read({ op: "parked", ...query, beforeSeq, limit });
  }

  async replay(seq: number, decisions: readonly EffectDecision[] = []): Promise<Replayed> {
    return this.repairs.replay(seq, decisions, this.#clock.now());
  }

  async sweep(retention: Retention): Promise<number> {
    this.#assertUsable();
    return this.#group.write({ op: "sweep", ...retention });
  }

  stats(): StoreStats {
    const { queued, queuedBytes } = this.#group;
    // An estimate may be too low for what was settled since.
    const [live, parked] = [Math.max(0, this.#live), Math.max(0, this.#parked)];
    return { live, parked, queued, queuedBytes };
  }

  async close(): Promise<void> {
    if (this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    this.#cancelRelease?.();
    if (!wasOpen) return;
    await this.#group.idle();
    await this.outbox.close();
    await this.#runner.close();
    await this.#keeper.close();
  }

  #usableGroup(): GroupCommit<PostgresOperations> {
    this.#assertUsable();
    return this.#group;
  }

  #assertUsable(): void {
    if (this.#state === "new") {
      throw new RuntimeError("store-unavailable", "the store is not open yet");
    }
    if (this.#state === "closed") throw new RuntimeError("stopping", "the store is closed");
  }

  #counted({ live, parked, isEstimate }: Counts): void {
    this.#live = live;
    this.#parked = parked;
    this.#isEstimate = isEstimate;
    this.#countAgainMs = isEstimate ? this.#clock.monotonic() + ESTIMATE_REST_MS : 0;
  }

  /** In a batch, so that what is added and settled meanwhile is counted once, before it or after. */
  async #recount(hasOthers: boolean): Promise<void> {
    if (this.#state !== "open" || !(hasOthers || this.#isEstimate)) return;
    if (this.#clock.monotonic() < this.#countAgainMs) return;
    this.#counted(await this.#group.read({ op: "counts" }));
  }

  #releaseLater(): void {
    if (this.#state !== "open") return;
    this.#cancelRelease ??= this.#clock.after(IDLE_MS, () => {
      const lanes = this.#leases.due(this.#clock.monotonic() - IDLE_MS);
      // What could not be released stays idle; the next round takes it too.
      const released = this.#releaseNow(lanes).catch(() => {});
      void released.then(() => {
        this.#cancelRelease = undefined;
        if (this.#leases.hasIdle) this.#releaseLater();
      });
    });
  }

  /** Rounds follow each other: however long the database takes, one waits at most. */
  async #releaseNow(lanes: readonly string[]): Promise<void> {
    if (lanes.length === 0) return;
    const { left } = await this.#group.write({ op: "release", lanes });
    this.#leases.gaveUp(left, this.#clock.monotonic());
  }

  #keepOrRest(lane: string, accepted: Accepted | PostedFault | undefined, isWanted: boolean): void {
    if (isInHand(accepted)) this.#leases.hold(lane);
    else if (!isStored(accepted)) this.#rest([lane]);
    else this.#leases.wait(lane, isWanted);
  }

  /** If these lanes are ours, there is nothing to do in them now. */
  #rest(lanes: readonly string[]): void {
    for (const lane of lanes) this.#leases.rest(lane, this.#clock.monotonic());
    if (lanes.length > 0) this.#releaseLater();
  }

  readonly #send = (
    batch: Batch,
    whenAnswered: (answer: OperationAnswers<PostgresOperations> | PostedFault) => void,
  ): void => {
    this.#runner.run(batch).then(whenAnswered, (error: unknown) => {
      const { kind, message } = toPostgresFault(error, this.#target.redact);
      whenAnswered({ kind, message });
    });
  };

  #toError({ kind, message }: PostedFault): RuntimeError {
    const { name, schema } = this.#target;
    // A fence that could not be renewed is one more way of being cut off.
    const code = kind === "taken" ? "store-unavailable" : FAULT_CODES[kind];
    return new RuntimeError(code, `the store at ${name}, schema ${schema}: ${message}`);
  }
}
