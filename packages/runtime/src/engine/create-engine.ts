import type { EventKind } from "hookgram";

import { EventLog } from "../event-log/event-log.ts";
import { RuntimeError } from "../error.ts";
import type { Acceptance, IncomingUpdate } from "../inbox.ts";
import { AttemptRules } from "../lanes/attempt-rules.ts";
import type { LaneItem } from "../lanes/lane.ts";
import { LaneMemory } from "../lanes/lane-memory.ts";
import { LaneRunner } from "../lanes/lane-runner.ts";
import type { Ending, Store } from "../store/store.ts";
import { Admission } from "./admission.ts";
import { AttemptRunner } from "./attempt-runner.ts";
import { countEnding, newCounts } from "./counts.ts";
import { BotHooks } from "./bot-hooks.ts";
import { BotSet } from "./bot-set.ts";
import { EngineDrain } from "./engine-drain.ts";
import { StoreOperator } from "./operator.ts";
import type { EmitFromOutside, Engine, EngineOptions, EngineStats, StopReport } from "./engine.ts";
import { laneByKey } from "./lane-of.ts";
import { Pauses } from "./pauses.ts";
import { reportClocks } from "./report-clocks.ts";
import { withoutMarks } from "./seen-contents.ts";
import { readSettings, type Settings } from "./settings.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { OutboxService } from "../outbox/outbox-service.ts";
import { Sweeper } from "../sweeper.ts";
import { StateCache } from "./state-cache.ts";
import { sweepUpdates } from "./sweep-updates.ts";
import { TimerService } from "./timer-service.ts";

/**
 * Makes an engine, which does nothing before {@link Engine.start}. Entry points such as `listen` and
 * `mount` make one themselves; this is for hosts that receive updates in another way.
 * @throws RuntimeError `bad-options`
 */
export function createEngine(options: EngineOptions): Engine {
  return new LaneEngine(readSettings(options));
}

/** Default time for running attempts to end by themselves when the engine stops. */
const DRAIN_MS = 10_000;

/** Records of conversation state that are kept in memory at most. */
const STATES_MAX = 10_000;

/** Connects the parts of an engine, and starts and stops them. See {@link Engine} for its states. */
class LaneEngine implements Engine {
  readonly operator: StoreOperator;
  readonly outbox: Outbox;
  readonly events: EventLog;
  readonly bots: BotSet;
  readonly #outbox: OutboxService;
  readonly #settings: Settings;
  readonly #admission: Admission;
  readonly #store: Store;
  readonly #states: StateCache;
  readonly #attempts: AttemptRunner;
  readonly #rules: AttemptRules;
  readonly #runner: LaneRunner;
  readonly #memory: LaneMemory;
  readonly #sweeper: Sweeper;
  readonly #timers: TimerService;
  readonly #hooks: BotHooks;
  readonly #drain: EngineDrain;
  readonly #pauses: Pauses;
  readonly #counts = newCounts();
  #state: EngineStats["state"] = "new";
  #lost: RuntimeError | undefined;
  #stopping: Promise<StopReport> | undefined;
  #started: Promise<void> | undefined;
  readonly #giveUp = new AbortController();

