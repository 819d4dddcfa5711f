import type { Clock } from "@hookgram/bot-api";

import { failpoint } from "../failpoint.ts";
import type { Accepted, AttemptRef, Place, Store, StoredUpdate } from "../store/store.ts";
import { BacklogClaims, ROOM_FOR_NEW, ROOM_TO_CLAIM } from "./backlog-claims.ts";
import { insist } from "./insist.ts";
import { Lane, type LaneItem } from "./lane.ts";
import { type IsHeld, RestingLanes } from "./resting-lanes.ts";
import { storedItem } from "./stored-item.ts";

export interface LaneMemoryOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly loadedMax: number;
  /** Called when `lane.current` is set and is to be brought to its end. */
  readonly headReady: (lane: Lane) => void;
  /** Called when an operation of the store failed for good. */
  readonly failed: (error: unknown) => void;
}

/** The store's answer to a new update; undefined if the update was not stored. */
export interface Answered {
  readonly accepted: Accepted | undefined;
  readonly item: LaneItem | undefined;
}

/** Updates of one lane in memory at most. More would not help, because a lane handles one at a time. */
const LANE_LENGTH_MAX = 16;

/** With so few updates left in memory, the next ones are loaded while these are handled. */
const REFILL_LENGTH = 4;

/**
 * While others wait to be claimed, new updates take up to this part of the memory. The rest is more than
 * {@link ROOM_TO_CLAIM}: otherwise new updates would take every place that becomes free, and claims
 * would never begin.
 */
const NEW_MAX = 1 / 2;

/**
 * Decides which live updates are in memory, and in which order they leave it.
 *
 * A lane is created by its first update. Its updates wait in `queue`; those that it has no room for are
 * set aside in the store, and loaded when the queue runs low. The first one is `current` until
 * {@link LaneMemory.finish}. A lane whose first update has to wait ({@link LaneMemory.sleep}) is set
 * aside as a whole, so that any number of failing lanes costs next to nothing.
 *
 * **Invariant:** at most about `loadedMax` updates are in memory, however many are pending.
 *
 * **Invariant:** new updates and those that wait in the store each get their part of the memory, under
 * any load.
 *
 * **Invariant:** a lane's updates become `current` in the order of their numbers.
 *
 * **Invariant:** an empty lane is forgotten.
 *
 * Nothing here survives the process: the store knows which updates are live and hands them out again.
 */
export class LaneMemory {
  readonly #options: LaneMemoryOptions;
  readonly #lanes = new Map<string, Lane>();
  /** Updates in memory or on their way into it. */
  #loaded = 0;
  /** How many of them did not come from the store. */
  #fresh = 0;
  /**
   * Updates that are not in memory, and whose first attempt is counted but has not run. It must not be
   * counted again, nor taken for one in which a process died.
   */
  readonly #counted = new Set<number>();
  readonly #resting: RestingLanes;
  readonly #claims: BacklogClaims;
  /** Loads under way, each of which may bring as many updates as a lane has room for. */
  #loading = 0;
  #isWaking = false;
  #isStopped = false;

  constructor(options: LaneMemoryOptions) {
    this.#options = options;
    this.#resting = new RestingLanes(options.clock, () => this.#wake());
    this.#claims = new BacklogClaims({ ...options, room: () => this.room });
  }

  get lanes(): ReadonlyMap<string, Lane> {
    return this.#lanes;
  }

  /** How many lanes wait for the next attempt at their first update. */
  get asleep(): number {
    return this.#resting.asleep;
  }

  /** How many lanes wait because of a pause. */
  get held(): number {
    return this.#resting.held;
  }

  /** When the oldest update in memory was received; undefined if there is none. */
  get oldestAtMs(): number | undefined {
    let oldestAtMs = Infinity;
    for (const { current, queue } of this.#lanes.values()) {
      const first = current ?? queue[0];
      if (first !== undefined) oldestAtMs = Math.min(oldestAtMs, first.receivedAtMs);
    }
    return oldestAtMs === Infinity ? undefined : oldestAtMs;
  }

