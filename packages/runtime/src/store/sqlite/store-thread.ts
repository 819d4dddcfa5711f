import type { SendBatch } from "../group-commit.ts";
import { type PostedFault, StoreFault } from "../store-fault.ts";
import { joinReads, splitReads } from "./packed-reads.ts";
import { joinOutcomes, splitWrites } from "./plain-endings.ts";
import type { BatchAnswer, OpenReport, OpenRequest, SqliteOperations } from "./protocol.ts";
import { toColumns } from "./to-columns.ts";
import type { WorkerLink } from "./worker-link.ts";

type Send = SendBatch<SqliteOperations>;
type Batch = Parameters<Send>[0];
type WhenAnswered = Parameters<Send>[1];

export interface StoreThreadOptions {
  readonly link: WorkerLink;
  /** How the file is opened, the first time and again. */
  readonly request: () => OpenRequest;
  /** Called when the file was opened again, and nobody knows what had been committed before. */
  readonly reopened: (report: OpenReport) => void;
}

/**
 * The store's file, as the thread has it that works on it.
 *
 * States: `closed` → `open` ⇄ `broken` → `closed`. In `broken` the file or the thread has failed; the
 * next batch opens both again, and is answered with the fault if that fails.
 */
export class StoreThread {
  readonly #options: StoreThreadOptions;
  #state: "closed" | "open" | "broken" = "closed";
  /** Set while batches wait for the file to be opened again. */
  #reopening: Promise<void> | undefined;

  constructor(options: StoreThreadOptions) {
    this.#options = options;
  }

  /** Opens the file. Rejects with a {@link StoreFault}. */
  open(): Promise<OpenReport> {
    const { link, request } = this.#options;
    return new Promise((resolve, reject) => {
      link.ask({ do: "open", open: request() }, (answer) => {
        if (answer.did !== "open") {
          const { kind, message } = answer.did === "failed" ? answer.fault : UNEXPECTED;
          return reject(new StoreFault(kind, message));
        }
        this.#state = "open";
        resolve(answer.report);
      });
    });
  }

  /** Has a batch carried out; see {@link SendBatch}. */
  readonly send: Send = (batch, whenAnswered) => {
    if (this.#state !== "broken") return this.#ask(batch, whenAnswered);
    this.#reopening ??= this.#reopen().finally(() => (this.#reopening = undefined));
    this.#reopening.then(
      () => this.#ask(batch, whenAnswered),
      ({ kind, message }: StoreFault) => whenAnswered({ kind, message }),
    );
  };

  /** Closes the file and ends the thread, whatever state they are in. */
  async close(): Promise<void> {
    const { link } = this.#options;
    const isOpen = this.#state === "open";
    this.#state = "closed";
    if (isOpen) await new Promise<void>((done) => link.ask({ do: "close" }, () => done()));
    await link.close();
  }

  async #reopen(): Promise<void> {
    this.#options.reopened(await this.open());
  }

  #ask(batch: Batch, whenAnswered: WhenAnswered): void {
    const { endings, others } = splitWrites(batch.writes);
    const accepts = toColumns(batch);
    const request = { ...splitReads(batch.reads), endings, writes: others, accepts };
    this.#options.link.ask({ do: "batch", batch: request }, (answer) => {
      if (answer.did === "batch") return whenAnswered(toAnswers(batch, answer.batch));
      const fault = answer.did === "failed" ? answer.fault : UNEXPECTED;
      if (this.#state === "open" && fault.kind === "broken") this.#state = "broken";
      whenAnswered(fault);
    });
  }
}

const UNEXPECTED: PostedFault = {
  kind: "broken",
  message: "its thread gave an answer that nobody asked for",
};

function toAnswers({ reads, writes }: Batch, answer: BatchAnswer): Parameters<WhenAnswered>[0] {
  const { accepted } = answer;
  return { reads: joinReads(reads, answer), writes: joinOutcomes(writes, answer), accepted };
}
