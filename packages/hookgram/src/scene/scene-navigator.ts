import type { Json } from "../dispatch/invocation.ts";
import { HookgramError } from "../error.ts";
import { Scope } from "../context/scope.ts";
import type { CurrentState, StoredStates } from "../state/stored-states.ts";
import { noConversation, toStateData } from "../state/state-control.ts";
import type { HistoryStep } from "../state/state-history.ts";
import type { AnyState, StateGroupInfo } from "../state/states.ts";
import type { SceneHookSide, SceneParts } from "./scene-parts.ts";
import { readStep, seenFrom } from "./scene-history.ts";
import type { Scenes } from "./scenes.ts";

/** Between which scenes somebody goes, and what hooks on the way see. */
export interface Journey {
  readonly context: Scope;
  readonly conversation: StoredStates;
  readonly scenes: Scenes;
  /** The group of the scene whose handler or hook goes; outside of scenes all groups. */
  readonly home: readonly StateGroupInfo[];
}

/** Where a scene begins. */
interface Arrival {
  readonly data: Json;
  readonly history: readonly HistoryStep[];
  readonly by: "onEnter" | "onBack";
}

/**
 * The ways between the scenes of a conversation; what each does is said by `SceneControl`.
 *
 * **Invariant:** a way begins where the conversation is now, wherever the handler was matched, and
 * everything that it stores is one staged record, which the host commits with the update.
 */
export class SceneNavigator {
  readonly #context: Scope;
  readonly #conversation: StoredStates;
  readonly #scenes: Scenes;
  readonly #home: readonly StateGroupInfo[];

  constructor({ context, conversation, scenes, home }: Journey) {
    this.#home = home;
    this.#context = context;
    this.#conversation = conversation;
    this.#scenes = scenes;
  }

  /** Begins in a scene, whatever the conversation was in before. */
  async begin(state: AnyState, data: unknown): Promise<void> {
    const { key } = this.#find(state);
    const json = await toStateData(state, data);
    const active = await this.#active([key]);
    if (active !== undefined) await this.#end(key, active);
    await this.#arrive(state, { data: json, history: [], by: "onEnter" });
  }

