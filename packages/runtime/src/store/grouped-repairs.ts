import type {
  RepairRead,
  RepairReadAnswers,
  RepairWrite,
  RepairWriteAnswers,
} from "./repair-operations.ts";
import type { DoubtfulUpdate, DoubtsQuery, RepairStore } from "./repair-store.ts";

/** The part of a store's queue that repairs need. */
export interface RepairQueue {
  read<R extends RepairRead>(read: R): Promise<RepairReadAnswers[R["op"]]>;
  write<W extends RepairWrite>(write: W): Promise<RepairWriteAnswers[W["op"]]>;
}

const LIMIT = 100;

/** The repairs of a store that does its work in groups. */
export class GroupedRepairs implements RepairStore {
  readonly #queue: () => RepairQueue;

  /** `queue` throws while the store cannot be used. */
  constructor(queue: () => RepairQueue) {
    this.#queue = queue;
  }

  async doubts(query: DoubtsQuery): Promise<readonly DoubtfulUpdate[]> {
    const { beforeSeq = Number.MAX_SAFE_INTEGER, limit = LIMIT } = query;
    return this.#queue().read({ op: "doubts", beforeSeq, limit });
  }
}
