import type { Json } from "../dispatch/invocation.ts";
import { isPromise } from "../dispatch/is-promise.ts";
import { HookgramError } from "../error.ts";
import type { Verdict } from "../filter/filter.ts";
import type { Scope } from "../context/scope.ts";
import type { SceneNavigator } from "../scene/scene-navigator.ts";
import type { Scenes } from "../scene/scenes.ts";
import type { StoredStates, CurrentState } from "./stored-states.ts";
import { checkSchema } from "./standard-schema.ts";
import {
  type AnyState,
  assertState,
  type MatchedState,
  type State,
  type StateGroupInfo,
  type StateMatch,
} from "./states.ts";

/** A state without data is entered without an argument. */
export type EnterArguments<Input> = [Input] extends [null] ? [] : [data: Input];

/**
 * The states of the conversation that an update belongs to, as `state` in the context.
 *
 * What is entered, updated or left is visible to the rest of the attempt at once. It is stored when
 * the host commits the update; a failed attempt leaves nothing.
 */
export class StateControl {
  readonly #conversation: StoredStates;
  readonly #groups: readonly StateGroupInfo[];
  readonly #scenes: Scenes;

  /** @internal `groups` and `scenes` are all that the bot knows. */
  constructor(conversation: StoredStates, groups: readonly StateGroupInfo[], scenes: Scenes) {
    this.#conversation = conversation;
    this.#groups = groups;
    this.#scenes = scenes;
  }

  /**
   * Puts the conversation into a state, in place of the one that it was in.
   * @throws HookgramError `bad-state-data` when the schema does not accept the data,
   * `no-conversation` when the update lacks the user or chat that the group's strategy needs.
   */
  async enter<Input>(
    state: State<Input, unknown>,
    ...[data]: EnterArguments<Input>
  ): Promise<void> {
    assertState(state, "state.enter");
    const key = this.#conversation.key(state.group);
    if (key === undefined) throw noConversation(state);
    this.#conversation.enter(key, state, { data: await toStateData(state, data) });
  }

  /**
   * Ends the state in which the handler was matched; in a handler without a state filter, every
   * state of the conversation. Nothing happens when it is in none.
   */
  async leave(): Promise<void> {
    const keys = new Set(this.#groups.map((group) => this.#conversation.key(group)));
    for (const key of keys) if (key !== undefined) await this.#conversation.leave(key);
  }

  /**
   * The data of `state` as its schema gives it, or undefined when the conversation is not in it.
   */
  async read<Output>(state: State<never, Output>): Promise<Output | undefined> {
    assertState(state, "state.read");
    const current = await this.#conversation.current(state.group);
    return current?.state === state ? (current.data as Output) : undefined;
  }

  /** Whether the conversation is in any state that the bot knows. */
  async isActive(): Promise<boolean> {
    for (const group of this.#groups)
      if ((await this.#conversation.current(group)) !== undefined) return true;
    return false;
  }

  /** What a state says as a filter; at once when the stored state has been read already. */
  match<Input, Output>(
    state: State<Input, Output>,
  ): Verdict<StateMatch<Input, Output>> | Promise<Verdict<StateMatch<Input, Output>>> {
    const current = this.#conversation.current(state.group);
    if (isPromise(current)) return current.then((late) => this.#verdict([state], late));
    return this.#verdict<StateMatch<Input, Output>>([state], current);
  }

  /** As {@link match}, for several states of one group. */
  async matchAny(wanted: readonly AnyState[]): Promise<Verdict<object>> {
    const group = wanted[0]?.group;
    return group !== undefined && this.#verdict(wanted, await this.#conversation.current(group));
  }

  /**
   * The ways between the bot's scenes, as `context` sees them: its data is what their hooks get.
   * @internal
   */
  scenesIn(context: Scope): SceneNavigator {
    const conversation = this.#conversation;
    return this.#scenes.controlIn({ context, conversation, home: this.#groups });
  }

  #verdict<Match extends object>(
    wanted: readonly AnyState[],
    current: CurrentState | undefined,
  ): Verdict<Match> {
    if (current === undefined || !wanted.includes(current.state)) return false;
    const state = new MatchedStateControl(this.#conversation, current, this.#scenes);
    return { data: current.data, state } as unknown as Match;
  }
}

/** `state` in a handler that is filtered by a state. */
class MatchedStateControl extends StateControl implements MatchedState<object, unknown> {
  readonly #conversation: StoredStates;
  readonly #state: AnyState;
  #current: CurrentState;

  constructor(conversation: StoredStates, current: CurrentState, scenes: Scenes) {
    super(conversation, [current.state.group], scenes);
    this.#conversation = conversation;
    this.#state = current.state;
    this.#current = current;
  }

  get data(): unknown {
    return this.#current.data;
  }

  // A property, so that it may be destructured.
  readonly update = async (patch: object): Promise<unknown> => {
    const state = this.#state;
    const current = await this.#conversation.current(state.group);
    const key = this.#conversation.key(state.group);
    if (current?.state !== state || key === undefined) throw notInState(state);
    const stored = toJson(state, { ...(current.stored as object), ...patch });
    const checked = await checkSchema(state.schema, stored);
    if (!checked.ok) throw badData(state, checked.problem);
    const { history } = current;
    this.#conversation.enter(key, state, { data: stored, history });
    this.#current = { state, stored, data: checked.value, history };
    return checked.value;
  };
}

/**
 * The data as every store will keep it, so that no store accepts what another one loses.
 * @throws HookgramError `bad-state-data`
 */
export async function toStateData(state: AnyState, data: unknown): Promise<Json> {
  const json = toJson(state, data);
  const checked = await checkSchema(state.schema, json);
  if (!checked.ok) throw badData(state, checked.problem);
  return json;
}

function toJson(state: AnyState, data: unknown): Json {
  if (state.schema === null) return null;
  try {
    const text = JSON.stringify(data) as string | undefined;
    if (text !== undefined) return JSON.parse(text) as Json;
  } catch (error) {
    throw badData(state, `it is not JSON: ${String(error)}`);
  }
  throw badData(state, `it is not JSON: ${typeof data}`);
}

function badData(state: AnyState, problem: string): HookgramError {
  return new HookgramError(
    "bad-state-data",
    `State ${state.label} cannot take the data: ${problem}`,
  );
}

/** Says that an update has nowhere to keep a state. */
export function noConversation({ label, group }: AnyState): HookgramError {
  return new HookgramError(
    "no-conversation",
    `State ${label} cannot be entered: the update has no user or chat to keep it under ` +
      `(strategy "${group.strategy}")`,
  );
}

function notInState({ label }: AnyState): HookgramError {
  return new HookgramError(
    "not-in-state",
    `state.update: the conversation is not in ${label} any more; use state.enter`,
  );
}
