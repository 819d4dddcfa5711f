import type { Outcome } from "../group-commit.ts";
import type { Settlement } from "../store.ts";
import type { BatchAnswer, SettleAnswer, Write } from "./protocol.ts";
import type { Statements } from "./statements.ts";
import { settle } from "./writes.ts";

/** Numbers per ending in {@link PlainEndings.numbers}. */
const ENDING_NUMBERS = 6;

/**
 * Settlements of updates that were handled and wrote nothing, which most are, in columns: as objects
 * they would cost more on their way between the threads than in the database.
 * Per ending: seq, attempt, at, the following seq (0: none) and its attempt, the handler's place in
 * `handlers` (-1: none).
 */
export interface PlainEndings {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly handlers: readonly string[];
}

/** What is said about each plain ending: its place in {@link SETTLED}. */
export type PlainAnswers = Uint8Array<ArrayBuffer>;

const SETTLED = ["applied", "conflict", "fenced", "known"] as const;
const OUTCOMES: readonly Outcome<SettleAnswer>[] = SETTLED.map((value) => ({ value }));
const HANDLED = "done" satisfies Settlement["ending"]["to"];

/** The plain endings among the writes of a batch, and the others. */
export interface SplitWrites {
  readonly endings: PlainEndings | undefined;
  readonly others: readonly Write[];
}

/** Plain endings touch no row that another write of the same batch depends on: order is free. */
export function splitWrites(writes: readonly Write[]): SplitWrites {
  const others = writes.filter((write) => !isPlain(write));
  if (others.length === writes.length) return { endings: undefined, others };
  const numbers = new Float64Array((writes.length - others.length) * ENDING_NUMBERS);
  const handlers: string[] = [];
  let at = 0;
  for (const write of writes) {
    if (!isPlain(write)) continue;
    numbers[at] = write.seq;
    numbers[at + 1] = write.attempt;
    numbers[at + 2] = write.atMs;
    numbers[at + 3] = write.next?.seq ?? 0;
    numbers[at + 4] = write.next?.attempt ?? 0;
    numbers[at + 5] = placeOf(write.ending.handler, handlers);
    at += ENDING_NUMBERS;
  }
  return { endings: { numbers, handlers }, others };
}

/** The outcomes in the order of `writes`, from those of the two parts. */
export function joinOutcomes(
  writes: readonly Write[],
  answer: Pick<BatchAnswer, "endings" | "writes">,
): readonly Outcome<unknown>[] {
  const { endings, writes: others } = answer;
  if (others.length === writes.length) return others;
  const plain = "fault" in endings ? undefined : endings.value.values();
  const other = others.values();
  return writes.map((write) => {
    if (!isPlain(write)) return other.next().value!;
    return plain === undefined ? endings : OUTCOMES[plain.next().value!]!;
  });
}

/** Carries out plain endings inside the transaction of their batch. */
export function settleAll(statements: Statements, endings: PlainEndings | undefined): PlainAnswers {
  if (endings === undefined) return new Uint8Array(0);
  const { numbers, handlers } = endings;
  const answers = new Uint8Array(numbers.length / ENDING_NUMBERS);
  for (let row = 0; row < answers.length; row += 1) {
    const at = row * ENDING_NUMBERS;
    const nextSeq = numbers[at + 3]!;
    const settled = settle(statements, {
      seq: numbers[at]!,
      attempt: numbers[at + 1]!,
      atMs: numbers[at + 2]!,
      next: nextSeq === 0 ? undefined : { seq: nextSeq, attempt: numbers[at + 4]! },
      ending: { to: HANDLED, handler: handlers[numbers[at + 5]!], writes: [] },
    });
    // Without events there is nothing to say about them.
    answers[row] = SETTLED.indexOf(settled as (typeof SETTLED)[number]);
  }
  return answers;
}

type PlainWrite = Extract<Write, { op: "settle" }> & {
  readonly ending: Extract<Settlement["ending"], { to: typeof HANDLED }>;
};

function isPlain(write: Write): write is PlainWrite {
  if (write.op !== "settle" || write.ending.to !== HANDLED) return false;
  if (write.log !== undefined) return false;
  const { writes, emits, timers, fired, outbox } = write.ending;
  return writes.length === 0 && (emits ?? timers ?? fired ?? outbox) === undefined;
}

function placeOf(handler: string | undefined, handlers: string[]): number {
  if (handler === undefined) return -1;
  const place = handlers.indexOf(handler);
  return place === -1 ? handlers.push(handler) - 1 : place;
}
