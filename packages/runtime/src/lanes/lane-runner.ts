import { type Clock, sleep } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import { RuntimeError } from "../error.ts";
import { failpoint } from "../failpoint.ts";
import type { AttemptRef, Ending, Settled, Store } from "../store/store.ts";
import type { LogBody } from "../store/event-log-store.ts";
import { insist } from "./insist.ts";
import type { Lane, LaneItem } from "./lane.ts";
import { ReadyLanes } from "./ready-lanes.ts";

export interface LaneRunnerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly concurrencyMax: number;
  readonly attemptsMax: number;
  /** The most attempts that one of the bot's handlers asks for. */
  readonly attemptsMost: (botId: number) => number;
  /** The longest wait between two attempts that the host, or one of the bot's handlers, asks for. */
  readonly retryDelayMost: (botId: number) => number;
  readonly handleExpired: boolean;
  /** Whether the bot is running. Updates of other bots wait in their lanes. */
  readonly knowsBot: (botId: number) => boolean;
  /** Whether attempts at updates of this bot in this lane are forbidden for now. */
  readonly isHeld: (botId: number, lane: string) => boolean;
  /** Runs one counted attempt. Never rejects. */
  readonly run: (item: LaneItem) => Promise<Ending>;
  /** The ending of an attempt that failed with `error`. */
  readonly toFailure: (item: LaneItem, error: unknown) => Ending;
  /** The log entry of an attempt with this ending, if it is logged. */
  readonly logOf: (item: LaneItem, ending: Ending) => LogBody | undefined;
  /** Called when an ending was committed. */
  readonly settled: (item: LaneItem, ending: Ending) => void;
  /** Called when another lane has changed state with one of these keys; the attempt runs again. */
  readonly conflicted: (keys: readonly string[]) => void;
  /** Ends the turn of `current`. */
  readonly finish: (lane: Lane) => void;
  /** Makes `current` wait for this time. */
  readonly sleep: (lane: Lane, waitMs: number) => void;
  /** Makes `current` wait until it is no longer held. */
  readonly hold: (lane: Lane) => void;
  /** Called when an operation of the store failed for good. */
  readonly failed: (error: unknown) => void;
}

/**
 * After the process has died in so many attempts at an update, the update is suspected to have killed
 * it. Suspects run one at a time, so that the innocent ones do not lose attempts with the guilty one.
 */
const SUSPECT_INTERRUPTIONS = 2;

/** How often an attempt runs again because other lanes have changed the state that it had read. */
const CONFLICTS_MAX = 50;

/** The random delay before such a run is at most this, multiplied by the number of conflicts. */
const CONFLICT_DELAY_MS = 10;

/**
 * Brings the first update of each lane to its end: counted, run, settled.
 *
 * **Invariant:** an attempt is counted on disk before it runs. If it follows another one in its lane, it
 * is counted in the transaction that ends that one.
 *
 * **Invariant:** at most `concurrencyMax` attempts run, in the order of {@link ReadyLanes}.
 *
 * When the runner stops, attempts that were counted and have not run are taken back. If the process
 * dies, they count as interrupted.
 */
export class LaneRunner {
  readonly #options: LaneRunnerOptions;
  readonly #ready = new ReadyLanes();
  readonly #suspects: Lane[] = [];
  #suspect: Lane | undefined;
  #running = 0;
  #settling = 0;
  #isHeld = false;
  #isStopped = false;
  readonly #quietWaiters: (() => void)[] = [];

  constructor(options: LaneRunnerOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#running;
  }

  /** An update that gets ready now would run at once. */
  get hasRoom(): boolean {
    return this.#ready.isEmpty && this.#running < this.#options.concurrencyMax;
  }

  /** `lane.current` is next. */
  push(lane: Lane): void {
    this.#ready.push(lane);
    this.#drain();
  }

