import { type Clock, sleep } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import { RuntimeError } from "../error.ts";
import { type LogLevel, toLogBody } from "../event-log/attempt-log.ts";
import { failpoint } from "../failpoint.ts";
import type { AttemptRef, Ending, Settled, Store } from "../store/store.ts";
import type { AttemptRules, Verdict } from "./attempt-rules.ts";
import { insist } from "./insist.ts";
import type { Lane, LaneItem } from "./lane.ts";
import type { LaneMemory } from "./lane-memory.ts";
import { ReadyLanes } from "./ready-lanes.ts";

/** Runs attempts, and tells how they end. */
export interface Attempts {
  /** Runs one counted attempt. Never rejects. */
  run(item: LaneItem): Promise<Ending>;
  /** The ending of the attempt that was counted last, which failed with `error`. */
  toFailure(item: LaneItem, error: unknown): Ending;
}

export interface LaneRunnerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly concurrencyMax: number;
  readonly eventLog: LogLevel;
  readonly rules: AttemptRules;
  readonly attempts: Attempts;
  /** Gives the lanes, and takes them back at the end of each turn. */
  readonly memory: LaneMemory;
  /** Called when an ending was committed. */
  readonly settled: (item: LaneItem, ending: Ending) => void;
  /** Called when another lane has changed state with one of these keys; the attempt runs again. */
  readonly conflicted: (keys: readonly string[]) => void;
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

  /** Whether the lane waits until another suspect's attempt has ended. */
  #mustWait(lane: Lane): boolean {
    if (lane.current!.interrupted < SUSPECT_INTERRUPTIONS) return false;
    if (this.#suspect !== undefined) {
      this.#suspects.push(lane);
      return true;
    }
    this.#suspect = lane;
    return false;
  }

  /** Brings `current` to its end. It takes one of the `concurrencyMax` places while it runs. */
  async #bring(lane: Lane): Promise<void> {
    try {
      const verdict = await this.#run(lane);
      if (verdict.to === "skip") this.#options.memory.finish(lane);
      else if (verdict.to === "sleep") this.#options.memory.sleep(lane, verdict.waitMs);
      else if (verdict.to === "hold") this.#hold(lane);
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
      const { rules } = this.#options;
      const verdict =
        rules.verdictWithoutRun(lane, item) ?? (item.begun ? undefined : await this.#count(item));
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

  /** Holds a lane, unless the reason has gone: its bot may have come back during the commit. */
  #hold(lane: Lane): void {
    const { memory, rules } = this.#options;
    const { botId } = lane.current!;
    memory.hold(lane);
    if (!rules.isHeld(botId, lane.key)) memory.resume(rules.isHeld);
  }

  /** Counts the next attempt, unless another process has the update now. */
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
        return this.#options.memory.finish(lane);
      }
      lane.isEnding = false;
      if (settled !== "conflict") ending = this.#options.attempts.toFailure(item, settled);
      else ending = await this.#runAgain(lane, ending, (conflicts += 1));
    }
  }

  /** Commits an ending. Resolves to the error if the store refuses what the attempt has written. */
  async #commit(
    item: LaneItem,
    ending: Ending,
    next: LaneItem | undefined,
  ): Promise<Settled | RuntimeError> {
    const { store, clock, eventLog } = this.#options;
    const { seq, attempts: attempt } = item;
    const following = next && { seq: next.seq, attempt: next.attempts + 1 };
    const log = toLogBody(item, ending, eventLog);
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
    return this.#options.rules.verdictWithoutRun(lane, next) === undefined ? next : undefined;
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
    const { clock, memory } = this.#options;
    if (ending.to === "retry") memory.sleep(lane, ending.retryAtMs - clock.now());
    // Its bot was removed, and the update waits until the bot is added again.
    else if (ending.to === "taken-back" && !this.#isStopped) this.#hold(lane);
    else memory.finish(lane);
  }

  /** Runs the same attempt again, because others have changed the state that it had read. */
  async #runAgain(lane: Lane, ending: Ending, conflicts: number): Promise<Ending> {
    const { clock, random, attempts, conflicted } = this.#options;
    const item = lane.current!;
    conflicted(ending.to === "done" ? ending.writes.map(({ key }) => key) : []);
    if (this.#isStopped) return { to: "taken-back" };
    if (conflicts > CONFLICTS_MAX) {
      return attempts.toFailure(
        item,
        new Error(`its state was changed by others ${CONFLICTS_MAX} times`),
      );
    }
    await sleep(clock, random() * CONFLICT_DELAY_MS * conflicts);
    return this.#runUnlessGone(item);
  }

  /** While it was counted, or waited, the runner may have been stopped, or its bot removed. */
  #runUnlessGone(item: LaneItem): Ending | Promise<Ending> {
    const { rules, attempts } = this.#options;
    if (this.#isStopped || !rules.knowsBot(item.botId)) return { to: "taken-back" };
    return attempts.run(item);
  }
}

/** Nobody else can: the attempts that failed have died before they could say so. */
function reportDeadly(item: LaneItem, logger: Logger): void {
  const { seq, botId, updateId, attempts, interrupted } = item;
  const fields = { seq, botId, updateId, attempts, interrupted };
  logger.error(fields, "parked an update whose attempts ended with their process");
}
