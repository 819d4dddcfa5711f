import type {
  ItemChange,
  RepairRead,
  RepairReadAnswers,
  RepairWrite,
  RepairWriteAnswers,
} from "./repair-operations.ts";
import type {
  DoubtfulUpdate,
  DoubtsQuery,
  EffectDecision,
  LeftOut,
  LeftOutQuery,
  Repair,
  RepairPlan,
  RepairStep,
  RepairStore,
  Replayed,
  ReplayedUpdate,
  UpdateName,
  UpdateRecord,
} from "./repair-store.ts";

/** The part of a store's queue that repairs need. */
export interface RepairQueue {
  read<R extends RepairRead>(read: R): Promise<RepairReadAnswers[R["op"]]>;
  write<W extends RepairWrite>(write: W): Promise<RepairWriteAnswers[W["op"]]>;
}

export interface GroupedRepairsOptions {
  /** Throws while the store cannot be used. */
  readonly queue: () => RepairQueue;
  /** Dead letters became live; in the order of their new numbers. */
  readonly replayed: (updates: readonly ReplayedUpdate[]) => void;
  readonly discarded: (count: number) => void;
}

const LIMIT = 100;

/** The repairs of a store that does its work in groups. */
export class GroupedRepairs implements RepairStore {
  readonly #options: GroupedRepairsOptions;

  constructor(options: GroupedRepairsOptions) {
    this.#options = options;
  }

  async record(name: UpdateName): Promise<UpdateRecord | undefined> {
    return this.#options.queue().read({ op: "record", name });
  }

  async doubts(query: DoubtsQuery): Promise<readonly DoubtfulUpdate[]> {
    const { beforeSeq = Number.MAX_SAFE_INTEGER, limit = LIMIT } = query;
    return this.#options.queue().read({ op: "doubts", beforeSeq, limit });
  }

  /** See `Store.replay`. */
  async replay(seq: number, decisions: readonly EffectDecision[], atMs: number): Promise<Replayed> {
    const write = { op: "replay", seq, decisions, atMs } as const;
    const replayed = await this.#options.queue().write(write);
    if (replayed.status === "replayed") this.#options.replayed([replayed]);
    return replayed;
  }

  async discard(seq: number, note: string, atMs: number): Promise<boolean> {
    const isDiscarded = await this.#options.queue().write({ op: "discard", seq, note, atMs });
    if (isDiscarded) this.#options.discarded(1);
    return isDiscarded;
  }

  async plan(plan: RepairPlan): Promise<{ readonly id: number } | { readonly tooMany: number }> {
    return this.#options.queue().write({ op: "plan-repair", ...plan });
  }

  async list(): Promise<readonly Repair[]> {
    return this.#options.queue().read({ op: "repairs", id: undefined });
  }

  async get(id: number): Promise<Repair | undefined> {
    return (await this.#options.queue().read({ op: "repairs", id }))[0];
  }

  async leftOut(id: number, query: LeftOutQuery): Promise<readonly LeftOut[]> {
    const { afterSeq = 0, limit = LIMIT } = query;
    return this.#options.queue().read({ op: "left-out", id, afterSeq, limit });
  }

  async turn(id: number, to: "running" | "aborted", atMs: number): Promise<boolean> {
    return this.#options.queue().write({ op: "turn-repair", id, to, atMs });
  }

  async running(): Promise<readonly number[]> {
    return this.#options.queue().read({ op: "running-repairs" });
  }

  async step(id: number, atMs: number): Promise<RepairStep> {
    const step = await this.#options.queue().write({ op: "step-repair", id, atMs });
    this.#tell(step.changes);
    return { status: step.status, nextAtMs: step.nextAtMs };
  }

  #tell(changes: readonly ItemChange[]): void {
    const updates = changes.flatMap(({ replayed }) => replayed ?? []);
    if (updates.length > 0) this.#options.replayed(updates);
    const discarded = changes.filter(({ outcome }) => outcome === "discarded").length;
    if (discarded > 0) this.#options.discarded(discarded);
  }
}
