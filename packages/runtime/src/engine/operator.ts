import type { Clock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import { RuntimeError } from "../error.ts";
import type { Pause, PauseScope } from "../store/pause-store.ts";
import type {
  DoubtfulUpdate,
  DoubtsQuery,
  EffectDecision,
  LeftOut,
  LeftOutQuery,
  Repair,
  RepairAction,
  Replayed,
  UpdateName,
  UpdateRecord,
} from "../store/repair-store.ts";
import { REPAIR_MAX } from "../store/repair-store.ts";
import type {
  JournalEntry,
  ParkedFilter,
  ParkedQuery,
  ParkedUpdate,
  Store,
} from "../store/store.ts";
import type { StoreNode } from "../store/store-node.ts";
import type { Pauses } from "./pauses.ts";
import { RepairRunner } from "./repair-runner.ts";

/** Options of {@link Operator.replay}. */
export interface ReplayOptions {
  /**
   * Says what became of effects that may have happened, by their keys in the journal. `repeat`: the
   * next attempt does it again. `{ result }`: it happened, and later attempts get this value, as JSON
   * would carry it. Default: nothing is decided.
   */
  readonly effects?: Readonly<Record<string, "repeat" | { readonly result: unknown }>>;
}

/** Options of {@link Operator.planRepair}. */
export interface RepairOptions {
  readonly action: RepairAction;
  /** Which dead letters. Default: all that are parked now. */
  readonly filter?: ParkedFilter;
  /** Dead letters per second, from 0.01 to 1,000. Default 10. */
  readonly ratePerSecond?: number;
  /** Why, for whoever reads it later. Default: empty. */
  readonly note?: string;
}

/** What a repair would do. */
export interface RepairPreview {
  readonly repair: Repair;
  /** The newest ten of its dead letters. */
  readonly samples: readonly ParkedUpdate[];
}

/**
 * What an operator, or a program for one, can look at and repair while the bot runs. Every change is
 * committed when its promise resolves.
 *
 * All methods reject with what the store rejects with.
 */
export interface Operator {
  /** The dead letters that match, newest first. */
  parked(query?: ParkedQuery): Promise<readonly ParkedUpdate[]>;
  /** What is known about one update; undefined when it is unknown or was removed by retention. */
  record(name: UpdateName): Promise<UpdateRecord | undefined>;
  /** What the attempts at an update did, in the order in which it was first recorded. */
  journal(seq: number): Promise<readonly JournalEntry[]>;
  /**
   * Updates with effects that may have happened twice or not at all, newest first. They are known
   * for as long as the journal is kept: until the update's bytes are removed.
   */
  doubts(query?: DoubtsQuery): Promise<readonly DoubtfulUpdate[]>;
  /**
   * Puts a dead letter back at the end of its lane. Effects whose results are in its journal are not
   * repeated. Resolves to the update's new number, or to undefined when no update with this number
   * is parked.
   * @throws RuntimeError `undecided-effects` when the update is parked as `ambiguous` and `effects`
   * does not decide each such effect; `bad-options` for an effect that is not in doubt.
   */
  replay(seq: number, options?: ReplayOptions): Promise<number | undefined>;
  /**
   * Decides that a dead letter will not be handled any more. It is kept, with the note, for as long
   * as an update that is done. Resolves to false when no update with this number is parked.
   */
  discard(seq: number, note?: string): Promise<boolean>;
  /**
   * Plans one action on all dead letters that match now, and on none that are parked later. Nothing
   * happens before {@link Operator.startRepair}; a plan that is not started within 24 hours is
   * forgotten.
   * @throws RuntimeError `bad-options` when more than 100,000 match, or for a rate out of range.
   */
  planRepair(options: RepairOptions): Promise<RepairPreview>;
  /** Starts a planned repair, which goes on after restarts. False unless it is `planned`. */
  startRepair(id: number): Promise<boolean>;
  /** Stops a repair where it is; what it has done stays done. False when it has ended already. */
  abortRepair(id: number): Promise<boolean>;
  /** How far a repair is; undefined when it is unknown or was removed by retention. */
  repair(id: number): Promise<Repair | undefined>;
  /** The newest 100 repairs. They are kept for as long as updates that are done. */
  repairs(): Promise<readonly Repair[]>;
  /** The dead letters that a repair has not changed, with the reason, oldest first. */
  leftOut(id: number, query?: LeftOutQuery): Promise<readonly LeftOut[]>;
  /**
   * Begins no attempt at updates of this bot, or in this lane, until {@link Operator.resume}. It
   * applies to all nodes, within a second, and after restarts. Running attempts end as usual.
   * Updates are accepted and wait; those that outlive their use meanwhile expire. Resolves to false
   * when the scope is paused already.
   */
  pause(scope: PauseScope, note?: string): Promise<boolean>;
  /** Goes on with what has waited, in order. Resolves to false when the scope is not paused. */
  resume(scope: PauseScope): Promise<boolean>;
  /** The pauses that are in force, oldest first. */
  pauses(): Promise<readonly Pause[]>;
  /**
   * The processes that share the store, oldest first, among them each operator that looks at it just
   * now. Undefined when the store belongs to one process. All lanes are counted for it, which takes
   * half a second with a million of them; updates do not wait for that.
   */
  nodes(): Promise<readonly StoreNode[] | undefined>;
}

const RATE_PER_SECOND = 10;
const SAMPLES = 10;

export interface StoreOperatorOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Is told when pauses were changed here. */
  readonly pauses: Pick<Pauses, "refresh">;
}

