import type { CommonContext, Reply, Send } from "../context/context.ts";
import type { NoData } from "../filter/filter.ts";
import { HookgramError } from "../error.ts";
import { RouterFace } from "../router/router-face.ts";
import type { Router } from "../router/router.ts";
import type { EnterArguments } from "../state/state-control.ts";
import { type AnyState, isState, type MatchIn, type State } from "../state/states.ts";
import { SceneNavigator } from "./scene-navigator.ts";
import { SCENE_HOOK_SIDES, type SceneHookSide, type SceneParts } from "./scene-parts.ts";

/** The data with which a state is entered. */
export type InputOf<S> = S extends State<infer Input, infer _Output> ? Input : never;

declare const needs: unique symbol;

/** A scene as a place to go to, from scenes whose hooks need the same. */
export interface SceneTarget<S extends AnyState, Needs> {
  readonly state: S;
  /** Exists for the compiler only: in both directions, because who goes there may come back. */
  readonly [needs]?: (needs: Needs) => Needs;
}

/**
 * The ways out of a scene, as `scene` in its handlers and hooks. Each counts when the host commits the
 * update, and begins where the conversation is at that moment.
 */
export interface SceneControl<S extends AnyState, Needs = unknown> {
  /**
   * Leaves for another scene, or for the same scene with other data. The scene that is left is
   * remembered, with its data.
   * @throws HookgramError `bad-state-data` when the schema does not accept the data, `bad-scene` when
   * the scene is no part of the bot or its group has another strategy.
   */
  goTo<T extends AnyState>(
    scene: SceneTarget<T, Needs>,
    ...data: EnterArguments<InputOf<T>>
  ): Promise<void>;
  /**
   * Leaves for the scene before this one, with the data that it had. Without one it is the same as
   * `exit`. What an earlier version stored and nobody understands any more is passed over.
   */
  back(): Promise<void>;
  /**
   * Begins this scene again: its `onEnter` hooks run, with new data or with the data that it has.
   * Nothing is left, and nothing is remembered.
   * @throws HookgramError `not-in-state` when the conversation is in no scene any more.
   */
  retake(...data: [] | [data: InputOf<S>]): Promise<void>;
  /** Ends the scene, and with it the history. */
  exit(): Promise<void>;
}

/** What the filter of a scene gives to everything in it. */
export type SceneMatch<S extends AnyState, Needs> = MatchIn<S> & {
  readonly scene: SceneControl<S, Needs>;
};

/**
 * What a scene's hooks find: the context of whoever made the change, of whatever kind the update is,
 * with the scene's own data.
 */
export type SceneContext<S extends AnyState, Needs = unknown> = CommonContext &
  Needs &
  SceneMatch<S, Needs> & {
    /** Rejects with `no-target` when the update came from no chat. */
    readonly reply: Reply;
    /** The same for other methods. */
    readonly send: Send;
  };

/** Runs at the beginning or the end of a scene, and is awaited. */
export type SceneHook<S extends AnyState, Needs = unknown> = (
  context: SceneContext<S, Needs>,
) => unknown;

/** What a scene has besides what every router has; see {@link Scene}. */
export interface SceneMethods<S extends AnyState, Needs> extends SceneTarget<S, Needs> {
  /**
   * Begins in this scene, without a way back. A scene in which the conversation is already ends
   * before, as by `exit`. It needs no `this`, and for a scene without data it is a handler:
   * `router.message(command("quiz"), quiz.enter)`.
   *
   * `context` is the one that the handler was given, not a copy of it.
   * @throws HookgramError `bad-state-data` when the schema does not accept the data,
   * `no-conversation` when the update lacks the user or chat that the state's strategy needs,
   * `bad-scene` when the scene is no part of the bot.
   */
  readonly enter: (
    context: CommonContext & Needs,
    ...data: EnterArguments<InputOf<S>>
  ) => Promise<void>;
  /** Adds a hook for the beginning: by `enter`, `goTo`, `retake`, and `back` without an `onBack`. */
  onEnter(hook: SceneHook<S, Needs>): this;
  /** Adds a hook for coming back from the next scene, in place of `onEnter`. */
  onBack(hook: SceneHook<S, Needs>): this;
  /**
   * Adds a hook for leaving to another scene, by `goTo` or `back`. The scene's data may still be
   * updated.
   */
  onLeave(hook: SceneHook<S, Needs>): this;
  /** Adds a hook for the end, by `exit` or because another scene is entered. */
  onExit(hook: SceneHook<S, Needs>): this;
}

/**
 * A router whose handlers are active while the conversation is in one state, and which does
 * something when that begins and ends: a question that is asked on every way to it, for example.
 * What is not handled in it goes on to the routers behind it; routers before it come first.
 *
 * Its data, life time, version and key are those of the state. The way through the scenes is kept in
 * the same record, the ten last steps of it, so `back` works after a restart. `state.enter` and
 * `state.leave` change the state without hooks and without a history.
 *
 * Hooks see the context of the handler from which the scene was entered. What they need of it is
 * `Needs`: `new Scene<typeof Quiz.question, { t: Translator }>(Quiz.question)`. It is what an ancestor
 * provides, and the compiler asks for it wherever the scene is entered.
 */
export type Scene<S extends AnyState, Needs = unknown> = SceneMethods<S, Needs> &
  Router<Needs, Needs & SceneMatch<S, Needs>, unknown, NoData>;

class SceneFace extends RouterFace {
  readonly state: AnyState;

  constructor(state: AnyState) {
    if (!isState(state))
      throw new HookgramError("bad-argument", "Scene: it takes a state, one that states() made");
    super(state.label);
    const node = RouterFace.nodeOf(this);
    const parts: SceneParts = {
      state,
      router: node,
      hooks: { onEnter: [], onBack: [], onLeave: [], onExit: [] },
    };
    this.state = state;
    node.scene = parts;
    node.addRootFilter([state]);
    // As a handler it is known by its name, and several may be in one router.
    Object.defineProperty(this.enter, "name", { value: `enter ${state.label}` });
  }

  static {
    for (const side of SCENE_HOOK_SIDES)
      Object.defineProperty(this.prototype, side, {
        value(this: SceneFace, hook: unknown): SceneFace {
          return this.#add(side, hook);
        },
      });
  }

  // A property, so that it may be given as a handler.
  readonly enter = async (context: object, data?: unknown): Promise<void> => {
    const scene = (context as { readonly scene?: unknown } | undefined)?.scene;
    if (scene instanceof SceneNavigator) return scene.begin(this.state, data);
    throw new HookgramError(
      "bad-argument",
      `Scene ${this.state.label}, enter: it takes the context that the handler was given`,
    );
  };

  #add(side: SceneHookSide, hook: unknown): this {
    const node = RouterFace.nodeOf(this);
    node.assertOpen();
    if (typeof hook !== "function")
      throw new HookgramError("bad-argument", `Scene ${this.name}, ${side}: it takes a function`);
    node.scene!.hooks[side].push(hook as SceneParts["hooks"][SceneHookSide][number]);
    return this;
  }
}

/** @see {@link Scene} */
export const Scene = SceneFace as unknown as {
  /** @throws HookgramError `bad-argument` for anything but a state. */
  new <S extends AnyState, Needs = unknown>(state: S): Scene<S, Needs>;
};