  async goTo(scene: { readonly state: AnyState }, data?: unknown): Promise<void> {
    const state = stateOf(scene);
    this.#find(state);
    const json = await toStateData(state, data);
    const from = await this.#active();
    if (from !== undefined && !this.#isWithOne(from.state, state))
      throw notRelated(from.state, state);
    const way = from === undefined ? [] : await this.#leave(from);
    const history = from === undefined ? way : seenFrom(state, from.state, way);
    await this.#arrive(state, { data: json, history, by: "onEnter" });
  }

  async back(): Promise<void> {
    const from = await this.#active();
    if (from === undefined) return;
    const to = await this.#previous(from);
    if (to === undefined) return this.exit();
    await this.#leave(from);
    const history = seenFrom(to.state, from.state, to.history);
    await this.#arrive(to.state, { ...to, history });
  }

  async retake(...given: readonly unknown[]): Promise<void> {
    const now = await this.#active();
    if (now === undefined)
      throw new HookgramError("not-in-state", "scene.retake: the conversation is in no scene");
    const { state, stored, history } = now;
    const data = given.length === 0 ? stored : await toStateData(state, given[0]);
    await this.#arrive(state, { data, history, by: "onEnter" });
  }

  async exit(): Promise<void> {
    const active = await this.#active();
    const key = active && this.#conversation.key(active.state.group);
    if (active !== undefined && key !== undefined) await this.#end(key, active);
  }

  /** The scene that is active under one of the keys, by default under that of the scene itself. */
  async #active(keys = this.#home.map((group) => this.#conversation.key(group))) {
    for (const group of this.#scenes.groups) {
      if (!keys.includes(this.#conversation.key(group))) continue;
      const current = await this.#conversation.current(group);
      const isScene = current !== undefined && this.#scenes.partsOf(current.state) !== undefined;
      if (isScene) return current;
    }
    return undefined;
  }

  /** The newest scene of the history that can still be understood. */
  async #previous(from: CurrentState): Promise<(Arrival & { state: AnyState }) | undefined> {
    const history = [...from.history];
    for (let entry = history.pop(); entry !== undefined; entry = history.pop()) {
      const found = await readStep(entry, from.state.group, this.#scenes.groups);
      if (found !== undefined && this.#scenes.partsOf(found.state) !== undefined)
        return { ...found, history, by: "onBack" };
    }
    return undefined;
  }

  /** Whether both are kept in one record: only then does who comes back find what they have left. */
  #isWithOne(from: AnyState, to: AnyState): boolean {
    return this.#conversation.key(from.group) === this.#conversation.key(to.group);
  }

  /** Runs the hooks and gives the history with what is left; a hook may have updated its data. */
  async #leave(from: CurrentState): Promise<readonly HistoryStep[]> {
    await this.#run(from.state, "onLeave");
    const now = (await this.#conversation.current(from.state.group)) ?? from;
    return [...now.history, { state: now.state.name, data: now.stored }];
  }

  async #arrive(state: AnyState, { data, history, by }: Arrival): Promise<void> {
    const { key, hooks } = this.#find(state);
    this.#scenes.countMove(this.#conversation, state);
    this.#conversation.enter(key, state, { data, history });
    await this.#run(state, by === "onBack" && hooks.onBack.length > 0 ? "onBack" : "onEnter");
  }

  async #end(key: string, { state }: CurrentState): Promise<void> {
    const scope = await this.#hookScope(state);
    await this.#conversation.leave(key);
    await this.#runIn(scope, state, "onExit");
  }

  async #run(state: AnyState, side: SceneHookSide): Promise<void> {
    const { hooks } = this.#scenes.partsOf(state)!;
    if (hooks[side].length > 0) await this.#runIn(await this.#hookScope(state), state, side);
  }

  /** What a hook throws is the scene's failure, not that of the handler which has led there. */
  async #runIn(scope: Scope, state: AnyState, side: SceneHookSide): Promise<void> {
    const { hooks, router } = this.#scenes.partsOf(state)!;
    for (const [index, hook] of hooks[side].entries()) {
      try {
        await hook(scope);
      } catch (error) {
        const name = hook.name === "" ? `${side}#${index + 1}` : `${side} ${hook.name}`;
        const what = `Scene hook ${name} of ${router.path}`;
        Scope.attemptOf(scope).blame(error, { code: "scene-hook-failed", router, what, scope });
        throw error;
      }
    }
  }

  async #hookScope(state: AnyState): Promise<Scope> {
    const matched = await this.#context.state.match(state);
    return this.#context.forHook().extend(matched as object);
  }

  #find(state: AnyState): { readonly key: string } & SceneParts {
    const parts = this.#scenes.partsOf(state);
    if (parts === undefined)
      throw new HookgramError(
        "bad-scene",
        `Scene ${state.label} is no part of this bot: include it in a router`,
      );
    const key = this.#conversation.key(state.group);
    if (key === undefined) throw noConversation(state);
    return { key, ...parts };
  }
}

function stateOf(scene: { readonly state?: AnyState } | undefined): AnyState {
  if (scene?.state !== undefined) return scene.state;
  throw new HookgramError("bad-argument", "scene.goTo: it takes a scene, not a state or a name");
}

function notRelated(from: AnyState, to: AnyState): HookgramError {
  const kept = `${from.label} is kept by "${from.group.strategy}", ${to.label} by "${to.group.strategy}"`;
  return new HookgramError(
    "bad-scene",
    `scene.goTo: ${kept}, so there would be no way back; declare both groups with one strategy, ` +
      "or begin anew with the scene's enter",
  );
}
