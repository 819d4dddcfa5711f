import { type ResourceLimits, Worker } from "node:worker_threads";

import type { WorkerAnswer, WorkerRequest } from "./protocol.ts";

/** The file runs as it was written in the repository, and compiled in the published package. */
const WORKER_URL = new URL(
  import.meta.url.endsWith(".ts") ? "./sqlite-worker.ts" : "./sqlite-worker.js",
  import.meta.url,
);

/** Called with the answer, or with the fault because of which there will be none. */
export type WhenAnswered = (answer: WorkerAnswer) => void;

/**
 * The store's thread as seen from the other side.
 *
 * States: open → closed (by {@link WorkerLink.close}).
 *
 * **Invariant:** every request is answered exactly once, in order, and never synchronously; when the
 * thread dies, and once the link is closed, with a `broken` fault. A dead thread is replaced by the
 * next request, after the closing by none: a thread that nobody ends would keep the process alive.
 */
export class WorkerLink {
  #worker: Worker | undefined;
  readonly #waiting: WhenAnswered[] = [];
  readonly #resourceLimits: ResourceLimits;
  #isClosed = false;

  /** `resourceLimits`: how much memory the thread may take. Default: as much as the process. */
  constructor(resourceLimits: ResourceLimits = {}) {
    this.#resourceLimits = resourceLimits;
  }

  ask(request: WorkerRequest, whenAnswered: WhenAnswered): void {
    if (this.#isClosed) {
      setImmediate(() => whenAnswered(failure(CLOSED)));
      return;
    }
    this.#waiting.push(whenAnswered);
    this.#worker ??= this.#start();
    const transfer =
      request.do === "batch" && request.batch.accepts !== undefined
        ? [request.batch.accepts.numbers.buffer, request.batch.accepts.bytes.buffer]
        : [];
    this.#worker.postMessage(request, transfer);
  }

  /** Ends the thread at once. What was asked is answered with a fault. */
  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#fail(CLOSED);
    await worker?.terminate();
  }

  /** Ends the thread, and no other one begins. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.end();
  }

  #start(): Worker {
    const resourceLimits = this.#resourceLimits;
    const worker = new Worker(WORKER_URL, { name: "hookgram-store", resourceLimits });
    worker.on("message", (answer: WorkerAnswer) => {
      // What a thread says after it was given up answers nobody's request.
      if (this.#worker === worker) this.#waiting.shift()?.(answer);
    });
    const die = (reason: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#fail(reason);
    };
    worker.on("error", (error) => die(`its thread failed: ${(error as Error).message}`));
    worker.on("exit", (code) => die(`its thread ended with code ${code}`));
    return worker;
  }

  #fail(message: string): void {
    for (const whenAnswered of this.#waiting.splice(0)) whenAnswered(failure(message));
  }
}

const CLOSED = "the store was closed";

function failure(message: string): WorkerAnswer {
  return { did: "failed", fault: { kind: "broken", message } };
}
