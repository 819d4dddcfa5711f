import type { OutboxTimes, Recovery, SendResult } from "../../outbox/outbox-store.ts";
import { changeFor, changeForLost, type SendChange } from "../../outbox/send-change.ts";
import { DIED, PARKED } from "../../outbox/send-states.ts";
import type { Scope } from "../session.ts";
import { laneColumns, settlePriorities, sortedLanes } from "./outbox-lanes.ts";
import { numberOrNone, textOrNone, toStanding } from "./outbox-rows.ts";

/** Ends claims; for each, whether there was something to end. The bots' rows are locked. */
export async function applyResults(
  scope: Scope,
  results: readonly SendResult[],
  times: OutboxTimes,
): Promise<readonly boolean[]> {
  if (results.length === 0) return [];
  const rows = await scope.connection.run("outboxStanding", [results.map(({ id }) => id)]);
  const standings = new Map(rows.map((row) => [Number(row["id"]), toStanding(row)]));
  const changes = results.map((result) => {
    const standing = standings.get(result.id);
    // Two ends of one claim: the second finds nothing to end.
    standings.delete(result.id);
    return standing === undefined ? undefined : changeFor(standing, result, times);
  });
  await applyChanges(
    scope,
    changes.filter((change) => change !== undefined),
    times,
  );
  return changes.map((change) => change !== undefined);
}

/** Takes back every claim that nobody carries out any more. */
export async function recover(
  scope: Scope,
  { inFlight, nowMs, steadyMs }: Recovery,
): Promise<number> {
  const { connection, nodes } = scope;
  const values = [inFlight, [...nodes]];
  const found = await connection.run("outboxLost", values);
  if (found.length === 0) return 0;
  const bots = [...new Set(found.map((row) => row["bot_id"]))];
  await connection.run("outboxLockBots", [bots]);
  const rows = await connection.run("outboxLost", values);
  const changes = rows.map((row) => {
    // What is ours and not in flight was claimed by a turn of which no answer came: nothing was sent.
    const change = changeForLost(toStanding(row), row["ours"] !== true, row["parks"] === true);
    return change.state === PARKED ? { ...change, error: DIED } : change;
  });
  await applyChanges(scope, changes, { nowMs, steadyMs });
  return rows.length;
}

async function applyChanges(
  scope: Scope,
  changes: readonly SendChange[],
  times: OutboxTimes,
): Promise<void> {
  if (changes.length === 0) return;
  const { connection } = scope;
  const lanes = sortedLanes(changes.map(({ standing }) => standing));
  await connection.run("outboxLockLanes", laneColumns(lanes));
  await changeSends(scope, changes, times.nowMs);
  await connection.run("outboxEndOnLanes", [
    changes.map(({ standing }) => standing.botId),
    changes.map(({ standing }) => standing.lane),
    changes.map(({ frees }) => frees),
    changes.map(({ readyMs }) => readyMs),
    changes.map(({ blockedMs }) => blockedMs),
  ]);
  for (const { standing, botBlockedMs } of changes) {
    if (botBlockedMs > 0) await connection.run("outboxBlockBot", [standing.botId, botBlockedMs]);
  }
  for (const change of changes) if (change.movesTo !== undefined) await move(scope, change, times);
  await connection.run("outboxSetPriorities", laneColumns(lanes));
  await countEnds(scope, changes, times.nowMs);
}

async function changeSends(
  { connection }: Scope,
  changes: readonly SendChange[],
  nowMs: number,
): Promise<void> {
  const removed = changes.filter(({ removes }) => removes).map(({ standing }) => standing.id);
  if (removed.length > 0) await connection.run("outboxRemove", [removed]);
  const kept = changes.filter(({ removes }) => !removes);
  if (kept.length === 0) return;
  await connection.run("outboxChange", [
    kept.map(({ standing }) => standing.id),
    kept.map(({ state }) => state),
    kept.map(({ messageId }) => messageId ?? null),
    kept.map(({ reason }) => reason ?? null),
    kept.map(({ error }) => error?.replaceAll("\0", "\uFFFD") ?? null),
    kept.map(({ doubts }) => doubts),
    kept.map(({ failures }) => failures),
    kept.map(({ counts }) => counts !== undefined),
    nowMs,
  ]);
}

/** What waits for the lane goes to another one; what falls due later is told by Telegram again. */
async function move(scope: Scope, change: SendChange, { steadyMs }: OutboxTimes): Promise<void> {
  const { botId, lane } = change.standing;
  const to = { botId, lane: change.movesTo! };
  await scope.connection.run("outboxMakeLanes", [...laneColumns([to]), steadyMs]);
  await scope.connection.run("outboxMove", [botId, lane, to.lane]);
  await settlePriorities(scope, [to]);
}

/** Adds up what broadcasts count. */
async function countEnds(
  scope: Scope,
  changes: readonly SendChange[],
  nowMs: number,
): Promise<void> {
  const ended = changes.filter(({ counts }) => counts !== undefined);
  const ids = new Set(ended.flatMap(({ standing }) => standing.broadcastId ?? []));
  for (const id of ids) {
    const ofIt = ended.filter(({ standing }) => standing.broadcastId === id);
    const failures = ofIt.flatMap(({ counts, reason }) => (counts === "failed" ? [reason!] : []));
    await countBroadcast(scope, id, { sent: ofIt.length - failures.length, failures, nowMs });
  }
}

export async function countBroadcast(
  { connection }: Scope,
  id: number,
  ended: { readonly sent: number; readonly failures: readonly string[]; readonly nowMs: number },
): Promise<void> {
  const { sent, failures, nowMs } = ended;
  const [row] = await connection.run("broadcastById", [id]);
  const known = JSON.parse(textOrNone(row?.["failures"]) ?? "{}") as Record<string, number>;
  for (const reason of failures) known[reason] = (numberOrNone(known[reason]) ?? 0) + 1;
  const text = JSON.stringify(known);
  await connection.run("broadcastCount", [id, sent, failures.length, text, nowMs]);
}
