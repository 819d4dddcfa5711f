import type {
  NewSend,
  OutboxTimes,
  OutboxWrite,
  OutboxWritten,
} from "../../outbox/outbox-store.ts";
import { READY, SCHEDULED } from "../../outbox/send-states.ts";
import type { Scope } from "../session.ts";
import { laneColumns, settlePriorities, wakeLanes } from "./outbox-lanes.ts";

/** Enqueues and cancels, in this order. Also part of the transaction that ends updates. */
export async function writeOutbox(
  scope: Scope,
  writes: readonly OutboxWrite[],
  times: OutboxTimes,
): Promise<readonly OutboxWritten[]> {
  const written: OutboxWritten[] = [];
  let sends: NewSend[] = [];
  const flush = async (): Promise<void> => {
    written.push(...(await enqueueAll(scope, sends, times)));
    sends = [];
  };
  for (const write of writes) {
    if (write.to === "send") sends.push(write.send);
    else {
      await flush();
      written.push(await cancel(scope, write.botId, write.key));
    }
  }
  await flush();
  return written;
}

async function enqueueAll(
  scope: Scope,
  sends: readonly NewSend[],
  times: OutboxTimes,
): Promise<readonly OutboxWritten[]> {
  if (sends.length === 0) return [];
  const inserted = await insertSends(scope, sends, times);
  const isNow = ({ atMs }: NewSend, at: number): boolean =>
    atMs === undefined && inserted[at]!.status === "enqueued";
  await wakeLanes(scope, sends.filter(isNow), times.steadyMs);
  return inserted;
}

async function insertSends(
  { connection }: Scope,
  sends: readonly NewSend[],
  { nowMs }: OutboxTimes,
): Promise<readonly OutboxWritten[]> {
  const rows = await connection.run("outboxInsert", [
    sends.map(({ botId }) => botId),
    sends.map(({ lane }) => lane),
    sends.map(({ method }) => method),
    sends.map(({ params }) => params),
    sends.map(({ atMs }) => (atMs === undefined ? READY : SCHEDULED)),
    sends.map(({ priority }) => priority),
    sends.map(({ cost }) => cost),
    sends.map(({ parks }) => parks),
    sends.map(({ key }) => key ?? null),
    sends.map(({ atMs }) => atMs ?? null),
    sends.map(({ atMs }) => atMs ?? nowMs),
    sends.map(() => null),
  ]);
  const plain = rows.filter((row) => row["key"] === null).map((row) => Number(row["id"]));
  const keyed = new Map(
    rows.filter((row) => row["key"] !== null).map((row) => [nameOf(row), Number(row["id"])]),
  );
  const known = await idsOfKeys({ connection }, sends, keyed);
  return sends.map(({ botId, key }) => {
    if (key === undefined) return { status: "enqueued", id: plain.shift()! };
    const name = `${botId} ${key}`;
    const id = keyed.get(name);
    if (id === undefined) return { status: "duplicate", id: known.get(name) ?? 0 };
    // Of several with the same key in one batch, the first one has it.
    keyed.delete(name);
    known.set(name, id);
    return { status: "enqueued", id };
  });
}

/** The sends that have the keys which were taken already. */
async function idsOfKeys(
  { connection }: Pick<Scope, "connection">,
  sends: readonly NewSend[],
  inserted: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const taken = sends.filter(
    ({ botId, key }) => key !== undefined && !inserted.has(`${botId} ${key}`),
  );
  if (taken.length === 0) return new Map();
  const columns = [taken.map(({ botId }) => botId), taken.map(({ key }) => key)];
  const rows = await connection.run("outboxByKeys", columns);
  return new Map(rows.map((row) => [nameOf(row), Number(row["id"])]));
}

function nameOf(row: Readonly<Record<string, unknown>>): string {
  return `${Number(row["bot_id"])} ${String(row["key"])}`;
}

/** The lane is locked before the send, as a turn does it. */
async function cancel(scope: Scope, botId: number, key: string): Promise<OutboxWritten> {
  const { connection } = scope;
  const [row] = await connection.run("outboxKeyed", [botId, key]);
  if (row === undefined) return { status: "unknown" };
  const lane = { botId, lane: String(row["lane"]) };
  await connection.run("outboxLockLanes", laneColumns([lane]));
  const dropped = await connection.run("outboxDropKeyed", [row["id"]]);
  if (dropped.length === 0) return { status: "too-late" };
  await settlePriorities(scope, [lane]);
  return { status: "cancelled" };
}
