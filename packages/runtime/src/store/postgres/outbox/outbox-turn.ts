import { failpoint } from "../../../failpoint.ts";
import { BotLimiter, type LaneTimes } from "../../outbox/bot-limiter.ts";
import {
  type CallWant,
  type ClaimedSend,
  type OutboxTurn,
  type OutboxTurned,
  SEND_PRIORITIES,
} from "../../outbox/outbox-store.ts";
import { TURN_ROWS_MAX } from "../../outbox/send-states.ts";
import type { Row } from "../connection.ts";
import type { Scope } from "../session.ts";
import { feedBroadcasts } from "./outbox-broadcasts.ts";
import { claimLanes } from "./outbox-claim.ts";
import { laneColumns, sortedLanes, wakeLanes } from "./outbox-lanes.ts";
import { applyResults } from "./outbox-results.ts";
import { numberOrNone } from "./outbox-rows.ts";

/** Handlers' calls go before everything: somebody waits for them. */
const OF_CALLS = SEND_PRIORITIES.indexOf("interactive");

/** Applies what ended, answers who wants to call, and claims what comes next. */
export async function takeTurn(scope: Scope, turn: OutboxTurn): Promise<OutboxTurned> {
  await lockBots(scope, turn.botIds);
  const applied = await applyResults(scope, turn.results, turn);
  if (applied.length > 0) failpoint("send.ended");
  for (const seen of turn.seen) await blockSeen(scope, seen, turn);
  const limiters = await readLimiters(scope, turn);
  const waitsMs = await grantAll(scope, turn, limiters);
  const sends: ClaimedSend[] = [];
  let nextMs = Infinity;
  for (const [botId, limiter] of limiters) {
    const promoted = await promote(scope, botId, turn);
    await feedBroadcasts(scope, botId, turn);
    const room = turn.room - sends.length;
    const claimed = await claimLanes(scope, { botId, limiter, turn, room });
    sends.push(...claimed.sends);
    if (limiter.hasChanged) await scope.connection.run("outboxSetBot", [botId, ...limiter.times]);
    const hasMore = promoted === TURN_ROWS_MAX || claimed.isCutShort;
    nextMs = Math.min(nextMs, hasMore ? 0 : await nextOf(scope, botId, { limiter, turn }));
  }
  // Without room nothing can be done before something ends.
  const isOver = sends.length >= turn.room || nextMs === Infinity;
  return { sends, waitsMs, applied, nextMs: isOver ? undefined : nextMs };
}

/** The order is that of the numbers, for everybody. */
export async function lockBots(
  { connection }: Scope,
  botIds: readonly number[],
): Promise<readonly Row[]> {
  const rows = await connection.run("outboxLockBots", [botIds]);
  if (rows.length === botIds.length) return rows;
  await connection.run("outboxMakeBots", [botIds.toSorted((a, b) => a - b)]);
  return connection.run("outboxLockBots", [botIds]);
}

async function readLimiters(
  { connection }: Scope,
  { botIds, limits, steadyMs }: OutboxTurn,
): Promise<ReadonlyMap<number, BotLimiter>> {
  const rows = await connection.run("outboxLockBots", [botIds]);
  return new Map(
    rows.map((row) => {
      const [recent, recentBulk] = [String(row["recent"]), String(row["recent_bulk"])];
      const times = { blockedMs: Number(row["blocked_ms"]), recent, recentBulk };
      return [Number(row["bot_id"]), new BotLimiter(times, limits, steadyMs)];
    }),
  );
}

async function blockSeen(
  { connection }: Scope,
  { botId, lane, delayMs }: OutboxTurn["seen"][number],
  { steadyMs }: OutboxTurn,
): Promise<void> {
  const untilMs = Math.ceil(steadyMs + delayMs);
  if (lane === undefined) {
    await connection.run("outboxBlockBot", [botId, untilMs]);
    return;
  }
  await connection.run("outboxMakeLanes", [[botId], [lane], steadyMs]);
  await connection.run("outboxEndOnLanes", [[botId], [lane], [false], [untilMs], [untilMs]]);
}

