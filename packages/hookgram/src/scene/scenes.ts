import { HookgramError } from "../error.ts";
import type { RouterNode } from "../router/router-node.ts";
import type { StoredStates } from "../state/stored-states.ts";
import type { AnyState, StateGroupInfo } from "../state/states.ts";
import { type Journey, SceneNavigator } from "./scene-navigator.ts";
import type { SceneParts } from "./scene-parts.ts";

/** Hooks that lead from scene to scene are stopped here; a person's way in one update is shorter. */
const MOVES_MAX = 100;

/** The scenes of one bot. */
export class Scenes {
  readonly groups: readonly StateGroupInfo[];
  readonly #parts = new Map<AnyState, SceneParts>();
  readonly #moves = new WeakMap<StoredStates, number>();

  /**
   * `groups` are all groups of states that the bot knows.
   * @throws HookgramError `bad-router-tree` when two scenes of the tree have the same state.
   */
  constructor(root: RouterNode, groups: readonly StateGroupInfo[]) {
    this.groups = groups;
    this.#collect(root);
  }

  /** What the scene of a state consists of; undefined for a state without one. */
  partsOf(state: AnyState): SceneParts | undefined {
    return this.#parts.get(state);
  }

  /** The ways between the scenes, for one context of an attempt. */
  controlIn(journey: Omit<Journey, "scenes">): SceneNavigator {
    return new SceneNavigator({ ...journey, scenes: this });
  }

  /** @throws HookgramError `bad-scene` when an attempt never comes to an end otherwise. */
  countMove(conversation: StoredStates, to: AnyState): void {
    const moves = (this.#moves.get(conversation) ?? 0) + 1;
    this.#moves.set(conversation, moves);
    if (moves > MOVES_MAX)
      throw new HookgramError(
        "bad-scene",
        `Scene ${to.label}: one update has led to ${MOVES_MAX} changes of scene; ` +
          "look for hooks that lead to each other",
      );
  }

  #collect({ scene, path, children }: RouterNode): void {
    if (scene !== undefined && this.#parts.has(scene.state))
      throw new HookgramError("bad-router-tree", `Router "${path}": another scene has its state`);
    if (scene !== undefined) this.#parts.set(scene.state, scene);
    for (const child of children) this.#collect(child);
  }
}
