import { GroupCommit, type QueueLimits, type SendBatch } from "../group-commit.ts";
import type { NewUpdate } from "../store.ts";
import type { PostedFault } from "../store-fault.ts";
import type { RuntimeError } from "../../error.ts";
import type { SqliteOperations } from "./protocol.ts";

type Group = GroupCommit<SqliteOperations>;

/** Batches of reads on their way: one is carried out, one is at hand, two bring back what was read. */
const READ_BATCHES_MAX = 4;

/** Of what has to be committed, one batch is written and one is at hand. */
const COMMITS_MAX = 2;

/**
 * What waits for the store's thread. Reads go in batches of their own: they need no fsync, and whoever
 * waits for one of them, such as a handler for its state, goes on while the thread commits.
 *
 * **Invariant:** the thread answers batches in the order in which they leave. So a read sees what was
 * answered before it was asked for, and its answer comes before those to all that it has not seen.
 */
export class SqliteQueue {
  readonly #reads: Group;
  readonly #commits: Group;
  readonly read: Group["read"];
  readonly write: Group["write"];
  readonly writeLater: Group["writeLater"];

  constructor(
    send: SendBatch<SqliteOperations>,
    limits: QueueLimits,
    toError: (fault: PostedFault) => RuntimeError,
  ) {
    const ofReads = { ...limits, batchesMax: READ_BATCHES_MAX, followsAtOnce: true };
    const ofCommits = { ...limits, batchesMax: COMMITS_MAX, followsAtOnce: false };
    const reads = new GroupCommit(send, ofReads, toError);
    const commits = new GroupCommit(send, ofCommits, toError);
    this.#reads = reads;
    this.#commits = commits;
    this.read = (read) => reads.read(read);
    this.write = (write) => commits.write(write);
    this.writeLater = (write) => commits.writeLater(write);
  }

  /** Operations that wait or are on their way. */
  get queued(): number {
    return this.#reads.queued + this.#commits.queued;
  }

  /** Bytes of the new updates among them. */
  get queuedBytes(): number {
    return this.#commits.queuedBytes;
  }

  /** The number of a new update, or 0 for a duplicate. */
  accept(update: NewUpdate): Promise<number> {
    return this.#commits.accept(update);
  }

  /** Resolves when nothing waits and nothing is on its way. */
  async idle(): Promise<void> {
    await Promise.all([this.#reads.idle(), this.#commits.idle()]);
  }
}
