import type {
  AsideWrite,
  BeginWrite,
  RecordWrite,
  SettleWrite,
  SharedWrite,
} from "./operations.ts";
import type { Scope } from "./session.ts";
import { beginAll, settleAll } from "./settle.ts";

/** Writes that can be carried out by one statement for each kind. */
export interface Round {
  readonly records: RecordWrite[];
  readonly begins: BeginWrite[];
  readonly settles: SettleWrite[];
  readonly asides: AsideWrite[];
}

/** Carries out writes inside the transaction of their batch. Answers in their order. */
export async function applyWrites(
  scope: Scope,
  writes: readonly SharedWrite[],
  rounds: readonly Round[] = toRounds(writes),
): Promise<unknown[]> {
  const answers = new Map<SharedWrite, unknown>();
  for (const round of rounds) {
    await recordAll(scope, round.records, answers);
    const begun = await beginAll(scope, round.begins);
    for (const write of round.begins) {
      answers.set(write, begun.has(write.seq) ? "applied" : "fenced");
    }
    for (const [write, settled] of await settleAll(scope, round.settles)) {
      answers.set(write, settled);
    }
    const seqs = round.asides.flatMap((write) => write.seqs);
    if (seqs.length > 0) await scope.connection.run("setAside", [seqs]);
  }
  return writes.map((write) => answers.get(write));
}

/**
 * Splits writes so that in each round no two change the same row, and the order within it (records,
 * begins, endings) is that of the array for each update.
 */
export function toRounds(writes: readonly SharedWrite[]): readonly Round[] {
  const rounds: Round[] = [];
  let touched = new Set<string>();
  let round: Round | undefined;
  for (const write of writes) {
    const [needs, touches] = rowsOf(write);
    if (round === undefined || needs.some((row) => touched.has(row))) {
      round = { records: [], begins: [], settles: [], asides: [] };
      rounds.push(round);
      touched = new Set();
    }
    for (const row of touches) touched.add(row);
    if (write.op === "record") round.records.push(write);
    else if (write.op === "begin") round.begins.push(write);
    else if (write.op === "settle") round.settles.push(write);
    else round.asides.push(write);
  }
  return rounds;
}

/** Which rows must not be touched in the round already, and which are afterwards. */
function rowsOf(write: SharedWrite): readonly [needs: string[], touches: string[]] {
  if (write.op === "aside") return [[], []];
  const update = `update ${write.seq}`;
  if (write.op === "begin") return [[update], [update]];
  if (write.op === "record") {
    const entry = `entry ${write.seq} ${write.entry.key}`;
    return [[update, entry], [entry]];
  }
  const rows = [update];
  if (write.next !== undefined) rows.push(`update ${write.next.seq}`);
  if (write.ending.to === "done") {
    const { writes, timers = [], fired } = write.ending;
    rows.push(...writes.map(({ key }) => `state ${key}`));
    rows.push(...timers.map(({ key }) => `timer ${key}`));
    if (fired !== undefined) rows.push(`timer ${fired.key}`);
  }
  return [rows, rows];
}

async function recordAll(
  { connection, node }: Scope,
  writes: readonly RecordWrite[],
  answers: Map<SharedWrite, unknown>,
): Promise<void> {
  if (writes.length === 0) return;
  const rows = await connection.run("record", [
    node,
    writes.map(({ seq }) => seq),
    writes.map(({ entry }) => entry.key),
    writes.map(({ attempt }) => attempt),
    writes.map(({ entry }) => entry.kind),
    writes.map(({ entry }) => entry.value ?? null),
    writes.map(({ entry }) => entry.atMs),
  ]);
  const recorded = new Set(rows.map((row) => `${String(row["seq"])} ${String(row["key"])}`));
  for (const write of writes) {
    const isRecorded = recorded.has(`${write.seq} ${write.entry.key}`);
    answers.set(write, isRecorded ? "applied" : "fenced");
  }
}
