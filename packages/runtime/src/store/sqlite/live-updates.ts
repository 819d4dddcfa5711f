import type { NewUpdate, Place, Settlement, StoreListener } from "../store.ts";
import { earliestDueMs, type Fired } from "../timer-operations.ts";
import type { ReplayedUpdate } from "../repair-store.ts";
import { Intake, type IntakeSource } from "./intake.ts";
import type { OpenReport } from "./protocol.ts";

/**
 * What is known about the live updates of a SQLite store: how many there are, which of them were handed
 * out, and what the listener has to be told about them. Everything is told here after its commit.
 *
 * **Invariant:** the counts are those of the file. When the file is opened again they are replaced by
 * what is in it, since nobody knows what was committed before.
 */
export class LiveUpdates {
  readonly #intake: Intake;
  #listener: StoreListener | undefined;
  #count = 0;
  #parked = 0;

  constructor(source: IntakeSource) {
    this.#intake = new Intake(source);
  }

  get counts(): { readonly live: number; readonly parked: number } {
    return { live: this.#count, parked: this.#parked };
  }

  /** The listener is told of everything from now on. */
  listen(listener: StoreListener): void {
    this.#listener = listener;
  }

  /** The file was opened: all that is live has to be claimed anew. */
  opened({ live, parked, nextTimerMs, firstLiveSeq, lastLiveSeq }: OpenReport): void {
    this.#count = live;
    this.#parked = parked;
    this.#tellDue(nextTimerMs);
    const backlog = { firstSeq: firstLiveSeq, lastSeq: lastLiveSeq };
    this.#intake.restart(live === 0 ? undefined : backlog);
    if (!this.#intake.isCaughtUp) this.#listener?.waiting();
  }

  /** See {@link Intake.isOpen}. */
  isOpen(lane: string): boolean {
    return this.#intake.isOpen(lane);
  }

  /** See {@link Intake.isHandedOut}. */
  isHandedOut(seq: number): boolean {
    return this.#intake.isHandedOut(seq);
  }

  /** Hands out up to `limit` updates. True when more wait. */
  claim(limit: number): Promise<boolean> {
    return this.#intake.claim(limit, (row) => {
      if (row.aside) this.#listener?.foundAside(row.lane, row.seq);
      else this.#listener?.found(row.update);
    });
  }

  /** A new update was stored. Tells where it is; a dead letter is in the store only. */
  stored(seq: number, { lane, place: wanted, parkedBecause }: NewUpdate): Place {
    if (parkedBecause !== undefined) {
      this.#parked += 1;
      return "later";
    }
    this.#count += 1;
    const place = this.#intake.stored(seq, wanted, lane);
    if (place === "later") this.#listener?.waiting();
    return place;
  }

  /** An ending was applied; `emitted` has the number of each event, 0 where its key was taken. */
  settled({ seq, ending }: Settlement, emitted: readonly number[]): void {
    const events = ending.to === "done" ? (ending.emits ?? []) : [];
    events.forEach(({ lane }, at) => {
      if (emitted[at] !== 0) this.#storedAside(emitted[at]!, lane);
    });
    this.#tellDue(earliestDueMs(ending));
    if (ending.to === "retry" || ending.to === "taken-back") return;
    this.#count -= 1;
    this.#intake.ended(seq);
    if (ending.to === "parked") this.#parked += 1;
  }

  /** Timers have become updates. */
  fired({ events, nextDueMs }: Fired): void {
    for (const { lane, accepted } of events) {
      if (accepted.status === "stored") this.#storedAside(accepted.seq, lane);
    }
    this.#tellDue(nextDueMs);
  }

  /** Dead letters are live again. */
  replayed(updates: readonly ReplayedUpdate[]): void {
    this.#parked -= updates.length;
    this.#count += updates.length;
    for (const { seq, lane } of updates) this.#intake.stored(seq, "later", lane);
    this.#listener?.waiting();
  }

  /** Dead letters are gone. */
  discarded(count: number): void {
    this.#parked -= count;
  }

  /** Hands out nothing more. */
  stop(): void {
    this.#intake.stop();
  }

  #storedAside(seq: number, lane: string): void {
    this.#count += 1;
    const place = this.#intake.stored(seq, "aside", lane);
    // Else a claim brings it.
    if (place === "aside") this.#listener?.foundAside(lane, seq);
  }

  #tellDue(dueAtMs: number | undefined): void {
    if (dueAtMs !== undefined) this.#listener?.timerDue(dueAtMs);
  }
}