  /** Begins nothing until {@link LaneRunner.release}. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#drain();
  }

  /** Begins nothing more. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Resolves when nothing runs and nothing is being settled. */
  quiet(): Promise<void> {
    if (this.#running + this.#settling === 0) return Promise.resolve();
    return new Promise((resolve) => this.#quietWaiters.push(resolve));
  }

  /** Takes back attempts that were counted and did not run. */
  async takeBack(counted: readonly AttemptRef[]): Promise<void> {
    const { store, clock } = this.#options;
    const taken = { ending: { to: "taken-back" }, atMs: clock.now(), next: undefined } as const;
    await Promise.all(counted.map((attempt) => store.settle({ ...attempt, ...taken })));
  }

  #drain(): void {
    if (this.#isHeld) return;
    while (!this.#isStopped && this.#running < this.#options.concurrencyMax) {
      const lane = this.#ready.shift();
      if (lane === undefined) return;
      if (this.#mustWait(lane)) continue;
      this.#running += 1;
      this.#bring(lane).catch(this.#options.failed);
    }
  }

  #mustWait(lane: Lane): boolean {
    if (lane.current!.interrupted < SUSPECT_INTERRUPTIONS) return false;
    if (this.#suspect !== undefined) this.#suspects.push(lane);
    this.#suspect ??= lane;
    return this.#suspect !== lane;
  }

  /** Brings `current` to its end. It takes one of the `concurrencyMax` places while it runs. */
  async #bring(lane: Lane): Promise<void> {
    try {
      const verdict = await this.#run(lane);
      if (verdict.to === "skip") this.#options.finish(lane);
      else if (verdict.to === "sleep") this.#options.sleep(lane, verdict.waitMs);
      else if (verdict.to === "hold") this.#options.hold(lane);
      else await this.#settle(lane, verdict);
    } finally {
      this.#settling -= 1;
      if (this.#running + this.#settling === 0) {
        for (const resolve of this.#quietWaiters.splice(0)) resolve();
      }
    }
  }

  async #run(lane: Lane): Promise<Verdict> {
    const item = lane.current!;
    try {
      const verdict =
        this.#verdictWithoutRun(lane, item) ?? (item.begun ? undefined : await this.#count(item));
      if (verdict !== undefined) return verdict;
      item.begun = false;
      return await this.#runUnlessGone(item);
    } finally {
      this.#leave(lane);
    }
  }

  #leave(lane: Lane): void {
    this.#running -= 1;
    this.#settling += 1;
    if (this.#suspect === lane) {
      this.#suspect = undefined;
      const next = this.#suspects.shift();
      if (next !== undefined) this.#ready.push(next);
    }
    this.#drain();
  }

  /** What becomes of an update that must not run, or not yet; undefined if it may run. */
  #verdictWithoutRun({ key, restedSeq }: Lane, item: LaneItem): Verdict | undefined {
    const { knowsBot, handleExpired, attemptsMax, attemptsMost, clock, isHeld } = this.#options;
    if (!knowsBot(item.botId)) return { to: item.begun ? "taken-back" : "hold" };
    const nowMs = clock.now();
    if (!handleExpired && item.expiresAtMs !== undefined && item.expiresAtMs <= nowMs) {
      return { to: "expired" };
    }
    if (item.begun) return undefined;
    if (isHeld(item.botId, key)) return { to: "hold" };
    if (item.attempts >= attemptsMax && item.attempts >= attemptsMost(item.botId)) {
      const error = `${item.interrupted} of ${item.attempts} attempts ended with their process`;
      return { to: "parked", reason: "killed-process", error };
    }
    if (item.retryAtMs === undefined || item.seq === restedSeq) return undefined;
    // If it was received in the future, the clock was set back, which must not make it wait longer.
    const waitMs = item.retryAtMs - Math.max(nowMs, item.receivedAtMs);
    if (waitMs <= 0) return undefined;
    // Nor must it wait longer than the longest delay. This may cut a wait that Telegram has asked
    // for, which is then remembered by the outbox only.
    return { to: "sleep", waitMs: Math.min(waitMs, this.#options.retryDelayMost(item.botId)) };
  }

  /** Counts the next attempt. */
  async #count(item: LaneItem): Promise<Verdict | undefined> {
    const { store, clock } = this.#options;
    const next = { seq: item.seq, attempt: item.attempts + 1 };
    const counted = await insist(clock, () => store.begin(next));
    if (counted === "fenced") return { to: "skip" };
    item.attempts = next.attempt;
    return undefined;
  }

  async #settle(lane: Lane, verdict: Ending): Promise<void> {
    failpoint("attempt.ended");
    const item = lane.current!;
    let ending = verdict;
    for (let conflicts = 0; ;) {
      lane.isEnding = ending.to !== "retry" && ending.to !== "taken-back";
      const next = this.#following(lane, ending);
      const settled = await this.#commit(item, ending, next);
      if (settled === "applied") return this.#applied(lane, ending, next);
      if (settled === "fenced") {
        this.#options.logger.warn({ seq: item.seq }, "an attempt was not the newest any more");
        return this.#options.finish(lane);
      }
      lane.isEnding = false;
      if (settled !== "conflict") ending = this.#options.toFailure(item, settled);
      else ending = await this.#runAgain(lane, ending, (conflicts += 1));
    }
  }

