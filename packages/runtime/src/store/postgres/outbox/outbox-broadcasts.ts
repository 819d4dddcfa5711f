import { mergeParams } from "../../outbox/merge-params.ts";
import type {
  BroadcastEntry,
  BroadcastRecord,
  NewBroadcast,
  OutboxAnswers,
  OutboxAsk,
  OutboxTurn,
} from "../../outbox/outbox-store.ts";
import { BULK, FED_MIN, READY } from "../../outbox/send-states.ts";
import type { Row } from "../connection.ts";
import type { Scope } from "../session.ts";
import { type LaneName, settlePriorities, wakeLanes } from "./outbox-lanes.ts";
import { countBroadcast } from "./outbox-results.ts";
import { toBroadcast } from "./outbox-rows.ts";

/** Puts the next chats of running broadcasts into the outbox, where few of theirs are left. */
export async function feedBroadcasts(scope: Scope, botId: number, turn: OutboxTurn): Promise<void> {
  const enough = Math.max(FED_MIN, ...turn.limits.bulk.map(({ max }) => max));
  for (const row of await scope.connection.run("broadcastHungry", [botId, enough])) {
    const [chunk] = await scope.connection.run("broadcastTakeChunk", [row["id"]]);
    if (chunk === undefined) continue;
    const entries = JSON.parse(String(chunk["entries"])) as BroadcastEntry[];
    await insert(scope, { botId, row, entries, nowMs: turn.nowMs });
    const woken = entries.map((entry) => ({ botId, lane: laneOf(entry), priority: BULK }));
    await wakeLanes(scope, woken, turn.steadyMs);
    await scope.connection.run("broadcastFed", [row["id"], entries.length]);
  }
}

interface Feed {
  readonly botId: number;
  readonly row: Row;
  readonly entries: readonly BroadcastEntry[];
  readonly nowMs: number;
}

async function insert({ connection }: Scope, { botId, row, entries, nowMs }: Feed): Promise<void> {
  const template = String(row["params"]);
  const same = <T>(value: T): T[] => entries.map(() => value);
  await connection.run("outboxInsert", [
    same(botId),
    entries.map(laneOf),
    same(row["method"]),
    entries.map((it) => (typeof it === "string" ? template : mergeParams(template, it[1]))),
    same(READY),
    same(BULK),
    same(row["cost"]),
    same(row["parks"]),
    same(null),
    same(null),
    same(nowMs),
    same(row["id"]),
  ]);
}

function laneOf(entry: BroadcastEntry): string {
  return typeof entry === "string" ? entry : entry[0];
}

export async function createBroadcast(
  { connection }: Scope,
  { botId, key, method, params, cost, parks, nowMs }: NewBroadcast,
): Promise<OutboxAnswers["createBroadcast"]> {
  const made = [method, params, cost, parks, nowMs];
  const [row] = await connection.run("broadcastInsert", [botId, key ?? null, ...made]);
  if (row !== undefined) return { status: "new", id: Number(row["id"]) };
  const [known] = await connection.run("broadcastByKey", [botId, key]);
  const id = Number(known?.["id"]);
  if (known?.["state"] !== "collecting") return { status: "known", id };
  await connection.run("broadcastDropChunks", [id]);
  await connection.run("broadcastReplace", [id, ...made]);
  return { status: "new", id };
}

export async function addChats(
  { connection }: Scope,
  { id, chunk, entries }: Extract<OutboxAsk, { do: "addChats" }>,
): Promise<undefined> {
  await connection.run("broadcastAddChunk", [id, chunk, JSON.stringify(entries), entries.length]);
  return undefined;
}

/** The bot's row is locked by the caller. */
export async function setBroadcast(
  scope: Scope,
  { id, state, times }: Extract<OutboxAsk, { do: "setBroadcast" }>,
): Promise<BroadcastRecord | undefined> {
  const { connection } = scope;
  const [row] = await connection.run("broadcastById", [id]);
  const before = row?.["state"];
  if (before === undefined || before === "done" || before === "cancelled") return undefined;
  if (before === "collecting" && state === "paused") return undefined;
  const endedAtMs = state === "cancelled" ? times.nowMs : null;
  await connection.run("broadcastSet", [id, state, endedAtMs]);
  if (state === "running") {
    const lanes = lanesOf(await connection.run("broadcastUnhold", [id]));
    await wakeLanes(scope, lanes, times.steadyMs);
    // One without any chats is done as soon as it begins.
    await countBroadcast(scope, id, { sent: 0, failures: [], nowMs: times.nowMs });
  } else {
    const statement = state === "paused" ? "broadcastHold" : "broadcastDropSends";
    await settlePriorities(scope, lanesOf(await connection.run(statement, [id])));
    if (state === "cancelled") await connection.run("broadcastDropChunks", [id]);
  }
  const [after] = await connection.run("broadcastById", [id]);
  return toBroadcast(after!);
}

function lanesOf(rows: readonly Row[]): readonly (LaneName & { readonly priority: number })[] {
  return rows.map((row) => ({
    botId: Number(row["bot_id"]),
    lane: String(row["lane"]),
    priority: BULK,
  }));
}
