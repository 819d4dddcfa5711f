import type { RouterNode } from "../router/router-node.ts";
import type { AnyState } from "../state/states.ts";

/** When a hook of a scene runs. */
export const SCENE_HOOK_SIDES = ["onEnter", "onBack", "onLeave", "onExit"] as const;

/** @see {@link SCENE_HOOK_SIDES} */
export type SceneHookSide = (typeof SCENE_HOOK_SIDES)[number];

/** A scene as its node has it. */
export interface SceneParts {
  readonly state: AnyState;
  /** The node itself, in which the errors of hooks begin to bubble. */
  readonly router: RouterNode;
  readonly hooks: Readonly<Record<SceneHookSide, ((context: object) => unknown)[]>>;
}