  /** Commits an ending. Resolves to the error if the store refuses what the attempt has written. */
  async #commit(
    item: LaneItem,
    ending: Ending,
    next: LaneItem | undefined,
  ): Promise<Settled | RuntimeError> {
    const { store, clock } = this.#options;
    const { seq, attempts: attempt } = item;
    const following = next && { seq: next.seq, attempt: next.attempts + 1 };
    const log = this.#options.logOf(item, ending);
    const settlement = { seq, attempt, ending, atMs: clock.now(), next: following, log };
    try {
      return await insist(clock, () => store.settle(settlement));
    } catch (error) {
      if (error instanceof RuntimeError && error.code === "store-refused") return error;
      throw error;
    }
  }

  /** The update whose attempt is counted together with this ending. */
  #following(lane: Lane, ending: Ending): LaneItem | undefined {
    const next = lane.queue[0];
    if (next === undefined || this.#isStopped) return undefined;
    if (ending.to === "retry" || ending.to === "taken-back") return undefined;
    if (next.interrupted >= SUSPECT_INTERRUPTIONS) return undefined;
    return this.#verdictWithoutRun(lane, next) === undefined ? next : undefined;
  }

  #applied(lane: Lane, ending: Ending, next: LaneItem | undefined): void {
    failpoint("ending.committed");
    this.#options.settled(lane.current!, ending);
    if (ending.to === "parked" && ending.reason === "killed-process") {
      reportDeadly(lane.current!, this.#options.logger);
    }
    if (next !== undefined) {
      next.attempts += 1;
      next.begun = true;
    }
    const { clock, finish, sleep: rest } = this.#options;
    if (ending.to === "retry") rest(lane, ending.retryAtMs - clock.now());
    // Its bot was removed, and the update waits until the bot is added again.
    else if (ending.to === "taken-back" && !this.#isStopped) this.#options.hold(lane);
    else finish(lane);
  }

  /** Runs the same attempt again, because others have changed the state that it had read. */
  async #runAgain(lane: Lane, ending: Ending, conflicts: number): Promise<Ending> {
    const { clock, random, toFailure, conflicted } = this.#options;
    const item = lane.current!;
    conflicted(ending.to === "done" ? ending.writes.map(({ key }) => key) : []);
    if (this.#isStopped) return { to: "taken-back" };
    if (conflicts > CONFLICTS_MAX) {
      return toFailure(item, new Error(`its state was changed by others ${CONFLICTS_MAX} times`));
    }
    await sleep(clock, random() * CONFLICT_DELAY_MS * conflicts);
    return this.#runUnlessGone(item);
  }

  /** While it was counted, or waited, the runner may have been stopped, or its bot removed. */
  #runUnlessGone(item: LaneItem): Ending | Promise<Ending> {
    const { knowsBot, run } = this.#options;
    return this.#isStopped || !knowsBot(item.botId) ? { to: "taken-back" } : run(item);
  }
}

/** An ending to commit; or nothing to commit, because the update is not ours or has to wait. */
type Verdict =
  | Ending
  | { readonly to: "skip" }
  | { readonly to: "hold" }
  | { readonly to: "sleep"; readonly waitMs: number };

/** Nobody else can: the attempts that failed have died before they could say so. */
function reportDeadly(item: LaneItem, logger: Logger): void {
  const { seq, botId, updateId, attempts, interrupted } = item;
  const fields = { seq, botId, updateId, attempts, interrupted };
  logger.error(fields, "parked an update whose attempts ended with their process");
}
