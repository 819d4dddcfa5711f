import { type Clock, systemClock } from "@hookgram/bot-api";
import { pid } from "node:process";
import { resolve } from "node:path";

import { RuntimeError } from "../../error.ts";
import { FAULT_CODES, type PostedFault, type StoreFault } from "../store-fault.ts";
import { GroupedPauses } from "../pause-store.ts";
import { GroupedRepairs } from "../grouped-repairs.ts";
import { GroupedEventLog } from "../event-log-operations.ts";
import { GroupedTimers } from "../grouped-timers.ts";
import { earliestDueMs, type Fired } from "../timer-operations.ts";
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
import { Intake } from "./intake.ts";
import { SqliteOutbox } from "./outbox/sqlite-outbox.ts";
import { OwnerLock } from "./owner-lock.ts";
import type { OpenReport, OpenRequest, SettledWithEvents } from "./protocol.ts";
import { SqliteQueue } from "./sqlite-queue.ts";
import { StoreThread } from "./store-thread.ts";
import { WorkerLink } from "./worker-link.ts";

/** Where a SQLite store is, and how much it takes. */
export interface SqliteStoreOptions {
  /** The file; it and its folder are made when they are not there. */
  readonly path: string;
  readonly clock?: Clock;
  /**
   * New updates that may wait for a commit or be in one; more are refused as `overloaded`. Default
   * 10,000.
   */
  readonly queuedMax?: number;
  /** Their bytes, as they came. Default 64 MiB. */
  readonly queuedBytesMax?: number;
  /**
   * Largest size of the file, its log excluded. When it is reached, new updates are refused as
   * `store-unavailable` until retention has made room. Default: as the disk lets it.
   */
  readonly sizeMaxBytes?: number;
}

const QUEUED_MAX = 10_000;
const QUEUED_BYTES_MAX = 67_108_864;
const PARKED_LIMIT = 100;
const DUPLICATE: Accepted = { status: "duplicate" };

/**
 * The embedded store: one SQLite file in WAL mode with `synchronous=FULL`, used through
 * `node:sqlite` in a thread of its own, by one process at a time.
 *
 * Files: `path`, SQLite's own `-wal` and `-shm`, and `path-owner`, the lock. The disk must be a
 * local one: file locks and the log's shared memory do not work over a network.
 * @see https://www.sqlite.org/wal.html
 */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  return new SqliteStore(options, new WorkerLink());
}

/**
 * States: `new` → `open` → `closed`. While it is open, the file or its thread may fail, and are opened
 * again by the next operation; see {@link StoreThread}.
 *
 * **Invariant:** nothing is kept here that a crash may lose, but up to where
 * live updates were handed out.
 */
