import type { Place } from "../store.ts";
import { LaneCounts, laneHash } from "./lane-counts.ts";
import type { LanePage } from "./protocol.ts";
import type { PageRow } from "./update-columns.ts";

/** Where live updates are read from, in the order of their numbers. */
export interface IntakeSource {
  /** Those after a number. */
  readonly page: (afterSeq: number, limit: number) => Promise<readonly PageRow[]>;
  /** The lanes of those after a number and up to another one. */
  readonly lanes: (afterSeq: number, toSeq: number, limit: number) => Promise<LanePage>;
}

/** The numbers of the oldest and of the newest live update. */
export interface Backlog {
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** Rows that one step of a claim reads: some milliseconds, for which a commit may have to wait. */
const PAGE_LENGTH = 1_024;

export interface IntakeLimits {
  /** Updates that have passed others and are remembered; beyond them nothing passes any more. */
  readonly passedMax?: number;
  /** Updates whose lanes are counted in one step. */
  readonly lanesLength?: number;
}

const PASSED_MAX = 100_000;

/** They take some milliseconds, for which a commit may have to wait. */
const LANES_LENGTH = 2_000;

/**
 * Knows up to where live updates have been handed out.
 *
 * What comes while others wait passes them if none of its own lane is among them: who writes now does
 * not wait for all that was left behind by an outage. After a restart that is so once the lanes of what
 * was left behind are counted, which takes some seconds for a million.
 *
 * **Invariant:** every live update up to `position`, and each that has passed, is in hand or set
 * aside. Those of one lane that have passed come before those of it that wait.
 *
 * **Invariant:** while `isCaughtUp`, that is true of every live update.
 */
export class Intake {
  readonly #source: IntakeSource;
  readonly #limits: Required<IntakeLimits>;
  #position = 0;
  #isCaughtUp = true;
  #generation = 0;
  /** The lanes of what waits. */
  readonly #waiting = new LaneCounts();
  /** Of what waits after the first number, and not after the second one, lanes are still to be counted. */
  #countedTo = 0;
  #countTo = 0;
  /** Numbers beyond `position` that were handed out, as long as they are live. */
  readonly #passed = new Set<number>();

  constructor(source: IntakeSource, limits: IntakeLimits = {}) {
    this.#source = source;
    this.#limits = { passedMax: PASSED_MAX, lanesLength: LANES_LENGTH, ...limits };
  }

  get isCaughtUp(): boolean {
    return this.#isCaughtUp;
  }

  /** A new update of this lane may be handed out as soon as it is stored, if none comes before it. */
  isOpen(lane: string): boolean {
    if (this.#isCaughtUp) return true;
    if (this.#countedTo < this.#countTo) return false;
    return this.#passed.size < this.#limits.passedMax && this.#waiting.isFree(laneHash(lane));
  }

  /** One that is set aside may be loaded. */
  isHandedOut(seq: number): boolean {
    return this.#isCaughtUp || seq <= this.#position || this.#passed.has(seq);
  }

  /** Everything of `backlog` has to be claimed anew; undefined: nothing is live. */
  restart(backlog: Backlog | undefined): void {
    this.#catchUp();
    this.#generation += 1;
    if (backlog === undefined) return;
    this.#isCaughtUp = false;
    this.#position = backlog.firstSeq - 1;
    this.#countedTo = this.#position;
    this.#countTo = backlog.lastSeq;
    // If the store breaks meanwhile, there is another restart; else claims bring everything anyway.
    this.#countLanes(this.#generation).catch(() => {});
  }

  /** Reads nothing more. */
  stop(): void {
    this.#generation += 1;
  }

  /**
   * A live update was committed. Calls come in the order of the numbers. `later`: it waits for a
   * claim.
   */
  stored(seq: number, wanted: Place, lane: string): Place {
    if (wanted !== "later" && this.#handOut(seq, lane)) return wanted;
    if (this.#isCaughtUp) this.#position = seq - 1;
    this.#isCaughtUp = false;
    this.#waiting.add(laneHash(lane));
    return "later";
  }

  /** It is live no more. */
  ended(seq: number): void {
    if (this.#passed.size > 0) this.#passed.delete(seq);
  }

  /**
   * Hands out up to `limit` updates. True when more wait. What was committed after a page was read
   * is answered after the page: the store's queue settles reads before new updates, and nothing here
   * may put another step between a page's arrival and its handing out.
   */
  async claim(limit: number, handOut: (row: PageRow) => void): Promise<boolean> {
    const generation = this.#generation;
    let left = limit;
    while (!this.#isCaughtUp && left > 0) {
      const length = Math.min(left, PAGE_LENGTH);
      const page = await this.#source.page(this.#position, length);
      if (generation !== this.#generation) return true;
      for (const row of page) this.#pass(row, handOut);
      if (page.length < length) this.#catchUp();
      left -= page.length;
    }
    return !this.#isCaughtUp;
  }

  async #countLanes(generation: number): Promise<void> {
    const { lanesLength } = this.#limits;
    while (this.#countedTo < this.#countTo) {
      const afterSeq = Math.max(this.#countedTo, this.#position);
      const page = await this.#source.lanes(afterSeq, this.#countTo, lanesLength);
      if (generation !== this.#generation || this.#countTo === 0) return;
      page.seqs.forEach((seq, at) => {
        if (seq > this.#position) this.#waiting.add(page.hashes[at]!);
      });
      this.#countedTo = page.seqs.length < lanesLength ? this.#countTo : page.seqs.at(-1)!;
    }
  }

  /** It is handed out as it comes, unless it has to wait. */
  #handOut(seq: number, lane: string): boolean {
    if (this.#isCaughtUp) return true;
    if (!this.isOpen(lane)) return false;
    this.#passed.add(seq);
    return true;
  }

  #pass(row: PageRow, handOut: (row: PageRow) => void): void {
    const { seq, lane } = row.aside ? row : row.update;
    this.#position = seq;
    // It was handed out when it was stored.
    if (this.#passed.delete(seq)) return;
    const isCounted = seq <= this.#countedTo || seq > this.#countTo;
    if (isCounted) this.#waiting.remove(laneHash(lane));
    handOut(row);
  }

  /** Nothing waits. */
  #catchUp(): void {
    this.#isCaughtUp = true;
    this.#countedTo = 0;
    this.#countTo = 0;
    this.#waiting.clear();
    this.#passed.clear();
  }
}
