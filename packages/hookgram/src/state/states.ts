import type { Json } from "../dispatch/invocation.ts";
import { HookgramError } from "../error.ts";
import type { AnyEventKind, EventKind } from "../event/event-kind.ts";
import type { FilterObject, Verdict } from "../filter/filter.ts";
import {
  isSchema,
  type SchemaInput,
  type SchemaOutput,
  type StandardSchema,
} from "./standard-schema.ts";
import type { StateControl } from "./state-control.ts";
import { stateTimeout } from "../timer/state-timeout.ts";
import { STATE_STRATEGIES, type StateStrategy } from "./strategy.ts";

/** A stored state of an earlier version, as `migrate` gets it. */
export interface StoredState {
  /** The state's name without its group's. */
  readonly state: string;
  readonly data: Json;
  /** The `version` that the group had when this was written. */
  readonly version: number;
}

/** How the states of a group are kept. */
export interface StateOptions {
  /**
   * Which updates share one state. `user-in-chat` (the default): each user in each chat; `chat`:
   * all users of a chat together; `user`: a user in all chats; `user-in-topic` and `topic`: as the
   * first two, but each topic of a forum by itself.
   */
  readonly strategy?: StateStrategy;
  /**
   * Milliseconds after the last `enter` or `update` after which a state is over; for ever by
   * default.
   */
  readonly ttlMs?: number;
  /**
   * Milliseconds after the last `enter` or `update` after which `onTimeout` is emitted in the
   * conversation, for all states of the group or by their names; never by default. The conversation
   * stays in the state until a handler of that event leaves it.
   */
  readonly timeoutMs?: number | Readonly<Record<string, number>>;
  /** What a time-out emits, with the data `{ state }`; {@link stateTimeout} by default. */
  readonly onTimeout?: EventKind<{ readonly state: string }, unknown> | EventKind;
  /** A whole number to raise when stored data would not fit the schemas any more; 1 by default. */
  readonly version?: number;
  /**
   * Turns a stored state of an earlier version into one of this version; `undefined` ends it.
   * Without this function states of earlier versions are ended.
   */
  readonly migrate?: (
    stored: StoredState,
  ) => StateSnapshot | undefined | Promise<StateSnapshot | undefined>;
}

/** What `migrate` answers. */
export interface StateSnapshot {
  readonly state: string;
  readonly data: Json;
}

/** What the states of a group have in common. */
export interface StateGroupInfo {
  readonly name: string;
  readonly strategy: StateStrategy;
  readonly ttlMs: number | undefined;
  readonly version: number;
  readonly migrate: StateOptions["migrate"];
  readonly hasTimeouts: boolean;
  /** Milliseconds by the state's short name; undefined: never. */
  readonly timeoutOf: (name: string) => number | undefined;
  readonly onTimeout: AnyEventKind;
  /** The group's states by their short names. */
  readonly members: ReadonlyMap<string, AnyState>;
}

/** What a handler finds when it is filtered by a state. */
export interface StateMatch<Input, Output> {
  /** The state's data as it was when the handler was chosen; `null` for a state without data. */
  readonly data: Output;
  readonly state: MatchedState<Input, Output>;
}

/** What `state` can do in addition where the state is known. */
export interface MatchedState<Input, Output> {
  /** The state's data now, updates of this attempt included. */
  readonly data: Output;
  /**
   * Replaces these properties and keeps the others; gives the new data.
   * @throws HookgramError `bad-state-data` when the schema does not accept the result,
   * `not-in-state` when the state was left meanwhile.
   */
  readonly update: (patch: Partial<Input>) => Promise<Output>;
}

declare const input: unique symbol;

/** A state: `state.enter` it, and use it as a filter of the handlers that act in it. */
export interface State<Input, Output> extends FilterObject<
  { readonly state: StateControl },
  StateMatch<Input, Output>
> {
  /** @internal */
  readonly group: StateGroupInfo;
  /** The name without the group's. */
  readonly name: string;
  /** @internal */
  readonly schema: StandardSchema | null;
  /** Exists for the compiler only. */
  readonly [input]?: (data: Input) => void;
}

/** Any state, for code that does not look at the data. */
export type AnyState = State<never, unknown>;

/** The states of a group by name, each with the schema of its data, or `null` for no data. */
export type StateShape = Readonly<Record<string, StandardSchema | null>>;

/** The state that `states` makes of a schema. */
export type StateOf<S extends StandardSchema | null> = S extends StandardSchema
  ? State<SchemaInput<S>, SchemaOutput<S>>
  : State<null, null>;

/** What `states` gives: a state for each name. */
export type StateGroup<Shape extends StateShape> = {
  readonly [Name in keyof Shape]: StateOf<Shape[Name]>;
};