  /** How many lanes are bringing an update of this bot to its end. */
  runningOf(botId: number): number {
    let count = 0;
    for (const { current } of this.#lanes.values()) if (current?.botId === botId) count += 1;
    return count;
  }

  /** Where a new update of this lane is to go. `isFirst`: it can run as soon as it is stored. */
  place(key: string): { readonly place: Place; readonly isFirst: boolean } {
    const known = this.#lanes.get(key);
    if (known !== undefined && isFull(known)) return { place: "aside", isFirst: false };
    if (this.room <= 0 || this.#isCrowded) return { place: "later", isFirst: false };
    const lane = known ?? this.#make(key);
    const isFirst = lane.isFree;
    lane.expecting += 1;
    this.#loaded += 1;
    this.#fresh += 1;
    return { place: "hand", isFirst };
  }

  /** Called after every {@link LaneMemory.place}, with the store's answer. */
  answered(key: string, asked: Place, { accepted, item }: Answered): void {
    const place = accepted?.status === "stored" ? accepted.place : "later";
    if (asked === "hand") {
      const lane = this.#lanes.get(key)!;
      lane.expecting -= 1;
      if (place === "hand") return this.#put(lane, item!);
      // Another update of its lane was stored before it in the meantime.
      if (item?.begun === true) this.#counted.add(item.seq);
      this.#forget(1, 1);
      this.pump(lane);
    } else if (place === "aside" && accepted?.status === "stored") {
      this.foundAside(key, accepted.seq);
    }
  }

  /** See `StoreListener.found`. After an interruption, updates in memory are found a second time. */
  found(update: StoredUpdate): void {
    failpoint("lane.claimed");
    const lane = this.#lanes.get(update.lane) ?? this.#make(update.lane);
    if (update.seq <= lane.lastSeq) return;
    const item = this.#toItem(update);
    if (lane.length >= LANE_LENGTH_MAX) return this.#setAside(lane, [item]);
    this.#loaded += 1;
    this.#put(lane, item);
  }

  /** See `StoreListener.foundAside`. */
  foundAside(key: string, seq: number): void {
    const lane = this.#lanes.get(key) ?? this.#make(key);
    lane.putAside(seq, seq);
    this.pump(lane);
  }

  /** See `StoreListener.waiting`. */
  waiting(): void {
    this.#claims.waiting();
  }

  /** Ends the turn of `current`; the next update follows. */
  finish(lane: Lane): void {
    const freshCount = lane.current!.isStored ? 0 : 1;
    lane.current = undefined;
    lane.isEnding = false;
    this.#forget(1, freshCount);
    this.pump(lane);
  }

  /** Makes `current` wait, and with it the lane. */
  sleep(lane: Lane, waitMs: number): void {
    if (this.#isStopped) return;
    failpoint("lane.asleep");
    this.#resting.sleep(lane, waitMs);
    this.#setAllAside(lane);
  }

  /** Makes `current` wait, and with it the lane, until {@link LaneMemory.resume}. */
  hold(lane: Lane): void {
    if (this.#isStopped) return;
    this.#resting.hold(lane);
    this.#setAllAside(lane);
  }

  /** Lets lanes go on that were held, unless there is still a reason to hold them. */
  resume(isHeld: IsHeld): void {
    this.#resting.resume(isHeld);
  }

  /** Takes the next step in a lane, if there is one. */
  pump(lane: Lane): void {
    if (this.#isStopped || lane.isWaiting) return;
    if (lane.current === undefined && lane.queue.length > 0) {
      lane.current = lane.queue.shift();
      this.#options.headReady(lane);
    }
    if (lane.isBehind && lane.queue.length <= REFILL_LENGTH) this.#load(lane);
    else if (lane.isEmpty && this.#lanes.delete(lane.key)) {
      this.#options.store.release(lane.key);
      this.#claims.claim();
      this.#wake();
    }
  }

  /** The attempts that were counted and have not begun to run. */
  counted(): readonly AttemptRef[] {
    const items = [...this.#lanes.values()].flatMap(({ current, queue }) => [current ?? [], queue]);
    const begun = items.flat().filter((item) => item.begun);
    const elsewhere = [...this.#counted].map((seq) => ({ seq, attempt: 1 }));
    return [...begun.map(({ seq, attempts: attempt }) => ({ seq, attempt })), ...elsewhere];
  }

  /** Hands out nothing more, and wakes no lane. */
  stop(): void {
    this.#isStopped = true;
    this.#claims.stop();
    for (const lane of this.#lanes.values()) lane.cancelWake?.();
  }

  #setAllAside(lane: Lane): void {
    const items = [lane.current!, ...lane.queue];
    lane.current = undefined;
    lane.queue.length = 0;
    lane.lastSeq = items[0]!.seq - 1;
    this.#forget(items.length, items.filter(({ isStored }) => !isStored).length);
    this.#setAside(lane, items);
  }

  /** How many more updates there is memory for; negative if there are too many. */
  get room(): number {
    const { loadedMax } = this.#options;
    return loadedMax - Math.max(this.#loaded, this.#lanes.size - this.#resting.size);
  }

  #make(key: string): Lane {
    const lane = new Lane(key);
    this.#lanes.set(key, lane);
    return lane;
  }

  /** Whether new updates have their part of the memory, and the rest is for the backlog. */
  get #isCrowded(): boolean {
    return this.#claims.hasBacklog && this.#fresh >= this.#options.loadedMax * NEW_MAX;
  }

  #forget(count: number, freshCount: number): void {
    this.#loaded -= count;
    this.#fresh -= freshCount;
    this.#claims.claim();
    this.#wake();
  }

  /** Lets rested lanes go on, as long as that leaves the other updates their part of the memory. */
  #wake(): void {
    if (this.#isWaking || !this.#resting.hasDue) return;
    this.#isWaking = true;
    while (!this.#isStopped && this.#hasRoomToWake) {
      const lane = this.#resting.next();
      if (lane === undefined) break;
      this.pump(lane);
    }
    this.#isWaking = false;
  }

  get #hasRoomToWake(): boolean {
    const left = this.#claims.hasBacklog ? ROOM_TO_CLAIM : ROOM_FOR_NEW;
    const room = this.room - this.#loading * LANE_LENGTH_MAX;
    return room > this.#options.loadedMax * left;
  }

  /** Adds an update to its lane that is counted as loaded already. */
  #put(lane: Lane, item: LaneItem): void {
    if (lane.isBehind || lane.isWaiting) {
      this.#forget(1, item.isStored ? 0 : 1);
      return this.#setAside(lane, [item]);
    }
    lane.queue.push(item);
    lane.lastSeq = item.seq;
    this.pump(lane);
  }

  #setAside(lane: Lane, items: readonly LaneItem[]): void {
    const seqs = items.map((item) => item.seq);
    for (const { seq, begun } of items) if (begun) this.#counted.add(seq);
    lane.putAside(seqs[0]!, seqs.at(-1)!);
    lane.settingAside += 1;
    const { store, clock, failed } = this.#options;
    insist(clock, () => store.setAside(seqs)).then(() => {
      lane.settingAside -= 1;
      this.pump(lane);
    }, failed);
  }

  #load(lane: Lane): void {
    if (lane.isLoading || lane.settingAside > 0) return;
    lane.isLoading = true;
    this.#loading += 1;
    lane.asideSinceLoad = Infinity;
    const { store, clock, failed } = this.#options;
    const load = (): Promise<readonly StoredUpdate[]> =>
      store.load(lane.key, lane.lastSeq, LANE_LENGTH_MAX);
    insist(clock, load).then((updates) => {
      lane.isLoading = false;
      this.#loading -= 1;
      if (!lane.isWaiting) this.#takeIn(lane, updates);
      this.#wake();
    }, failed);
  }

  /**
   * Updates that were set aside during the load may be missing in its answer. No other update may pass
   * them, and an empty answer does not mean that nothing is there: the next load tells.
   */
  #takeIn(lane: Lane, updates: readonly StoredUpdate[]): void {
    for (const update of updates) {
      if (update.seq <= lane.lastSeq) continue;
      if (update.seq > lane.asideSinceLoad) break;
      lane.queue.push(this.#toItem(update));
      lane.lastSeq = update.seq;
      this.#loaded += 1;
    }
    // Nothing is set aside any more; a claim reports anything else.
    if (updates.length === 0 && lane.asideSinceLoad === Infinity) lane.asideSeq = lane.lastSeq;
    this.pump(lane);
  }

  #toItem(update: StoredUpdate): LaneItem {
    // If another process had the update meanwhile, one more attempt was counted.
    const begun = this.#counted.delete(update.seq) && update.attempts === 1;
    return storedItem(update, begun);
  }
}

function isFull(lane: Lane): boolean {
  return lane.isBehind || lane.isWaiting || lane.length >= LANE_LENGTH_MAX;
}
