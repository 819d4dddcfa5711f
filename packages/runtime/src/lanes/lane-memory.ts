import type { Clock } from "@hookgram/bot-api";

import { failpoint } from "../failpoint.ts";
import type { Accepted, AttemptRef, Place, Store, StoredUpdate } from "../store/store.ts";
import { insist } from "./insist.ts";
import { Lane, type LaneItem } from "./lane.ts";
import { type IsHeld, RestingLanes } from "./resting-lanes.ts";
import { storedItem } from "./stored-item.ts";

export interface LaneMemoryOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly loadedMax: number;
  /** `lane.current` is set and has to be brought to its end. */
  readonly headReady: (lane: Lane) => void;
  /** An operation of the store failed for good. */
  readonly failed: (error: unknown) => void;
}

/** What the store said to a new update; nothing when it is not stored. */
export interface Answered {
  readonly accepted: Accepted | undefined;
  readonly item: LaneItem | undefined;
}

/** Updates of one lane in memory. More of them would not make it faster: it handles one at a time. */
const LANE_LENGTH_MAX = 16;

/** With so few left in memory, what was set aside is loaded while they are handled. */
const REFILL_LENGTH = 4;

/**
 * Updates per claim: more than is handled in the time of a claim. Else that is all that would be handled,
 * however many attempts may run at once.
 */
const CLAIM_LENGTH = 1_024;

/**
 * Those of the first claim from a store that others share, little enough to spread a small backlog.
 * While more waits, each claim is twice as long as the one before.
 */
const FIRST_CLAIM_LENGTH = 256;

/** Claims begin when this part of the memory is free, so that they are not one update each. */
const ROOM_TO_CLAIM = 1 / 4;

/** Claims leave this part of it for new updates, which then need not wait behind them. */
const ROOM_FOR_NEW = 1 / 8;

/**
 * While others wait to be claimed, new updates take up to this part of it. What is left is more than
 * {@link ROOM_TO_CLAIM}: else they would take every place that gets free, and claims would never begin.
 */
const NEW_MAX = 1 / 2;

/**
 * Which live updates are in memory, and in which order they leave it.
 *
 * A lane is made by its first update. Its updates wait in `queue`; what it has no room for is set
 * aside in the store and loaded when the queue runs low. The first is `current` until
 * {@link LaneMemory.finish}; a lane whose first update has to wait ({@link LaneMemory.sleep}) is
 * set aside as a whole, so that any number of failing lanes costs next to nothing.
 *
 * **Invariant:** about `loadedMax` updates are in memory at most, whatever is pending.
 *
 * **Invariant:** whatever comes, what waits in the store gets its part of the memory; and while that
 * waits, so does what comes.
 *
 * **Invariant:** a lane's updates become `current` in the order of their numbers.
 *
 * **Invariant:** an empty lane is forgotten.
 *
 * Nothing here survives the process. The store knows what is live and hands it out again.
 */
export class LaneMemory {
  readonly #options: LaneMemoryOptions;
  readonly #lanes = new Map<string, Lane>();
  /** Updates in memory or on their way into it. */
  #loaded = 0;
  /** Those of them that did not come from the store. */
  #fresh = 0;
  /**
   * Updates that are not in memory, and whose first attempt is counted and did not run. It is not
   * counted again, and nobody takes it for one in which a process died.
   */
  readonly #counted = new Set<number>();
  readonly #resting: RestingLanes;
  /** Loads on their way, each of which may bring as much as a lane has room for. */
  #loading = 0;
  #isWaking = false;
  #moreToClaim = false;
  #isClaiming = false;
  #claimLength: number;
  #isStopped = false;

  constructor(options: LaneMemoryOptions) {
    this.#options = options;
    this.#claimLength = this.#firstClaimLength;
    this.#resting = new RestingLanes(options.clock, () => this.#wake());
  }

