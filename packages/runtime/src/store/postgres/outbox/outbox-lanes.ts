import type { Scope } from "../session.ts";

/** One lane of one bot. */
export interface LaneName {
  readonly botId: number;
  readonly lane: string;
}

/** Lanes once each, in the order in which everybody locks them. */
export function sortedLanes<L extends LaneName>(lanes: readonly L[]): readonly L[] {
  const byName = new Map(lanes.map((name) => [`${name.botId} ${name.lane}`, name]));
  return [...byName.values()].toSorted((a, b) => a.botId - b.botId || (a.lane < b.lane ? -1 : 1));
}

/** The columns by which statements take lanes. */
export function laneColumns(lanes: readonly LaneName[]): [botIds: number[], lanes: string[]] {
  return [lanes.map(({ botId }) => botId), lanes.map(({ lane }) => lane)];
}

/** These lanes have more sends, each of this priority at best. */
export async function wakeLanes(
  { connection }: Scope,
  woken: readonly (LaneName & { readonly priority: number })[],
  steadyMs: number,
): Promise<void> {
  if (woken.length === 0) return;
  const best = new Map<string, LaneName & { readonly priority: number }>();
  for (const lane of woken) {
    const name = `${lane.botId} ${lane.lane}`;
    if ((best.get(name)?.priority ?? Infinity) > lane.priority) best.set(name, lane);
  }
  const lanes = sortedLanes([...best.values()]);
  const priorities = lanes.map(({ priority }) => priority);
  await connection.run("outboxWakeLanes", [...laneColumns(lanes), priorities, steadyMs]);
}

/** Sets what comes next in these lanes, which are locked first: sends may be on their way in. */
export async function settlePriorities(scope: Scope, names: readonly LaneName[]): Promise<void> {
  if (names.length === 0) return;
  const columns = laneColumns(sortedLanes(names));
  await scope.connection.run("outboxLockLanes", columns);
  await scope.connection.run("outboxSetPriorities", columns);
}
