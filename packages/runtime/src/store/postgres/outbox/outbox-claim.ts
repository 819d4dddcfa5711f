import type { BotLimiter } from "../../outbox/bot-limiter.ts";
import { type ClaimedSend, type OutboxTurn, SEND_PRIORITIES } from "../../outbox/outbox-store.ts";
import { TURN_ROWS_MAX } from "../../outbox/send-states.ts";
import type { Row } from "../connection.ts";
import type { Scope } from "../session.ts";
import { settlePriorities } from "./outbox-lanes.ts";
import { toClaimed } from "./outbox-rows.ts";

/** Whose sends are claimed, and how many at most. */
export interface ClaimParts {
  readonly botId: number;
  readonly limiter: BotLimiter;
  readonly turn: OutboxTurn;
  readonly room: number;
}

export interface ClaimedLanes {
  readonly sends: readonly ClaimedSend[];
  /** More lanes may be ready than were looked at. */
  readonly isCutShort: boolean;
}

/** What becomes of the lanes that were looked at. */
interface Picked {
  readonly taken: { readonly head: Row; readonly recent: string; readonly readyMs: number }[];
  readonly delayed: { readonly lane: string; readonly readyMs: number }[];
  /** What their row says comes next is not what comes next. */
  readonly stale: string[];
}

/** Claims what the limits let go, what is more urgent first. The bot's row is locked. */
export async function claimLanes(scope: Scope, parts: ClaimParts): Promise<ClaimedLanes> {
  const sends: ClaimedSend[] = [];
  let isCutShort = false;
  for (const priority of SEND_PRIORITIES.keys()) {
    const room = parts.room - sends.length;
    if (room <= 0 || parts.limiter.waitMs(priority) > 0) continue;
    const claimed = await claimOf(scope, priority, { ...parts, room });
    sends.push(...claimed.sends);
    isCutShort ||= claimed.isCutShort;
  }
  return { sends, isCutShort };
}

async function claimOf(scope: Scope, priority: number, parts: ClaimParts): Promise<ClaimedLanes> {
  const { connection } = scope;
  const { botId, turn } = parts;
  const values = [botId, priority, turn.steadyMs, Math.min(parts.room, TURN_ROWS_MAX)];
  const lanes = await connection.run("outboxReadyLanes", values);
  if (lanes.length === 0) return { sends: [], isCutShort: false };
  const heads = await connection.run("outboxHeads", [botId, lanes.map((row) => row["lane"])]);
  const picked = pick(lanes, new Map(heads.map((row) => [row["lane"], row])), { priority, parts });
  const sends = await take(scope, parts, picked);
  if (picked.delayed.length > 0) {
    const { delayed } = picked;
    await connection.run("outboxEndOnLanes", [
      delayed.map(() => botId),
      delayed.map(({ lane }) => lane),
      delayed.map(() => false),
      delayed.map(({ readyMs }) => readyMs),
      delayed.map(() => 0),
    ]);
  }
  await settlePriorities(
    scope,
    picked.stale.map((lane) => ({ botId, lane })),
  );
  const isAll = lanes.length < Number(values[3]);
  const isUsed = picked.taken.length === lanes.length;
  return { sends, isCutShort: picked.stale.length > 0 || (!isAll && !isUsed) };
}

function pick(
  lanes: readonly Row[],
  heads: ReadonlyMap<unknown, Row>,
  { priority, parts }: { readonly priority: number; readonly parts: ClaimParts },
): Picked {
  const picked: Picked = { taken: [], delayed: [], stale: [] };
  for (const row of lanes) {
    const lane = String(row["lane"]);
    const head = heads.get(row["lane"]);
    if (head === undefined || Number(head["priority"]) !== priority) {
      picked.stale.push(lane);
      continue;
    }
    const times = { lane, blockedMs: Number(row["blocked_ms"]), recent: String(row["recent"]) };
    const pass = parts.limiter.pass(times, priority, Number(head["cost"]));
    if (pass.may === "stop") return picked;
    if (pass.may === "wait") picked.delayed.push({ lane, readyMs: pass.readyMs });
    else picked.taken.push({ head, recent: pass.recent, readyMs: pass.readyMs });
  }
  return picked;
}

/** A send that was cancelled at the same moment is not claimed; its place in the limits is lost. */
async function take(
  { connection, node }: Scope,
  { botId }: ClaimParts,
  { taken }: Picked,
): Promise<readonly ClaimedSend[]> {
  if (taken.length === 0) return [];
  const rows = await connection.run("outboxClaim", [taken.map(({ head }) => head["id"])]);
  const claimed = new Set(rows.map((row) => row["id"]));
  const kept = taken.filter(({ head }) => claimed.has(head["id"]));
  await connection.run("outboxTakeLanes", [
    node,
    botId,
    kept.map(({ head }) => head["lane"]),
    kept.map(({ recent }) => recent),
    kept.map(({ readyMs }) => readyMs),
  ]);
  return kept.map(({ head }) => toClaimed(head, botId));
}
