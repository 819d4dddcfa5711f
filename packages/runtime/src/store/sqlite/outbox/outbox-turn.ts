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
import { feedBroadcasts } from "./outbox-broadcasts.ts";
import { applyResult } from "./outbox-results.ts";
import type { OutboxStatements, Row } from "./outbox-statements.ts";

/** Handlers' calls go before everything: somebody waits for them. */
const OF_CALLS = SEND_PRIORITIES.indexOf("interactive");

/** Applies what ended, answers who wants to call, and claims what comes next. */
export function takeTurn(statements: OutboxStatements, turn: OutboxTurn): OutboxTurned {
  const applied = turn.results.map((result) => applyResult(statements, result, turn));
  if (applied.length > 0) failpoint("send.ended");
  for (const seen of turn.seen) blockSeen(statements, seen, turn);
  const limiters = new Map(turn.botIds.map((id) => [id, readLimiter(statements, id, turn)]));
  const waitsMs = turn.wants.map((want) =>
    grant(statements, want, { limiter: limiters.get(want.botId), turn }),
  );
  const sends: ClaimedSend[] = [];
  let nextMs = Infinity;
  for (const [botId, limiter] of limiters) {
    const promoted = promote(statements, botId, turn);
    feedBroadcasts(statements, botId, turn);
    const claim = new Claim(statements, { turn, botId, limiter });
    sends.push(...claim.take(turn.room - sends.length));
    if (limiter.hasChanged) {
      statements.get("setBot").run(botId, ...limiter.times);
      statements.get("setSteady").run(turn.steadyMs);
    }
    const hasMore = promoted === TURN_ROWS_MAX || claim.isCutShort;
    nextMs = Math.min(nextMs, hasMore ? 0 : nextOf(statements, botId, { limiter, turn }));
  }
  // Without room nothing can be done before something ends.
  const isOver = sends.length >= turn.room || nextMs === Infinity;
  return { sends, waitsMs, applied, nextMs: isOver ? undefined : nextMs };
}

function readLimiter(
  statements: OutboxStatements,
  botId: number,
  { limits, steadyMs }: OutboxTurn,
): BotLimiter {
  statements.get("makeBot").run(botId);
  const row = statements.get("bot").get(botId)!;
  const [recent, recentBulk] = [String(row["recent"]), String(row["recent_bulk"])];
  const times = { blockedMs: Number(row["blocked_ms"]), recent, recentBulk };
  return new BotLimiter(times, limits, steadyMs);
}

function toLaneTimes(row: Row, lane: string): LaneTimes {
  return { lane, blockedMs: Number(row["blocked_ms"]), recent: String(row["recent"]) };
}

function blockSeen(
  statements: OutboxStatements,
  { botId, lane, delayMs }: OutboxTurn["seen"][number],
  { steadyMs }: OutboxTurn,
): void {
  const untilMs = Math.ceil(steadyMs + delayMs);
  if (lane === undefined) {
    statements.get("makeBot").run(botId);
    statements.get("blockBot").run(botId, untilMs);
    return;
  }
  statements.get("makeLane").run(botId, lane, steadyMs);
  statements.get("endOnLane").run(botId, lane, null, untilMs, untilMs);
}

/** The wait for a handler's call; when there is none, the call is counted. */
function grant(
  statements: OutboxStatements,
  { botId, lane, cost }: CallWant,
  { limiter, turn }: { readonly limiter: BotLimiter | undefined; readonly turn: OutboxTurn },
): number {
  if (limiter === undefined) return 0;
  const waitMs = limiter.waitMs(OF_CALLS, cost);
  if (waitMs > 0) return waitMs;
  if (lane === undefined) {
    limiter.count(OF_CALLS, cost);
    return 0;
  }
  statements.get("makeLane").run(botId, lane, turn.steadyMs);
  const times = toLaneTimes(statements.get("lane").get(botId, lane)!, lane);
  const pass = limiter.pass(times, OF_CALLS, cost);
  if (pass.may !== "go") return pass.may === "wait" ? pass.readyMs - turn.steadyMs : 1;
  statements.get("countOnLane").run(botId, lane, pass.recent);
  return 0;
}

