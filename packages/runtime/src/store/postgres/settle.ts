import { failpoint } from "../../failpoint.ts";
import type { AttemptRef, StateWrite } from "../store.ts";
import type { Applied } from "./events.ts";
import type { SettleWrite } from "./operations.ts";
import type { Scope } from "./session.ts";
import { writeOutbox } from "./outbox/outbox-writes.ts";
import { lockStates, writeStates } from "./states.ts";
import { writeLog } from "./event-log.ts";
import { isTimerCurrent, lockTimers, writeTimers } from "./timers.ts";
import { DONE, EXPIRED, LIVE, PARKED } from "./status.ts";
import { together } from "./together.ts";

/** Counts attempts. Gives the updates whose attempt is counted, also if it was before. */
export async function beginAll(
  { connection, node }: Scope,
  attempts: readonly AttemptRef[],
): Promise<ReadonlySet<number>> {
  if (attempts.length === 0) return new Set();
  const seqs = attempts.map(({ seq }) => seq);
  const rows = await connection.run("begin", [node, seqs, attempts.map((it) => it.attempt)]);
  return new Set(rows.map((row) => Number(row["seq"])));
}

/**
 * Ends attempts, each completely or not at all. No two may be of one update, or write one state
 * record.
 */
export async function settleAll(
  scope: Scope,
  settles: readonly SettleWrite[],
): Promise<ReadonlyMap<SettleWrite, Applied>> {
  const answers = new Map<SettleWrite, Applied>();
  if (settles.length === 0) return answers;
  const versions = await lockStates(scope, settles.flatMap(writesOf));
  const isCurrent = (write: StateWrite): boolean =>
    write.expectedVersion === undefined || write.expectedVersion === (versions.get(write.key) ?? 0);
  const generations = await lockTimers(scope, settles);
  const current = settles.filter(
    (settle) => writesOf(settle).every(isCurrent) && isTimerCurrent(settle, generations),
  );
  const ended = await endAll(scope, current);
  failpoint("update.settled");
  const applied = current.filter(({ seq }) => ended.has(seq));
  for (const settle of applied) answers.set(settle, toApplied(settle));
  const states = applied.flatMap((settle) =>
    writesOf(settle).map((write) => ({ write, version: settle.seq })),
  );
  const following = applied.flatMap(({ next }) => next ?? []);
  await together([writeStates(scope, states, versions), beginAll(scope, following)]);
  await writeTimers(scope, applied);
  await writeLog(scope, applied);
  for (const { ending } of applied) {
    const outbox = ending.to === "done" ? ending.outbox : undefined;
    if (outbox !== undefined) await writeOutbox(scope, outbox.writes, outbox.times);
  }
  const others = settles.filter((settle) => !answers.has(settle));
  await explain(scope, others, { answers, tried: new Set(current) });
  return answers;
}

function toApplied({ ending }: SettleWrite): Applied {
  const emits = ending.to === "done" ? ending.emits : undefined;
  return emits === undefined ? "applied" : { emits };
}

function writesOf({ ending }: SettleWrite): readonly StateWrite[] {
  return ending.to === "done" ? ending.writes : [];
}

async function endAll(
  { connection, node }: Scope,
  settles: readonly SettleWrite[],
): Promise<ReadonlySet<number>> {
  if (settles.length === 0) return new Set();
  const endings = settles.map(toColumns);
  const rows = await connection.run("settle", [
    node,
    settles.map(({ seq }) => seq),
    settles.map(({ attempt }) => attempt),
    endings.map(({ status }) => status),
    endings.map(({ takenBack }) => takenBack ?? 0),
    endings.map(({ failed }) => failed ?? 0),
    endings.map(({ error }) => error ?? null),
    endings.map(({ retryAtMs }) => retryAtMs ?? null),
    endings.map(({ outcome }) => outcome ?? null),
    settles.map(({ atMs }, at) => (endings[at]!.status === LIVE ? null : atMs)),
  ]);
  return new Set(rows.map((row) => Number(row["seq"])));
}

interface EndingColumns {
  readonly status: number;
  readonly takenBack?: number;
  readonly failed?: number;
  readonly error?: string;
  readonly retryAtMs?: number;
  readonly outcome?: string | undefined;
}

function toColumns({ ending }: SettleWrite): EndingColumns {
  switch (ending.to) {
    case "done":
      return { status: DONE, outcome: ending.handler };
    case "retry":
      return { status: LIVE, failed: 1, error: clean(ending.error), retryAtMs: ending.retryAtMs };
    case "taken-back":
      return { status: LIVE, takenBack: 1 };
    case "parked":
      return { status: PARKED, outcome: ending.reason, error: clean(ending.error) };
    case "expired":
      return { status: EXPIRED };
  }
}

/** PostgreSQL keeps no U+0000 in a text. What an error says is not worth refusing its update. */
function clean(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}

interface Explained {
  readonly answers: Map<SettleWrite, Applied>;
  /** Their state records were as expected, and yet nothing was changed. */
  readonly tried: ReadonlySet<SettleWrite>;
}

/**
 * Nothing was changed: a state record has another version, or the same settlement is committed
 * already and its answer was lost, or the update is somebody else's.
 */
async function explain(
  { connection, node, nodes }: Scope,
  settles: readonly SettleWrite[],
  { answers, tried }: Explained,
): Promise<void> {
  if (settles.length === 0) return;
  const rows = await connection.run("standing", [settles.map(({ seq }) => seq)]);
  const bySeq = new Map(rows.map((row) => [row["seq"], row]));
  for (const settle of settles) {
    const row = bySeq.get(settle.seq);
    const { attempt, ending } = settle;
    const attempts = row?.["attempts"];
    const isOurs = row?.["status"] === LIVE && row["node"] === node;
    const isSame =
      ending.to === "taken-back"
        ? isOurs && attempts === attempt - 1
        : row !== undefined && nodes.has(Number(row["settled_by"])) && attempts === attempt;
    if (isSame) answers.set(settle, "known");
    else if (!tried.has(settle) && isOurs && attempts === attempt) answers.set(settle, "conflict");
    else answers.set(settle, "fenced");
  }
}
