import { type Clock, systemClock } from "@hookgram/bot-api";
import { pid } from "node:process";
import { resolve } from "node:path";

import { RuntimeError } from "../../error.ts";
import { FAULT_CODES, type PostedFault, type StoreFault } from "../store-fault.ts";
import { GroupedPauses } from "../pause-store.ts";
import { GroupedRepairs } from "../grouped-repairs.ts";
import { GroupedEventLog } from "../event-log-operations.ts";
import { GroupedTimers } from "../grouped-timers.ts";
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
import { LiveUpdates } from "./live-updates.ts";
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
 * **Invariant:** nothing is kept here that a crash may lose, but up to where live updates were handed
 * out ({@link LiveUpdates}).
 */
export class SqliteStore implements Store {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #thread: StoreThread;
  readonly #queue: SqliteQueue;
  readonly #live: LiveUpdates;
  readonly isShared = false;
  readonly outbox: SqliteOutbox;
  readonly pauses = new GroupedPauses(() => this.#usableQueue());
  readonly eventLog = new GroupedEventLog(() => this.#usableQueue());
  readonly repairs = new GroupedRepairs({
    queue: () => this.#usableQueue(),
    replayed: (updates) => this.#live.replayed(updates),
    discarded: (count) => this.#live.discarded(count),
  });
  readonly timers = new GroupedTimers(
    () => this.#usableQueue(),
    (fired) => this.#live.fired(fired),
  );
  readonly #sizeMaxBytes: number | undefined;
  #state: "new" | "open" | "closed" = "new";
  #lock: OwnerLock | undefined;

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
      reopened: (report) => this.#live.opened(report),
    });
    this.#queue = new SqliteQueue(this.#thread.send, limits, (fault) => this.#toError(fault));
    this.outbox = new SqliteOutbox(this.#clock, (ask) =>
      this.#usableQueue().write({ op: "outbox", ask }),
    );
    this.#live = new LiveUpdates({
      page: (afterSeq, limit) => this.#queue.read({ op: "page", afterSeq, limit }),
      lanes: (afterSeq, toSeq, limit) => this.#queue.read({ op: "lanes", afterSeq, toSeq, limit }),
    });
  }

  async open(listener: StoreListener): Promise<void> {
    if (this.#state !== "new") throw new RuntimeError("bad-options", "a store is opened once");
    this.#lock = OwnerLock.take(this.#path);
    this.#live.listen(listener);
    let report: OpenReport;
    try {
      report = await this.#thread.open();
    } catch (error) {
      this.#lock.release();
      await this.#thread.close();
      throw this.#toError(error as StoreFault);
    }
    if (this.#state === "new") this.#state = "open";
    this.#live.opened(report);
  }

  async accept(update: NewUpdate): Promise<Accepted> {
    const queue = this.#usableQueue();
    const begin = update.begin && update.place === "hand" && this.#live.isOpen(update.lane);
    const seq = await queue.accept(begin === update.begin ? update : { ...update, begin });
    if (seq === 0) return DUPLICATE;
    const place = this.#live.stored(seq, update);
    return { status: "stored", seq, place, begun: begin && update.parkedBecause === undefined };
  }

  async claim(limit: number): Promise<boolean> {
    this.#assertUsable();
    return this.#live.claim(limit);
  }

  async load(lane: string, afterSeq: number, limit: number): Promise<readonly StoredUpdate[]> {
    this.#assertUsable();
    const updates = await this.#queue.read({ op: "load", lane, afterSeq, limit });
    // What lies beyond has older updates before it that a claim has yet to bring.
    return updates.filter(({ seq }) => this.#live.isHandedOut(seq));
  }

  async setAside(seqs: readonly number[]): Promise<void> {
    await this.#usableQueue().write({ op: "aside", seqs });
  }

  release(): void {
    // One process has all lanes for as long as it lives.
  }

  async begin({ seq, attempt }: AttemptRef): Promise<"applied" | "fenced"> {
    return this.#usableQueue().write({ op: "begin", seq, attempt });
  }

  async settle(settlement: Settlement): Promise<Settled> {
    this.#assertUsable();
    const write = { op: "settle", ...settlement } as const;
    // With nothing behind it in its lane, nobody waits for this ending.
    const isAwaited = settlement.next !== undefined;
    const answer = await (isAwaited ? this.#queue.write(write) : this.#queue.writeLater(write));
    if (answer === "conflict" || answer === "fenced") return answer;
    // What was committed before its answer was lost was counted when the file was opened again.
    if (answer !== "known") this.#live.settled(settlement, emittedBy(answer));
    return "applied";
  }

  async readState(key: string): Promise<VersionedState> {
    return this.#usableQueue().read({ op: "state", key });
  }

  async record({ seq, attempt }: AttemptRef, entry: JournalEntry): Promise<"applied" | "fenced"> {
    return this.#usableQueue().write({ op: "record", seq, attempt, entry });
  }

  async journal(seq: number): Promise<readonly JournalEntry[]> {
    return this.#usableQueue().read({ op: "journal", seq });
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
    return this.#usableQueue().write({ op: "sweep", ...retention });
  }

  stats(): StoreStats {
    const { queued, queuedBytes } = this.#queue;
    return { ...this.#live.counts, queued, queuedBytes };
  }

  async close(): Promise<void> {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#live.stop();
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

  #toError({ kind, message }: PostedFault): RuntimeError {
    return new RuntimeError(FAULT_CODES[kind], `the store ${this.#path}: ${message}`);
  }
}

/** The numbers of the events that were stored with an ending. */
function emittedBy(answer: "applied" | SettledWithEvents): readonly number[] {
  return answer === "applied" ? [] : answer.emitted;
}