/** Scheduled sends whose time has come take their place. */
function promote(statements: OutboxStatements, botId: number, turn: OutboxTurn): number {
  const due = statements.get("due").all(botId, turn.nowMs, TURN_ROWS_MAX);
  for (const row of due) {
    statements.get("promote").run(Number(row["id"]), statements.nextNumber());
    const [lane, priority] = [String(row["lane"]), Number(row["priority"])];
    statements.get("wakeLane").run(botId, lane, priority, turn.steadyMs);
  }
  return due.length;
}

interface ClaimParts {
  readonly turn: OutboxTurn;
  readonly botId: number;
  readonly limiter: BotLimiter;
}

/** The claims of one bot in one turn. */
class Claim {
  readonly #statements: OutboxStatements;
  readonly #parts: ClaimParts;
  readonly #sends: ClaimedSend[] = [];
  /** More lanes may be ready than were looked at. */
  isCutShort = false;

  constructor(statements: OutboxStatements, parts: ClaimParts) {
    this.#statements = statements;
    this.#parts = parts;
  }

  take(room: number): readonly ClaimedSend[] {
    SEND_PRIORITIES.forEach((_name, priority) => this.#takeOf(priority, room));
    return this.#sends;
  }

  #takeOf(priority: number, room: number): void {
    const { botId, turn, limiter } = this.#parts;
    if (this.#sends.length >= room || limiter.waitMs(priority) > 0) return;
    const rows = this.#statements
      .get("readyLanes")
      .all(botId, priority, turn.steadyMs, TURN_ROWS_MAX);
    for (const row of rows) {
      if (this.#sends.length >= room) return;
      if (!this.#takeFrom(toLaneTimes(row, String(row["lane"])), priority)) return;
    }
    this.isCutShort ||= rows.length === TURN_ROWS_MAX;
  }

  /** False when the bot's own limits let nothing more of this priority go. */
  #takeFrom(times: LaneTimes, priority: number): boolean {
    const { botId, limiter } = this.#parts;
    const { lane } = times;
    const head = this.#statements.get("head").get(botId, lane);
    if (head === undefined || Number(head["priority"]) !== priority) {
      this.#statements.get("setPriority").run(botId, lane);
      this.isCutShort ||= head !== undefined;
      return true;
    }
    const pass = limiter.pass(times, priority, Number(head["cost"]));
    if (pass.may === "stop") return false;
    if (pass.may === "wait") {
      this.#statements.get("endOnLane").run(botId, lane, null, pass.readyMs, 0);
      return true;
    }
    this.#statements.get("takeLane").run(botId, lane, pass.recent, pass.readyMs);
    this.#statements.get("claim").run(Number(head["id"]));
    this.#sends.push(toClaimed(head, botId, lane));
    return true;
  }
}

/** When something of this bot may be ready that is not now. */
function nextOf(
  statements: OutboxStatements,
  botId: number,
  { limiter, turn }: Omit<ClaimParts, "botId">,
): number {
  const scheduled = statements.get("firstScheduled").get(botId)?.["at_ms"];
  let nextMs = typeof scheduled === "number" ? Math.max(1, scheduled - turn.nowMs) : Infinity;
  SEND_PRIORITIES.forEach((_name, priority) => {
    const ready = statements.get("firstReady").get(botId, priority)?.["ready_ms"];
    if (typeof ready !== "number") return;
    const waitMs = Math.max(1, ready - turn.steadyMs, limiter.waitMs(priority));
    nextMs = Math.min(nextMs, waitMs);
  });
  return nextMs;
}

function toClaimed(row: Row, botId: number, lane: string): ClaimedSend {
  const [since, broadcast, key] = [row["failing_since_ms"], row["broadcast_id"], row["key"]];
  return {
    id: Number(row["id"]),
    attempt: Number(row["attempts"]) + 1,
    botId,
    lane,
    method: String(row["method"]),
    params: String(row["params"]),
    priority: Number(row["priority"]),
    parks: row["parks"] === 1,
    key: typeof key === "string" ? key : undefined,
    failures: Number(row["failures"]),
    failingSinceMs: typeof since === "number" ? since : undefined,
    broadcastId: typeof broadcast === "number" ? broadcast : undefined,
  };
}
