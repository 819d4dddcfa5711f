import { parentPort, type Transferable } from "node:worker_threads";

import { type PostedFault, StoreFault } from "../store-fault.ts";
import type { BatchAnswer, BatchRequest, WorkerAnswer, WorkerRequest } from "./protocol.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { toStoreFault } from "./sqlite-fault.ts";

/**
 * The thread that owns the store's file, so that an fsync never holds up the event loop that answers
 * Telegram. One request, one answer, in order.
 */
let file: SqliteFile | undefined;
/** Why the file cannot be used before it is opened again. */
let fault: PostedFault | undefined;

function serve(request: WorkerRequest): WorkerAnswer {
  switch (request.do) {
    case "open": {
      file?.close();
      file = undefined;
      const opened = SqliteFile.open(request.open);
      file = opened.file;
      fault = undefined;
      return { did: "open", report: opened.report };
    }
    case "batch":
      return { did: "batch", batch: runBatch(request.batch) };
    case "close":
      file?.close();
      file = undefined;
      return { did: "close" };
  }
}

/** After a fault of the file nothing is tried before the next opening, whatever was sent already. */
function runBatch(batch: BatchRequest): BatchAnswer {
  if (fault !== undefined) throw new StoreFault(fault.kind, fault.message);
  if (file === undefined) throw new StoreFault("broken", "the file is not open");
  try {
    return file.run(batch);
  } catch (error) {
    const { kind, message } = toStoreFault(error);
    fault = { kind, message };
    throw error;
  }
}

/** Bytes go over without being copied. */
function transferables(answer: WorkerAnswer): Transferable[] {
  if (answer.did !== "batch" || !("value" in answer.batch.accepted)) return [];
  return [answer.batch.accepted.value.buffer];
}

parentPort!.on("message", (request: WorkerRequest) => {
  let answer: WorkerAnswer;
  try {
    answer = serve(request);
  } catch (error) {
    const { kind, message } = toStoreFault(error);
    answer = { did: "failed", fault: { kind, message } };
  }
  parentPort!.postMessage(answer, transferables(answer));
});