/**
 * Declares states that a conversation can be in, with the data that it carries from one message to
 * the next. States of groups with the same strategy exclude each other.
 *
 * A state as a filter matches whatever comes, commands and stickers included; the filters after it
 * say what the step takes: `text()` for words, `noCommand()` for everything that is no command.
 *
 * Data is stored as JSON, exactly as it is given to `enter`, and goes through the schema on the way
 * in and on the way out; a handler sees what the schema makes of it. Stored data that does not fit
 * any more ends the state with a warning in the log, and is never an error.
 * @throws HookgramError `bad-argument` for an empty group, a name with `:` or an option out of
 * range.
 */
export function states<const Shape extends StateShape>(
  name: string,
  shape: Shape,
  options: StateOptions = {},
): StateGroup<Shape> {
  const members = new Map<string, AnyState>();
  const group = describeGroup(name, options, members);
  if (Object.keys(shape ?? {}).length === 0)
    throw badArgument(name, "a group needs at least one state");
  for (const [member, schema] of Object.entries(shape)) {
    assertName(name, member);
    if (schema !== null && !isSchema(schema))
      throw badArgument(name, `"${member}" takes null, or a schema as zod and valibot make them`);
    members.set(member, createState(group, member, schema));
  }
  const { timeoutMs } = options;
  for (const member of typeof timeoutMs === "object" ? Object.keys(timeoutMs) : [])
    if (!members.has(member)) throw badArgument(name, `timeoutMs: there is no state "${member}"`);
  return Object.freeze(Object.fromEntries(members)) as unknown as StateGroup<Shape>;
}

/** The states of a group as one filter: matches in any of them, with the union of their data. */
export function inGroup<G extends Readonly<Record<string, AnyState>>>(
  group: G,
): FilterObject<{ readonly state: StateControl }, MatchIn<G[keyof G]>> {
  const parts = Object.values(group);
  return {
    label: `inGroup(${parts[0]?.group.name})`,
    parts,
    matches: ({ state }) => state.matchAny(parts) as Promise<Verdict<MatchIn<G[keyof G]>>>,
  };
}

/** What a handler finds that is filtered by state `S`. */
export type MatchIn<S> =
  S extends State<infer Input, infer Output> ? StateMatch<Input, Output> : never;

/** Matches in conversations that are in no state that the bot knows. */
export function noState(): FilterObject<{ readonly state: StateControl }> {
  return { label: "noState", matches: async ({ state }) => !(await state.isActive()) };
}

/** Tells a state from other filters. */
export function isState(filter: object): filter is AnyState {
  return STATES.has(filter);
}

/** @throws HookgramError `bad-argument` for what is no state, such as a whole group. */
export function assertState(value: unknown, method: string): asserts value is AnyState {
  if (typeof value === "object" && value !== null && isState(value)) return;
  throw new HookgramError("bad-argument", `${method}: it takes one state of a group`);
}

const STATES = new WeakSet<object>();

function createState(group: StateGroupInfo, name: string, schema: StandardSchema | null): AnyState {
  const state: AnyState = {
    label: `${group.name}:${name}`,
    group,
    name,
    schema,
    matches: ({ state: control }) => control.match(state),
  };
  STATES.add(state);
  return Object.freeze(state);
}

function describeGroup(
  name: string,
  options: StateOptions,
  members: ReadonlyMap<string, AnyState>,
): StateGroupInfo {
  const { strategy = "user-in-chat", ttlMs, version = 1, migrate } = options;
  assertName(name, name);
  if (!STATE_STRATEGIES.includes(strategy))
    throw badArgument(name, `strategy is one of ${STATE_STRATEGIES.join(", ")}, not "${strategy}"`);
  if (ttlMs !== undefined && !(ttlMs > 0))
    throw badArgument(name, `ttlMs is a number of milliseconds above 0, not ${ttlMs}`);
  if (!Number.isSafeInteger(version))
    throw badArgument(name, `version is a whole number, not ${version}`);
  return { name, strategy, ttlMs, version, migrate, members, ...describeTimeouts(name, options) };
}

function describeTimeouts(
  group: string,
  { timeoutMs, onTimeout = stateTimeout }: StateOptions,
): Pick<StateGroupInfo, "hasTimeouts" | "timeoutOf" | "onTimeout"> {
  const byName = typeof timeoutMs === "object" ? timeoutMs : undefined;
  const limits = typeof timeoutMs === "number" ? [timeoutMs] : Object.values(byName ?? {});
  for (const limitMs of limits)
    if (!(limitMs > 0))
      throw badArgument(group, `timeoutMs is a number of milliseconds above 0, not ${limitMs}`);
  return {
    hasTimeouts: timeoutMs !== undefined,
    timeoutOf: (name) => (typeof timeoutMs === "number" ? timeoutMs : byName?.[name]),
    onTimeout,
  };
}

function assertName(group: string, name: string): void {
  if (name !== "" && !name.includes(":")) return;
  throw badArgument(group, `"${name}" is no name for a state or group; it has no ":" in it`);
}

function badArgument(group: string, problem: string): HookgramError {
  return new HookgramError("bad-argument", `states("${group}"): ${problem}`);
}
