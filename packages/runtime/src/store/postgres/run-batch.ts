import type { OperationAnswers, Outcome } from "../group-commit.ts";
import type { Accepted, NewUpdate } from "../store.ts";
import type { PostedFault } from "../store-fault.ts";
import { acceptAll } from "./accept.ts";
import {
  type Batch,
  isLone,
  type LoneWrite,
  type PostgresOperations,
  type SharedWrite,
  type WriteAnswers,
} from "./operations.ts";
import { acceptWithEvents } from "./events.ts";
import { answerReads } from "./reads.ts";
import { applyPause } from "./pauses.ts";
import { applyRepair } from "./repairs.ts";
import { attempt, type Scope, toFault, transact } from "./session.ts";
import { release, releaseFree } from "./release.ts";
import { sweep, type SweptTo } from "./sweep.ts";
import { together } from "./together.ts";
import { applyWrites, toRounds } from "./writes.ts";
import { fire } from "./timers.ts";

type Answers = OperationAnswers<PostgresOperations>;

/**
 * Carries out a batch. Throws a `broken` or `taken` fault when nobody knows what it has done, or
 * when it has to be done under a new token.
 *
 * Lanes are released before any are claimed or taken, so that what is taken in the same batch
 * stays.
 */
export async function runBatch(scope: Scope, batch: Batch, sweptTo: SweptTo): Promise<Answers> {
  const { writes: all } = batch;
  const outcomes = new Map<unknown, Outcome<unknown>>();
  const alone = async (write: LoneWrite): Promise<void> => {
    outcomes.set(write, await attempt(scope, () => runAlone(scope, write, sweptTo)));
  };
  for (const write of all) if (write.op === "release") await alone(write);
  const reads = await answerReads(scope, batch.reads);
  const shared = all.filter((write) => !isLone(write));
  const { writes, accepted } = await runShared(scope, shared, batch.accepts);
  shared.forEach((write, at) => outcomes.set(write, writes[at]!));
  for (const write of all) if (isLone(write) && write.op !== "release") await alone(write);
  return { reads, writes: all.map((write) => outcomes.get(write)!), accepted };
}

async function runAlone(
  scope: Scope,
  write: LoneWrite,
  sweptTo: SweptTo,
): Promise<WriteAnswers[LoneWrite["op"]]> {
  switch (write.op) {
    case "release":
      return release(scope, write.lanes);
    case "pause":
    case "resume":
      return applyPause(scope, write);
    case "replay":
    case "discard":
    case "plan-repair":
    case "turn-repair":
    case "step-repair":
      return applyRepair(scope, write);
    case "fire":
      return transact(scope, () => fire(scope, write));
    case "sweep":
      return transact(scope, () => sweep(scope, write, sweptTo));
  }
}

type Shared = Pick<Answers, "writes" | "accepted">;

async function runShared(
  scope: Scope,
  writes: readonly SharedWrite[],
  accepts: readonly NewUpdate[],
): Promise<Shared> {
  if (writes.length === 0 && accepts.length === 0) return { writes: [], accepted: { value: [] } };
  try {
    const apply = async (): Promise<Shared> => {
      const { answers, accepted } = await applyAndAccept(scope, writes, accepts);
      return { writes: answers.map((value) => ({ value })), accepted: { value: accepted } };
    };
    let released: readonly string[] = [];
    const atEnd = async (): Promise<void> => {
      released = await releaseFree(scope);
    };
    const shared = await transact(scope, apply, { atOnce: true, atEnd });
    scope.released(released);
    return shared;
  } catch (error) {
    const fault = toFault(scope, error);
    if (fault.kind === "refused") return oneByOne(scope, writes, accepts);
    if (fault.kind !== "full") throw fault;
    const outcome = { fault: { kind: fault.kind, message: fault.message } };
    return { writes: writes.map(() => outcome), accepted: outcome };
  }
}

/**
 * Writes and new updates do not touch the same rows, so their statements travel together. Not with
 * several rounds of writes: rows are always locked in the order states, lanes, so that nodes do not
 * wait for each other in a circle. And not with events, which are new updates that the writes
 * bring.
 */
async function applyAndAccept(
  scope: Scope,
  writes: readonly SharedWrite[],
  accepts: readonly NewUpdate[],
): Promise<{ readonly answers: readonly unknown[]; readonly accepted: readonly Accepted[] }> {
  const rounds = toRounds(writes);
  if (rounds.length <= 1 && !writes.some(mayEmit)) {
    const both = [applyWrites(scope, writes, rounds), acceptAll(scope, accepts)] as const;
    const [answers, accepted] = await together(both);
    return { answers, accepted };
  }
  const applied = await applyWrites(scope, writes, rounds);
  const { writes: answers, accepted } = await acceptWithEvents(scope, applied, accepts);
  return { answers, accepted };
}

function mayEmit(write: SharedWrite): boolean {
  return write.op === "settle" && write.ending.to === "done" && write.ending.emits !== undefined;
}

/** One operation cannot work: each gets its own transaction, so that it fails alone. */
async function oneByOne(
  scope: Scope,
  writes: readonly SharedWrite[],
  accepts: readonly NewUpdate[],
): Promise<Shared> {
  const outcomes: Outcome<unknown>[] = [];
  for (const write of writes) {
    const apply = (): Promise<unknown> =>
      transact(scope, async () => {
        const applied = await applyWrites(scope, [write]);
        return (await acceptWithEvents(scope, applied, [])).writes[0];
      });
    outcomes.push(await attempt(scope, apply));
  }
  const accepted: (Accepted | PostedFault)[] = [];
  for (const update of accepts) {
    const accept = (): Promise<Accepted[]> => transact(scope, () => acceptAll(scope, [update]));
    const outcome = await attempt(scope, async () => (await accept())[0]!);
    accepted.push("fault" in outcome ? outcome.fault : outcome.value);
  }
  return { writes: outcomes, accepted: { value: accepted } };
}
