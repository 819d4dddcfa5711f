import type { Origin } from "../context/origin.ts";
import type { Invocation, Json, StateRecord } from "../dispatch/invocation.ts";
import { checkSchema } from "./standard-schema.ts";
import { type HistoryStep, packHistory, unpackHistory } from "./state-history.ts";
import type { AnyState, StateGroupInfo, StateSnapshot } from "./states.ts";
import { stageTimeout, timeoutKey } from "../timer/state-timeout.ts";
import { stateKey, type StateStrategy } from "./strategy.ts";

/** The state that a conversation is in. */
export interface CurrentState {
  readonly state: AnyState;
  /** As it was entered, before the schema. */
  readonly stored: Json;
  /** What the schema makes of it. */
  readonly data: unknown;
  /** The states that the conversation can go back to, the newest last. */
  readonly history: readonly HistoryStep[];
}

/** What is entered besides the state. */
export interface EnteredData {
  readonly data: Json;
  /** None by default. */
  readonly history?: readonly HistoryStep[];
}

/** A stored state of a group by its short name, its envelope taken off. */
interface Unpacked extends StateSnapshot {
  readonly history: readonly HistoryStep[];
}

/**
 * The stored states of one update's conversation, each read at most once per attempt.
 *
 * **Invariant:** a record that cannot be understood counts as no state and never fails the update.
 * It is removed when it is over, or when its data does not fit and never will; a record with an
 * unknown name or of a newer version stays, because a roll-back may bring its code back.
 */
export class StoredStates {
  readonly #invocation: Invocation;
  readonly #origin: Origin;
  readonly #timed: ReadonlySet<StateStrategy>;
  readonly #records = new Map<string, Promise<StateRecord | undefined>>();
  /** Replaced by every write, so that a reading that began before it cannot bring old data back. */
  #current = new Map<StateGroupInfo, CurrentState | undefined>();

  /** `timed`: the strategies under whose keys a state may have a time-out. */
  constructor(invocation: Invocation, origin: Origin, timed: ReadonlySet<StateStrategy>) {
    this.#invocation = invocation;
    this.#timed = timed;
    this.#origin = origin;
  }

  /** Where a group's state is stored; undefined when the update lacks what the strategy needs. */
  key({ strategy }: { readonly strategy: StateStrategy }): string | undefined {
    return stateKey(strategy, this.#invocation.me.id, this.#origin);
  }

  /** Which of the group's states the conversation is in; at once when it is known already. */
  current(group: StateGroupInfo): CurrentState | undefined | Promise<CurrentState | undefined> {
    return this.#current.has(group) ? this.#current.get(group) : this.#find(group);
  }

  /** Stages a state of the group under `key`. */
  enter(key: string, state: AnyState, { data, history = [] }: EnteredData): void {
    const { ttlMs, version, strategy, timeoutOf, onTimeout: event } = state.group;
    const expiry = ttlMs === undefined ? {} : { expiresAtMs: this.#invocation.now() + ttlMs };
    this.#current = new Map();
    const packed = packHistory({ data, history });
    this.#stage(key, { state: state.label, data: packed, schemaVersion: version, ...expiry });
    if (!this.#timed.has(strategy)) return;
    const entered = { key, label: state.label, afterMs: timeoutOf(state.name), event };
    stageTimeout(this.#invocation, this.#origin, entered);
  }

  /** Stages the end of whatever state is stored under `key`. */
  async leave(key: string): Promise<void> {
    if ((await this.#read(key)) === undefined) return;
    this.#current = new Map();
    this.#stage(key, undefined);
    if (this.#timed.size > 0) this.#invocation.timers.write(timeoutKey(key), undefined);
  }

  async #find(group: StateGroupInfo): Promise<CurrentState | undefined> {
    const cache = this.#current;
    const key = this.key(group);
    const record = key === undefined ? undefined : await this.#read(key);
    const found =
      key === undefined || record === undefined
        ? undefined
        : await this.#interpret(group, key, record);
    cache.set(group, found);
    return found;
  }

  async #read(key: string): Promise<StateRecord | undefined> {
    let reading = this.#records.get(key);
    if (reading === undefined) {
      reading = this.#invocation.states.read(key);
      this.#records.set(key, reading);
    }
    const record = await reading;
    if (record?.expiresAtMs === undefined || record.expiresAtMs > this.#invocation.now())
      return record;
    this.#stage(key, undefined);
    return undefined;
  }

  async #interpret(
    group: StateGroupInfo,
    key: string,
    record: StateRecord,
  ): Promise<CurrentState | undefined> {
    const separator = record.state.indexOf(":");
    if (record.state.slice(0, separator) !== group.name) return undefined;
    const stored = { state: record.state.slice(separator + 1), ...unpackHistory(record.data) };
    const snapshot =
      record.schemaVersion === group.version
        ? stored
        : await this.#migrate(group, { key, record, stored });
    if (snapshot === undefined) return undefined;
    const state = group.members.get(snapshot.state);
    if (state === undefined) return this.#ignore(record, "its name is unknown");
    const checked = await checkSchema(state.schema, snapshot.data);
    if (!checked.ok) return this.#end(key, record, `its data does not fit: ${checked.problem}`);
    return { state, stored: snapshot.data, data: checked.value, history: snapshot.history };
  }

  async #migrate(
    group: StateGroupInfo,
    { key, record, stored }: { key: string; record: StateRecord; stored: Unpacked },
  ): Promise<Unpacked | undefined> {
    const { schemaVersion: version } = record;
    const { migrate } = group;
    if (version > group.version) return this.#ignore(record, "a newer version has written it");
    if (migrate === undefined) return this.#end(key, record, "there is no migration");
    try {
      const migrated = await migrate({ state: stored.state, data: stored.data, version });
      if (migrated === undefined) return this.#end(key, record, "the migration ends it");
      const history: HistoryStep[] = [];
      for (const step of stored.history) {
        const before = step.version === undefined ? await migrate({ ...step, version }) : step;
        if (before !== undefined) history.push(before);
      }
      const { state, data } = migrated;
      const label = `${group.name}:${state}`;
      const packed = packHistory({ data, history });
      this.#stage(key, { ...record, state: label, data: packed, schemaVersion: group.version });
      return { state, data, history };
    } catch (error) {
      return this.#ignore(record, `the migration failed: ${String(error)}`);
    }
  }

  #stage(key: string, record: StateRecord | undefined): void {
    this.#invocation.states.write(key, record);
    this.#records.set(key, Promise.resolve(record));
  }

  #end(key: string, record: StateRecord, reason: string): undefined {
    this.#stage(key, undefined);
    this.#warn(record, `A stored state was ended: ${reason}`);
  }

  #ignore(record: StateRecord, reason: string): undefined {
    this.#warn(record, `A stored state is ignored and kept: ${reason}`);
  }

  #warn({ state, schemaVersion }: StateRecord, message: string): undefined {
    this.#invocation.logger.warn({ state, schemaVersion }, message);
  }
}