  get lanes(): ReadonlyMap<string, Lane> {
    return this.#lanes;
  }

  /** Lanes that wait for their first update's next attempt. */
  get asleep(): number {
    return this.#resting.asleep;
  }

  /** Lanes that wait because of a pause. */
  get held(): number {
    return this.#resting.held;
  }

  /** When the oldest update in memory was received; undefined when there is none. */
  get oldestAtMs(): number | undefined {
    let oldestAtMs = Infinity;
    for (const { current, queue } of this.#lanes.values()) {
      const first = current ?? queue[0];
      if (first !== undefined) oldestAtMs = Math.min(oldestAtMs, first.receivedAtMs);
    }
    return oldestAtMs === Infinity ? undefined : oldestAtMs;
  }

  /** Lanes that are bringing an update of this bot to its end. */
  runningOf(botId: number): number {
    let count = 0;
    for (const { current } of this.#lanes.values()) if (current?.botId === botId) count += 1;
    return count;
  }

  /** Where a new update of this lane should go. `isFirst`: it will be next as soon as it is stored. */
  place(key: string): { readonly place: Place; readonly isFirst: boolean } {
    const known = this.#lanes.get(key);
    if (known !== undefined && isFull(known)) return { place: "aside", isFirst: false };
    if (this.#room() <= 0 || this.#isCrowded) return { place: "later", isFirst: false };
    const lane = known ?? this.#make(key);
    const isFirst = lane.isFree;
    lane.expecting += 1;
    this.#loaded += 1;
    this.#fresh += 1;
    return { place: "hand", isFirst };
  }

  /** Follows every {@link LaneMemory.place}. */
  answered(key: string, asked: Place, { accepted, item }: Answered): void {
    const place = accepted?.status === "stored" ? accepted.place : "later";
    if (asked === "hand") {
      const lane = this.#lanes.get(key)!;
      lane.expecting -= 1;
      if (place === "hand") return this.#put(lane, item!);
      // Something came before it in its lane while it was on its way.
      if (item?.begun === true) this.#counted.add(item.seq);
      this.#forget(1, 1);
      this.pump(lane);
    } else if (place === "aside" && accepted?.status === "stored") {
      this.foundAside(key, accepted.seq);
    }
  }

  /** See `StoreListener.found`. What is in memory already is found again after an interruption. */
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
    this.#moreToClaim = true;
    this.#claim();
  }

  /** `current` needs nothing more: the next one's turn. */
  finish(lane: Lane): void {
    const freshCount = lane.current!.isStored ? 0 : 1;
    lane.current = undefined;
    lane.isEnding = false;
    this.#forget(1, freshCount);
    this.pump(lane);
  }

  /** `current` has to wait, and with it the lane. */
  sleep(lane: Lane, waitMs: number): void {
    if (this.#isStopped) return;
    failpoint("lane.asleep");
    this.#resting.sleep(lane, waitMs);
    this.#setAllAside(lane);
  }

  /** `current` is paused, and with it the lane: until {@link LaneMemory.resume}. */
  hold(lane: Lane): void {
    if (this.#isStopped) return;
    this.#resting.hold(lane);
    this.#setAllAside(lane);
  }

  /** Lanes that were held go on, unless they are still to be. */
  resume(isHeld: IsHeld): void {
    this.#resting.resume(isHeld);
  }

  /** Brings the lane one step on, if there is one. */
  pump(lane: Lane): void {
    if (this.#isStopped || lane.isWaiting) return;
    if (lane.current === undefined && lane.queue.length > 0) {
      lane.current = lane.queue.shift();
      this.#options.headReady(lane);
    }
    if (lane.isBehind && lane.queue.length <= REFILL_LENGTH) this.#load(lane);
    else if (lane.isEmpty && this.#lanes.delete(lane.key)) {
      this.#options.store.release(lane.key);
      this.#claim();
      this.#wake();
    }
  }

  /** Attempts that were counted and have not begun to run. */
  counted(): readonly AttemptRef[] {
    const items = [...this.#lanes.values()].flatMap(({ current, queue }) => [current ?? [], queue]);
    const begun = items.flat().filter((item) => item.begun);
    const elsewhere = [...this.#counted].map((seq) => ({ seq, attempt: 1 }));
    return [...begun.map(({ seq, attempts: attempt }) => ({ seq, attempt })), ...elsewhere];
  }

  /** Hands out nothing more and wakes nothing. */
  stop(): void {
    this.#isStopped = true;
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

  /** How many more updates there is memory for; less than 0 when there are too many. */
  get room(): number {
    return this.#room();
  }

  #make(key: string): Lane {
    const lane = new Lane(key);
    this.#lanes.set(key, lane);
    return lane;
  }

  #room(): number {
    const { loadedMax } = this.#options;
    return loadedMax - Math.max(this.#loaded, this.#lanes.size - this.#resting.size);
  }

  get #firstClaimLength(): number {
    return this.#options.store.isShared ? FIRST_CLAIM_LENGTH : CLAIM_LENGTH;
  }

  get #hasBacklog(): boolean {
    return this.#moreToClaim || this.#isClaiming;
  }

  /** What waits in the store needs the part of the memory that new updates do not have yet. */
  get #isCrowded(): boolean {
    return this.#hasBacklog && this.#fresh >= this.#options.loadedMax * NEW_MAX;
  }

  #forget(count: number, freshCount: number): void {
    this.#loaded -= count;
    this.#fresh -= freshCount;
    this.#claim();
    this.#wake();
  }

  /** Lanes that have rested go on, as long as that leaves the others their part of the memory. */
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
    const left = this.#hasBacklog ? ROOM_TO_CLAIM : ROOM_FOR_NEW;
    const room = this.#room() - this.#loading * LANE_LENGTH_MAX;
    return room > this.#options.loadedMax * left;
  }

  /** Of updates that are counted as loaded already. */
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
   * What was set aside while the load was on its way may be missing in its answer: nothing may go
   * past it, and that nothing was found does not mean that nothing is there. The next load tells.
   */
  #takeIn(lane: Lane, updates: readonly StoredUpdate[]): void {
    for (const update of updates) {
      if (update.seq <= lane.lastSeq) continue;
      if (update.seq > lane.asideSinceLoad) break;
      lane.queue.push(this.#toItem(update));
      lane.lastSeq = update.seq;
      this.#loaded += 1;
    }
    // Nothing is there, so nothing is behind, or a claim will say so.
    if (updates.length === 0 && lane.asideSinceLoad === Infinity) lane.asideSeq = lane.lastSeq;
    this.pump(lane);
  }

  #toItem(update: StoredUpdate): LaneItem {
    // If another process had it meanwhile, it has been counted once more.
    const begun = this.#counted.delete(update.seq) && update.attempts === 1;
    return storedItem(update, begun);
  }

  #claim(): void {
    if (this.#isStopped || this.#isClaiming || !this.#moreToClaim) return;
    const { store, clock, loadedMax, failed } = this.#options;
    if (this.#room() < loadedMax * ROOM_TO_CLAIM) return;
    this.#isClaiming = true;
    this.#moreToClaim = false;
    const room = Math.max(1, Math.floor(this.#room() - loadedMax * ROOM_FOR_NEW));
    insist(clock, () => store.claim(Math.min(this.#claimLength, room))).then((more) => {
      this.#isClaiming = false;
      this.#claimLength = more
        ? Math.min(2 * this.#claimLength, CLAIM_LENGTH)
        : this.#firstClaimLength;
      this.#moreToClaim ||= more;
      this.#claim();
    }, failed);
  }
}

function isFull(lane: Lane): boolean {
  return lane.isBehind || lane.isWaiting || lane.length >= LANE_LENGTH_MAX;
}