export class SqliteStore implements Store {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #thread: StoreThread;
  readonly #queue: SqliteQueue;
  readonly #intake: Intake;
  readonly pauses = new GroupedPauses(() => this.#usableQueue());
  readonly repairs = new GroupedRepairs({
    queue: () => this.#usableQueue(),
    replayed: (updates) => {
      this.#parked -= updates.length;
      this.#live += updates.length;
      for (const { seq, lane } of updates) this.#intake.stored(seq, "later", lane);
      this.#listener?.waiting();
    },
    discarded: (count) => (this.#parked -= count),
  });
  readonly outbox: SqliteOutbox;
  readonly isShared = false;
  readonly eventLog = new GroupedEventLog(() => this.#usableQueue());
  readonly timers = new GroupedTimers(
    () => this.#usableQueue(),
    (fired) => this.#fired(fired),
  );
  #state: "new" | "open" | "closed" = "new";
  #lock: OwnerLock | undefined;
  #listener: StoreListener | undefined;
  readonly #sizeMaxBytes: number | undefined;
  #live = 0;
  #parked = 0;

  constructor(options: SqliteStoreOptions, link: WorkerLink) {
    if (options.path === "" || options.path.startsWith(":memory:")) {
      const repair = "name a file";
      throw new RuntimeError("not-durable", `a store in memory keeps nothing; ${repair}`);
    }
    this.#path = resolve(options.path);
    this.#clock = options.clock ?? systemClock;
    this.#sizeMaxBytes = options.sizeMaxBytes;
    const limits = {
      queuedMax: options.queuedMax ?? QUEUED_MAX,
      queuedBytesMax: options.queuedBytesMax ?? QUEUED_BYTES_MAX,
    };
    this.#thread = new StoreThread({
      link,
      request: () => this.#request(),
      reopened: (report) => this.#reopened(report),
    });
    this.#queue = new SqliteQueue(this.#thread.send, limits, (fault) => this.#toError(fault));
    this.outbox = new SqliteOutbox(this.#clock, (ask) => {
      this.#assertUsable();
      return this.#queue.write({ op: "outbox", ask });
    });
    this.#intake = new Intake({
      page: (afterSeq, limit) => this.#queue.read({ op: "page", afterSeq, limit }),
      lanes: (afterSeq, toSeq, limit) => this.#queue.read({ op: "lanes", afterSeq, toSeq, limit }),
    });
  }

  async open(listener: StoreListener): Promise<void> {
    if (this.#state !== "new") throw new RuntimeError("bad-options", "a store is opened once");
    this.#lock = OwnerLock.take(this.#path);
    this.#listener = listener;
    try {
      this.#opened(await this.#thread.open());
    } catch (error) {
      this.#lock.release();
      await this.#thread.close();
      throw this.#toError(error as StoreFault);
    }
    if (!this.#intake.isCaughtUp) listener.waiting();
  }

  async accept(update: NewUpdate): Promise<Accepted> {
    this.#assertUsable();
    const begin = update.begin && update.place === "hand" && this.#intake.isOpen(update.lane);
    const seq = await this.#queue.accept(begin === update.begin ? update : { ...update, begin });
    if (seq === 0) return DUPLICATE;
    if (update.parkedBecause !== undefined) {
      this.#parked += 1;
      return { status: "stored", seq, place: "later", begun: false };
    }
    this.#live += 1;
    const place = this.#intake.stored(seq, update.place, update.lane);
    if (place === "later") this.#listener?.waiting();
    return { status: "stored", seq, place, begun: begin };
  }

  async claim(limit: number): Promise<boolean> {
    this.#assertUsable();
    return this.#intake.claim(limit, (row) => {
      if (row.aside) this.#listener?.foundAside(row.lane, row.seq);
      else this.#listener?.found(row.update);
    });
  }

  async load(lane: string, afterSeq: number, limit: number): Promise<readonly StoredUpdate[]> {
    this.#assertUsable();
    const updates = await this.#queue.read({ op: "load", lane, afterSeq, limit });
    // What lies beyond has older updates before it that a claim has yet to bring.
    return updates.filter(({ seq }) => this.#intake.isHandedOut(seq));
  }

  async setAside(seqs: readonly number[]): Promise<void> {
    this.#assertUsable();
    await this.#queue.write({ op: "aside", seqs });
  }

  release(): void {
    // One process has all lanes for as long as it lives.
  }

  async begin({ seq, attempt }: AttemptRef): Promise<"applied" | "fenced"> {
    this.#assertUsable();
    return this.#queue.write({ op: "begin", seq, attempt });
  }

  async settle(settlement: Settlement): Promise<Settled> {
    this.#assertUsable();
    const write = { op: "settle", ...settlement } as const;
    // With nothing behind it in its lane, nobody waits for this ending.
    const isAwaited = settlement.next !== undefined;
    const answer = await (isAwaited ? this.#queue.write(write) : this.#queue.writeLater(write));
    if (answer === "known") return "applied";
    const settled = typeof answer === "string" ? answer : this.#emitted(settlement, answer);
    this.#tellDue(settled === "applied" ? earliestDueMs(settlement.ending) : undefined);
    const { to } = settlement.ending;
    if (settled !== "applied" || to === "retry" || to === "taken-back") return settled;
    this.#live -= 1;
    this.#intake.ended(settlement.seq);
    if (to === "parked") this.#parked += 1;
    return settled;
  }

  #emitted({ ending }: Settlement, { emitted }: SettledWithEvents): Settled {
    const events = ending.to === "done" ? (ending.emits ?? []) : [];
    events.forEach(({ lane }, at) => {
      if (emitted[at] !== 0) this.#setAside(lane, emitted[at]!);
    });
    return "applied";
  }

  #fired({ events, nextDueMs }: Fired): void {
    for (const { lane, accepted } of events)
      if (accepted.status === "stored") this.#setAside(lane, accepted.seq);
    this.#tellDue(nextDueMs);
  }

  /** An event was committed. */
  #setAside(lane: string, seq: number): void {
    this.#live += 1;
    const place = this.#intake.stored(seq, "aside", lane);
    // Else a claim brings it.
    if (place === "aside") this.#listener?.foundAside(lane, seq);
  }

  #tellDue(dueAtMs: number | undefined): void {
    if (dueAtMs !== undefined) this.#listener?.timerDue(dueAtMs);
  }

  async readState(key: string): Promise<VersionedState> {
    this.#assertUsable();
    return this.#queue.read({ op: "state", key });
  }

  async record({ seq, attempt }: AttemptRef, entry: JournalEntry): Promise<"applied" | "fenced"> {
    this.#assertUsable();
    return this.#queue.write({ op: "record", seq, attempt, entry });
  }

  async journal(seq: number): Promise<readonly JournalEntry[]> {
    this.#assertUsable();
    return this.#queue.read({ op: "journal", seq });
  }

  async parked(query: ParkedQuery): Promise<readonly ParkedUpdate[]> {
    this.#assertUsable();
    const { beforeSeq = Number.MAX_SAFE_INTEGER, limit = PARKED_LIMIT } = query;
    return this.#queue.read({ op: "parked", ...query, beforeSeq, limit });
  }

  async replay(seq: number, decisions: readonly EffectDecision[] = []): Promise<Replayed> {
    return this.repairs.replay(seq, decisions, this.#clock.now());
  }

  async sweep(retention: Retention): Promise<number> {
    this.#assertUsable();
    return this.#queue.write({ op: "sweep", ...retention });
  }

  stats(): StoreStats {
    const { queued, queuedBytes } = this.#queue;
    return { live: this.#live, parked: this.#parked, queued, queuedBytes };
  }

  async close(): Promise<void> {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#intake.stop();
    await this.#queue.idle();
    await this.#thread.close();
    this.#lock?.release();
  }

  #usableQueue(): SqliteQueue {
    this.#assertUsable();
    return this.#queue;
  }

  #assertUsable(): void {
    if (this.#state === "new") {
      throw new RuntimeError("store-unavailable", "the store is not open yet");
    }
    if (this.#state === "closed") throw new RuntimeError("stopping", "the store is closed");
  }

  #request(): OpenRequest {
    const [path, nowMs, sizeMaxBytes] = [this.#path, this.#clock.now(), this.#sizeMaxBytes];
    return { path, pid, nowMs, sizeMaxBytes };
  }

  #reopened(report: OpenReport): void {
    this.#opened(report);
    if (!this.#intake.isCaughtUp) this.#listener?.waiting();
  }

  #opened(report: OpenReport): void {
    if (this.#state !== "closed") this.#state = "open";
    this.#live = report.live;
    this.#parked = report.parked;
    this.#tellDue(report.nextTimerMs);
    const { firstLiveSeq: firstSeq, lastLiveSeq: lastSeq } = report;
    this.#intake.restart(report.live === 0 ? undefined : { firstSeq, lastSeq });
  }

  #toError({ kind, message }: PostedFault): RuntimeError {
    return new RuntimeError(FAULT_CODES[kind], `the store ${this.#path}: ${message}`);
  }
}