  constructor(settings: Settings) {
    const { store, clock, bots: list } = settings;
    const laneOf = laneByKey(settings);
    this.#settings = settings;
    this.#store = store;
    this.#outbox = new OutboxService(settings);
    this.outbox = this.#outbox.outbox;
    this.#hooks = new BotHooks(settings);
    this.bots = new BotSet({
      list,
      clock,
      outbox: this.#outbox,
      hooks: this.#hooks,
      busy: (botId) => this.#memory.runningOf(botId),
      abort: (botId) => this.#attempts.abortAll(botId),
      isRunning: () => this.#state === "running",
      added: () => this.#memory.resume(this.#rules.isHeld),
    });
    this.#states = new StateCache(store, STATES_MAX);
    this.#attempts = new AttemptRunner({
      ...settings,
      laneOf,
      states: this.#states,
      bots: this.bots.running,
      doubted: (kind) => (this.#counts[`${kind}Effects`] += 1),
    });
    this.#memory = new LaneMemory({
      store,
      clock,
      loadedMax: settings.loadedMax,
      headReady: (lane) => this.#runner.push(lane),
      failed: (error) => this.#fail(error),
    });
    this.#pauses = new Pauses({
      ...settings,
      changed: () => this.#memory.resume(this.#rules.isHeld),
      failed: (error) => this.#fail(error),
    });
    this.operator = new StoreOperator({ ...settings, pauses: this.#pauses });
    this.#rules = new AttemptRules({ ...settings, bots: this.bots, pauses: this.#pauses });
    this.#runner = new LaneRunner({
      ...settings,
      rules: this.#rules,
      attempts: this.#attempts,
      memory: this.#memory,
      settled: (item, ending) => this.#settled(item, ending),
      conflicted: (keys) => this.#conflicted(keys),
      failed: (error) => this.#fail(error),
    });
    const memory = this.#memory;
    this.#admission = new Admission({ store, clock, laneOf, memory, canBegin: this.#canBegin });
    this.#sweeper = new Sweeper({ clock, sweep: () => sweepUpdates(store, clock, settings) });
    this.events = new EventLog(settings);
    this.#timers = new TimerService({ ...settings, room: () => memory.room });
    this.#drain = new EngineDrain({
      clock,
      attempts: this.#attempts,
      runner: this.#runner,
      memory,
      outbox: this.#outbox,
      hooks: this.#hooks,
    });
  }

  async start({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    if (this.#state !== "new") throw new RuntimeError("bad-options", "an engine is started once");
    this.#state = "starting";
    const signals = [this.#giveUp.signal, signal ?? []].flat();
    this.#started = this.#begin(AbortSignal.any(signals));
    await this.#started;
    this.#state = "running";
    this.#runner.release();
    this.#sweeper.start();
    this.#outbox.start();
    this.operator.start();
    this.#timers.start();
    const { live, parked } = this.#store.stats();
    this.#settings.logger.info({ pending: live, parked }, "the store is open");
  }

  async accept(update: IncomingUpdate): Promise<Acceptance> {
    this.#assertAccepting(update.botId);
    const accepted = await this.#admission.accept(update);
    if (accepted.status === "duplicate") this.#counts.duplicates += 1;
    // Its turn comes later, perhaps on another node: the answer must not wait for its handler.
    else if (accepted.place !== "hand")
      this.bots.running.get(update.botId)?.replies?.release(update);
    return accepted.status;
  }

  async emit<Input>(
    kind: EventKind<Input, unknown>,
    data: Input,
    { botId = this.#settings.bots[0]?.id ?? 0, ...options }: EmitFromOutside = {},
  ): Promise<Acceptance> {
    this.#assertAccepting(botId);
    const accepted = await this.#admission.emit(kind, data, { botId, ...options });
    return accepted.status;
  }

  stop({ drainMs = DRAIN_MS }: { readonly drainMs?: number } = {}): Promise<StopReport> {
    this.#stopping ??= this.#leave();
    const cancel = this.#settings.clock.after(drainMs, () => this.#drain.cutShort());
    return this.#stopping.finally(cancel);
  }

  stats(): EngineStats {
    const { live, parked } = this.#store.stats();
    const { lanes, asleep, held, oldestAtMs } = this.#memory;
    const { clock } = this.#settings;
    return {
      state: this.#state,
      pending: live,
      running: this.#runner.running,
      retrying: asleep,
      held,
      paused: this.#pauses.list,
      parked,
      lanes: lanes.size,
      oldestPendingMs: oldestAtMs === undefined ? undefined : clock.now() - oldestAtMs,
      timersFired: this.#timers.count,
      ...this.#counts,
    };
  }

  /** The part of a start that can fail. What the store hands out meanwhile waits in the lanes. */
  async #begin(signal: AbortSignal): Promise<void> {
    this.#runner.hold();
    try {
      await this.#store.open({
        found: (update) => this.#memory.found(update),
        foundAside: (lane, seq) => this.#memory.foundAside(lane, seq),
        waiting: () => this.#memory.waiting(),
        pausesChanged: () => void this.#pauses.refresh(),
        timerDue: (dueAtMs) => this.#timers.due(dueAtMs),
        clocksApart: (aheadMs) => reportClocks(this.#settings.logger, aheadMs),
      });
    } catch (error) {
      this.#state = "stopped";
      throw error;
    }
    try {
      await this.#pauses.load();
      await this.bots.start(signal);
      if (this.#lost !== undefined) throw this.#lost;
    } catch (error) {
      this.#halt();
      await this.#drain.stopHooks({ isLate: true });
      await this.#store.close();
      this.#state = "stopped";
      throw error;
    }
  }

  #assertAccepting(botId: number): void {
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#state === "new" || this.#state === "starting") {
      throw new RuntimeError("store-unavailable", "the engine is not started yet");
    }
    if (this.#state !== "running") {
      throw new RuntimeError("stopping", "the engine takes nothing more");
    }
    if (this.bots.isActive(botId)) return;
    const rule = `this engine does not run bot ${botId}`;
    throw new RuntimeError("bad-options", `${rule}; give it to createEngine`);
  }

  readonly #canBegin = (botId: number, lane: string): boolean =>
    this.#runner.hasRoom && !this.#rules.isHeld(botId, lane);

  #settled(item: LaneItem, ending: Ending): void {
    this.events.wake();
    countEnding(this.#counts, ending);
    if (ending.to !== "done") return;
    this.#states.committed(withoutMarks(ending.writes), item.seq);
    if (ending.outbox !== undefined) this.#outbox.kick();
  }

  #conflicted(keys: readonly string[]): void {
    this.#counts.stateConflicts += 1;
    this.#states.forget(keys);
  }

  /** Called when the store failed for good: another process owns it, or it is closed. */
  #fail(error: unknown): void {
    const isOpen = this.#state === "starting" || this.#state === "running";
    if (this.#lost !== undefined || !isOpen) return;
    this.#lost =
      error instanceof RuntimeError
        ? error
        : new RuntimeError("store-unavailable", `the store failed: ${String(error)}`);
    this.#settings.logger.error({ error: this.#lost.message }, "the store is lost; restart");
    this.#halt();
    this.#drain.abort();
  }

  #halt(): void {
    this.operator.stop();
    this.#sweeper.stop();
    this.#timers.stop();
    this.#memory.stop();
    this.#runner.stop();
  }

  async #leave(): Promise<StopReport> {
    if (this.#state === "starting") await this.#giveUpStart();
    if (this.#state !== "running") {
      this.#state = "stopped";
      return { finished: 0, aborted: 0, left: 0 };
    }
    this.#state = "stopping";
    this.#halt();
    const ended = await this.#drain.run();
    const left = this.#store.stats().live;
    await this.#store.close();
    this.#state = "stopped";
    return { ...ended, left };
  }

  /** Afterwards the engine is stopped, or running if the start had succeeded already. */
  async #giveUpStart(): Promise<void> {
    this.#giveUp.abort(new RuntimeError("stopping", "the engine was stopped while it started"));
    await this.#started?.catch(() => {});
  }
}
