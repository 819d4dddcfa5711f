import {
  COUNT_MAX,
  type OutboxAnswers,
  type OutboxAsk,
  type OutboxCounts,
  type OutboxSweep,
  type OutboxTimes,
  type SendDecision,
} from "../../outbox/outbox-store.ts";
import { FAILED, LONGEST_WINDOW_MS, MAY_DECIDE, SENDING, SENT } from "../../outbox/send-states.ts";
import type { Row } from "../connection.ts";
import type { Scope } from "../session.ts";
import { addChats, createBroadcast, setBroadcast } from "./outbox-broadcasts.ts";
import { settlePriorities, wakeLanes } from "./outbox-lanes.ts";
import { countBroadcast, recover } from "./outbox-results.ts";
import { numberOrNone, textOrNone, toBroadcast, toSendRecord } from "./outbox-rows.ts";
import { lockBots, takeTurn } from "./outbox-turn.ts";
import { writeOutbox } from "./outbox-writes.ts";

/** Carries out one thing inside its transaction. */
export async function answerOutbox(
  scope: Scope,
  ask: OutboxAsk,
): Promise<OutboxAnswers[OutboxAsk["do"]]> {
  const { connection } = scope;
  switch (ask.do) {
    case "write":
      return writeOutbox(scope, ask.writes, ask.times);
    case "turn":
      return takeTurn(scope, ask.turn);
    case "recover": {
      const { steadyMs } = ask.recovery;
      return { found: await recover(scope, ask.recovery), steadyMs };
    }
    case "list": {
      const { state, beforeId, limit } = ask.query;
      const rows = await connection.run(`outboxList_${state}`, [beforeId, limit]);
      return rows.map(toSendRecord);
    }
    case "decide":
      return decide(scope, ask);
    case "counts":
      return countAll(scope, ask.botIds, ask.times);
    case "sweep":
      return sweepOutbox(scope, ask.sweep);
    case "createBroadcast":
      return createBroadcast(scope, ask.broadcast);
    case "addChats":
      return addChats(scope, ask);
    case "setBroadcast": {
      const [row] = await connection.run("broadcastById", [ask.id]);
      if (row !== undefined) await lockBots(scope, [Number(row["bot_id"])]);
      return setBroadcast(scope, ask);
    }
    case "broadcasts": {
      const rows =
        ask.id === undefined
          ? await connection.run("broadcastList", [Number.MAX_SAFE_INTEGER, ask.limit])
          : await connection.run("broadcastById", [ask.id]);
      return rows.map(toBroadcast);
    }
  }
}

async function decide(
  scope: Scope,
  ask: { readonly id: number; readonly decision: SendDecision; readonly times: OutboxTimes },
): Promise<OutboxAnswers["decide"]> {
  const { connection } = scope;
  const { id, decision, times } = ask;
  const [seen] = await connection.run("outboxStanding", [[id]]);
  if (seen === undefined) return "unknown";
  const botId = Number(seen["bot_id"]);
  await lockBots(scope, [botId]);
  const [row] = await connection.run("outboxById", [id]);
  const state = Number(row?.["state"]);
  if (row === undefined) return "unknown";
  if (state === SENDING) return "in-flight";
  if (!MAY_DECIDE[decision].includes(state)) return "unknown";
  const lane = { botId, lane: String(row["lane"]), priority: Number(row["priority"]) };
  if (decision === "again") {
    await connection.run("outboxRevive", [id, times.nowMs]);
    await wakeLanes(scope, [lane], times.steadyMs);
    return "decided";
  }
  const [to, reason] = decision === "sent" ? [SENT, null] : [FAILED, "dropped"];
  const columns = [[id], [to], [null], [reason], [null], [0], [0], [true], times.nowMs];
  await connection.run("outboxChange", columns);
  await settlePriorities(scope, [lane]);
  await countDecision(scope, row, { decision, nowMs: times.nowMs });
  return "decided";
}

async function countDecision(
  scope: Scope,
  row: Row,
  { decision, nowMs }: { readonly decision: SendDecision; readonly nowMs: number },
): Promise<void> {
  const broadcastId = numberOrNone(row["broadcast_id"]);
  if (broadcastId === undefined) return;
  const sent = decision === "sent" ? 1 : 0;
  const failures = decision === "drop" ? ["dropped"] : [];
  await countBroadcast(scope, broadcastId, { sent, failures, nowMs });
}

async function countAll(
  { connection }: Scope,
  botIds: readonly number[],
  { steadyMs }: OutboxTimes,
): Promise<OutboxCounts> {
  const [row = {}] = await connection.run("outboxCounts", [COUNT_MAX]);
  const blocks = await connection.run("outboxBlocks", [botIds, steadyMs]);
  return {
    ready: Number(row["ready"]),
    scheduled: Number(row["scheduled"]),
    sending: Number(row["sending"]),
    parked: Number(row["parked"]),
    failed: Number(row["failed"]),
    doubtful: Number(row["doubtful"]),
    oldestDueMs: numberOrNone(row["oldest"]),
    blocks: blocks.map((block) => ({
      botId: Number(block["bot_id"]),
      lane: textOrNone(block["lane"]),
      leftMs: Number(block["blocked_ms"]) - steadyMs,
    })),
  };
}

async function sweepOutbox(
  { connection }: Scope,
  { endedBeforeMs, steadyMs, limit }: OutboxSweep,
): Promise<number> {
  const sends = await connection.run("outboxSweepSends", [endedBeforeMs, limit]);
  const broadcasts = await connection.run("outboxSweepBroadcasts", [endedBeforeMs, limit]);
  const idleBeforeMs = steadyMs - LONGEST_WINDOW_MS;
  const lanes = await connection.run("outboxSweepLanes", [idleBeforeMs, limit]);
  return sends.length + broadcasts.length + lanes.length;
}
