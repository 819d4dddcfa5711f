import type { Json } from "../dispatch/invocation.ts";
import { checkSchema } from "../state/standard-schema.ts";
import type { HistoryStep } from "../state/state-history.ts";
import type { AnyState, StateGroupInfo, StateSnapshot } from "../state/states.ts";

/** The way from a scene, as it is kept with a scene that is perhaps of another group. */
export function seenFrom(
  to: AnyState,
  { group }: AnyState,
  way: readonly HistoryStep[],
): readonly HistoryStep[] {
  if (to.group === group) return way;
  const { name, version } = group;
  return way.map((step) =>
    step.version === undefined ? { ...step, state: `${name}:${step.state}`, version } : step,
  );
}

/** A scene of the history, as it can be entered now. */
export interface FoundStep {
  readonly state: AnyState;
  readonly data: Json;
}

/** What a step of the way has become; undefined when nobody understands it any more. */
export async function readStep(
  step: HistoryStep,
  home: StateGroupInfo,
  groups: readonly StateGroupInfo[],
): Promise<FoundStep | undefined> {
  const { version } = step;
  const [, groupName, name = ""] = /^([^:]*):(.*)$/s.exec(step.state) ?? [];
  const group = version === undefined ? home : groups.find((one) => one.name === groupName);
  if (group === undefined) return undefined;
  const snapshot =
    version === undefined ? step : await migrated(group, { ...step, state: name, version });
  const state = snapshot && group.members.get(snapshot.state);
  if (snapshot === undefined || state === undefined) return undefined;
  const { data } = snapshot;
  return (await checkSchema(state.schema, data)).ok ? { state, data } : undefined;
}

async function migrated(
  { version, migrate }: StateGroupInfo,
  stored: Required<HistoryStep>,
): Promise<StateSnapshot | undefined> {
  if (stored.version === version) return stored;
  if (stored.version > version) return undefined;
  try {
    return await migrate?.(stored);
  } catch {
    // As with the stored state itself: what cannot be understood is passed over.
    return undefined;
  }
}