/** The {@link Operator} of a store. While it is started, it also carries repairs out. */
export class StoreOperator implements Operator {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #pauses: StoreOperatorOptions["pauses"];
  readonly #runner: RepairRunner;

  constructor(options: StoreOperatorOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#pauses = options.pauses;
    this.#runner = new RepairRunner(options);
  }

  /** Begins to carry out repairs that are running. */
  start(): void {
    this.#runner.start();
  }

  stop(): void {
    this.#runner.stop();
  }

  parked(query: ParkedQuery = {}): Promise<readonly ParkedUpdate[]> {
    return this.#store.parked(query);
  }

  record(name: UpdateName): Promise<UpdateRecord | undefined> {
    return this.#store.repairs.record(name);
  }

  journal(seq: number): Promise<readonly JournalEntry[]> {
    return this.#store.journal(seq);
  }

  doubts(query: DoubtsQuery = {}): Promise<readonly DoubtfulUpdate[]> {
    return this.#store.repairs.doubts(query);
  }

  async replay(seq: number, { effects = {} }: ReplayOptions = {}): Promise<number | undefined> {
    const replayed = await this.#store.replay(seq, Object.entries(effects).map(toDecision));
    return numberOf(seq, replayed);
  }

  discard(seq: number, note = ""): Promise<boolean> {
    return this.#store.repairs.discard(seq, note, this.#clock.now());
  }

  async planRepair(options: RepairOptions): Promise<RepairPreview> {
    const { action, filter = {}, ratePerSecond = RATE_PER_SECOND, note = "" } = options;
    assertRate(ratePerSecond);
    const { repairs } = this.#store;
    const plan = { action, filter, ratePerSecond, note, atMs: this.#clock.now() };
    const planned = await repairs.plan(plan);
    if ("tooMany" in planned) throw tooMany(planned.tooMany);
    const samples = await this.#store.parked({ ...filter, limit: SAMPLES });
    return { repair: (await repairs.get(planned.id))!, samples };
  }

  async startRepair(id: number): Promise<boolean> {
    const isStarted = await this.#store.repairs.turn(id, "running", this.#clock.now());
    if (isStarted) this.#runner.poke();
    return isStarted;
  }

  abortRepair(id: number): Promise<boolean> {
    return this.#store.repairs.turn(id, "aborted", this.#clock.now());
  }

  repair(id: number): Promise<Repair | undefined> {
    return this.#store.repairs.get(id);
  }

  repairs(): Promise<readonly Repair[]> {
    return this.#store.repairs.list();
  }

  leftOut(id: number, query: LeftOutQuery = {}): Promise<readonly LeftOut[]> {
    return this.#store.repairs.leftOut(id, query);
  }

  async pause(scope: PauseScope, note = ""): Promise<boolean> {
    const pause = { ...scope, sinceMs: this.#clock.now(), note };
    const isPaused = await this.#store.pauses.pause(pause);
    await this.#pauses.refresh();
    return isPaused;
  }

  async resume(scope: PauseScope): Promise<boolean> {
    const isResumed = await this.#store.pauses.resume(scope);
    await this.#pauses.refresh();
    return isResumed;
  }

  pauses(): Promise<readonly Pause[]> {
    return this.#store.pauses.list();
  }

  async nodes(): Promise<readonly StoreNode[] | undefined> {
    return this.#store.nodes?.();
  }
}

function assertRate(rate: number): void {
  if (rate >= 0.01 && rate <= 1_000) return;
  const rule = "ratePerSecond is a number from 0.01 to 1000";
  throw new RuntimeError("bad-options", `${rule}; got ${String(rate)}`);
}

function tooMany(count: number): RuntimeError {
  const repair = "narrow the filter, for example by parkedFromMs and parkedToMs";
  const message = `${count} dead letters match, a repair takes ${REPAIR_MAX}; ${repair}`;
  return new RuntimeError("bad-options", message);
}

function toDecision([key, decided]: [
  string,
  "repeat" | { readonly result: unknown },
]): EffectDecision {
  if (decided === "repeat") return { key, kind: "unknown", value: undefined };
  return { key, kind: "result", value: JSON.stringify(decided.result) };
}

function numberOf(seq: number, replayed: Replayed): number | undefined {
  switch (replayed.status) {
    case "replayed":
      return replayed.seq;
    case "unknown":
      return undefined;
    case "undecided": {
      const effects = replayed.effects.join(", ");
      const repair = 'say "repeat", or { result } if it has happened';
      const message = `update ${seq} waits for a decision about ${effects}; ${repair}`;
      throw new RuntimeError("undecided-effects", message);
    }
    case "no-such-effect": {
      const rule = "only an effect that may have happened can be decided";
      const message = `${rule}; update ${seq} has none named ${replayed.effects.join(", ")}`;
      throw new RuntimeError("bad-options", message);
    }
  }
}
