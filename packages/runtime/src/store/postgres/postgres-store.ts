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
import type { StoreNode } from "../store-node.ts";
import { BatchRunner } from "./batch-runner.ts";
import { Connector } from "./connector.ts";
import { Keeper } from "./keeper.ts";
import { LaneLeases } from "./lane-leases.ts";
import { emitsOf, isInHand, isStored } from "./events.ts";
import { IdleLanes } from "./idle-lanes.ts";
import { LiveCounts } from "./live-counts.ts";
import type { Batch, PostgresOperations, SettleAnswer } from "./operations.ts";
import { toPostgresFault } from "./postgres-fault.ts";
import { PostgresOutbox } from "./outbox/postgres-outbox.ts";
import { type PostgresStoreOptions, readLease, readQueueLimits } from "./store-options.ts";
import { readTarget, type Target } from "./target.ts";

/** Dead letters that are given at once. */
const PARKED_LIMIT = 100;

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
  readonly #connector: Connector;
  readonly #clock: Clock;
  readonly #keeper: Keeper;
  readonly #runner: BatchRunner;
  readonly #group: GroupCommit<PostgresOperations>;
  readonly #leases = new LaneLeases();
  readonly #idle: IdleLanes;
  readonly #counts: LiveCounts;
  readonly outbox: PostgresOutbox;
  readonly pauses = new GroupedPauses(() => this.#usableGroup());
  readonly repairs = new GroupedRepairs({
    queue: () => this.#usableGroup(),
    replayed: ({ length }) => {
      this.#counts.add({ live: length, parked: -length });
      this.#listener?.waiting();
    },
    discarded: (count) => this.#counts.add({ parked: -count }),
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

  constructor(options: PostgresStoreOptions) {
    this.#target = readTarget(options);
    this.#connector = new Connector(this.#target);
    this.#clock = options.clock ?? systemClock;
    this.#counts = new LiveCounts(this.#clock);
    this.#idle = new IdleLanes({
      clock: this.#clock,
      leases: this.#leases,
      release: (lanes) => this.#group.write({ op: "release", lanes }),
    });
    this.#keeper = new Keeper({
      target: this.#target,
      connector: this.#connector,
      clock: this.#clock,
      leaseMs: readLease(options),
      waiting: () => this.#listener?.waiting(),
      pausesChanged: () => this.#listener?.pausesChanged?.(),
      timerDue: (dueAtMs) => this.#tellDue(dueAtMs),
      superseded: () => void this.#runner.renew(this.#keeper.node).catch(() => {}),
      recount: (hasOthers) => void this.#recount(hasOthers).catch(() => {}),
      clocksApart: (aheadMs) => this.#listener?.clocksApart?.(aheadMs),
    });
    this.#runner = new BatchRunner({
      target: this.#target,
      connector: this.#connector,
      clock: this.#clock,
      keeper: this.#keeper,
      leases: this.#leases,
      waiting: () => this.#listener?.waiting(),
      counted: (counts) => this.#counts.counted(counts),
    });
    this.outbox = new PostgresOutbox({
      target: this.#target,
      connector: this.#connector,
      clock: this.#clock,
      node: () => this.#keeper,
      renew: (node) => this.#runner.renew(node),
      assertUsable: () => this.#assertUsable(),
      toError: (fault) => this.#toError(fault),
    });
    this.#group = new GroupCommit(this.#send, readQueueLimits(options), (fault) =>
      this.#toError(fault),
    );
  }

  async open(listener: StoreListener): Promise<void> {
    if (this.#state !== "new") throw new RuntimeError("bad-options", "a store is opened once");
    try {
      await this.#keeper.open();
      const opened = await this.#runner.open();
      this.#state = "open";
      this.#counts.counted(opened);
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
      this.#idle.stored(lane, accepted, update.place !== "later");
    }
    if ("kind" in accepted) throw this.#toError(accepted);
    if (accepted.status === "duplicate") return accepted;
    if (update.parkedBecause !== undefined) this.#counts.add({ parked: 1 });
    else {
      this.#counts.add({ live: 1 });
      if (accepted.place === "later") this.#listener?.waiting();
    }
    return accepted;
  }

  async claim(limit: number): Promise<boolean> {
    this.#assertUsable();
    const { rows, calm, more } = await this.#group.read({ op: "claim", limit });
    this.#idle.rest(calm);
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
    if (this.#idle.letGo(lane)) this.#listener?.waiting();
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
    this.#counts.add({ live: -1, parked: to === "parked" ? 1 : 0 });
    return settled;
  }

  /** An event is stored, or is not: then its lane stays as it was. */
  #stored({ lane, accepted }: { lane: string; accepted: Accepted | undefined }): void {
    this.#idle.stored(lane, accepted, false);
    if (!isStored(accepted)) return;
    this.#counts.add({ live: 1 });
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

  async nodes(): Promise<readonly StoreNode[]> {
    this.#assertUsable();
    try {
      return await this.#keeper.nodesSeen();
    } catch (error) {
      throw this.#toError(toPostgresFault(error, this.#target.redact));
    }
  }

  stats(): StoreStats {
    const { queued, queuedBytes } = this.#group;
    const { live, parked } = this.#counts;
    return { live, parked, queued, queuedBytes };
  }

  async close(): Promise<void> {
    if (this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    this.#idle.stop();
    if (!wasOpen) return;
    await this.#connector.close(async () => {
      await this.#group.idle();
      await this.outbox.close();
      await this.#runner.close();
      await this.#keeper.close();
    });
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

  /**
   * In a batch, so that what is added and settled meanwhile is counted once, before it or after.
   */
  async #recount(hasOthers: boolean): Promise<void> {
    if (this.#state !== "open" || !this.#counts.mustCount(hasOthers)) return;
    this.#counts.counted(await this.#group.read({ op: "counts" }));
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