/** The waits for handlers' calls; those that have none are counted. */
async function grantAll(
  scope: Scope,
  turn: OutboxTurn,
  limiters: ReadonlyMap<number, BotLimiter>,
): Promise<readonly number[]> {
  const { wants, steadyMs } = turn;
  const names = sortedLanes(wants.flatMap(({ botId, lane }) => (lane ? [{ botId, lane }] : [])));
  const lanes = await readLanes(scope, names, steadyMs);
  const waitsMs = wants.map((want) => grant(want, { turn, limiters, lanes }));
  const counted = [...lanes.values()].filter(({ isCounted }) => isCounted);
  if (counted.length > 0) {
    const recent = counted.map((lane) => lane.recent);
    await scope.connection.run("outboxCountOnLanes", [...laneColumns(counted), recent]);
  }
  return waitsMs;
}

interface WantedLane extends LaneTimes {
  readonly botId: number;
  recent: string;
  isCounted: boolean;
}

async function readLanes(
  { connection }: Scope,
  names: readonly { readonly botId: number; readonly lane: string }[],
  steadyMs: number,
): Promise<ReadonlyMap<string, WantedLane>> {
  if (names.length === 0) return new Map();
  await connection.run("outboxMakeLanes", [...laneColumns(names), steadyMs]);
  const rows = await connection.run("outboxLockLanes", laneColumns(names));
  return new Map(
    rows.map((row) => {
      const [botId, lane] = [Number(row["bot_id"]), String(row["lane"])];
      const [blockedMs, recent] = [Number(row["blocked_ms"]), String(row["recent"])];
      return [`${botId} ${lane}`, { botId, lane, blockedMs, recent, isCounted: false }];
    }),
  );
}

function grant(
  { botId, lane, cost }: CallWant,
  given: {
    readonly turn: OutboxTurn;
    readonly limiters: ReadonlyMap<number, BotLimiter>;
    readonly lanes: ReadonlyMap<string, WantedLane>;
  },
): number {
  const limiter = given.limiters.get(botId);
  if (limiter === undefined) return 0;
  const waitMs = limiter.waitMs(OF_CALLS, cost);
  if (waitMs > 0) return waitMs;
  const times = lane === undefined ? undefined : given.lanes.get(`${botId} ${lane}`);
  if (times === undefined) {
    limiter.count(OF_CALLS, cost);
    return 0;
  }
  const pass = limiter.pass(times, OF_CALLS, cost);
  if (pass.may !== "go") return pass.may === "wait" ? pass.readyMs - given.turn.steadyMs : 1;
  times.recent = pass.recent;
  times.isCounted = true;
  return 0;
}

/** Scheduled sends whose time has come take their place. */
async function promote(scope: Scope, botId: number, turn: OutboxTurn): Promise<number> {
  const rows = await scope.connection.run("outboxPromote", [botId, turn.nowMs, TURN_ROWS_MAX]);
  const woken = rows.map((row) => ({
    botId,
    lane: String(row["lane"]),
    priority: Number(row["priority"]),
  }));
  await wakeLanes(scope, woken, turn.steadyMs);
  return rows.length;
}

/** When something of this bot may be ready that is not now. */
async function nextOf(
  { connection }: Scope,
  botId: number,
  { limiter, turn }: { readonly limiter: BotLimiter; readonly turn: OutboxTurn },
): Promise<number> {
  const [row = {}] = await connection.run("outboxNext", [botId]);
  const scheduled = numberOrNone(row["at_ms"]);
  const waits = SEND_PRIORITIES.map((_name, priority) => {
    const ready = numberOrNone(row[`ready_${priority}`]);
    return ready === undefined
      ? Infinity
      : Math.max(1, ready - turn.steadyMs, limiter.waitMs(priority));
  });
  return Math.min(
    scheduled === undefined ? Infinity : Math.max(1, scheduled - turn.nowMs),
    ...waits,
  );
}
