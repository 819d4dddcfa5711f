import type { RuntimeErrorCode } from "../error.ts";

/**
 * Why an operation on the file or the database failed, in the terms of what has to happen next:
 * - `full`: the transaction is undone; the next one may work.
 * - `broken`: nobody knows what is committed; the file or the connection has to be opened again.
 * - `refused`: this one operation can never work; the others of its transaction can.
 * - `taken`: another process has taken the file over.
 * - `incompatible`: there is no store here that this version can use.
 * - `damaged`: what is in the file is not what was written; nothing that it says can be relied on.
 * - `not-durable`: what is committed would not survive a power cut.
 */
export type FaultKind =
  | "full"
  | "broken"
  | "refused"
  | "taken"
  | "incompatible"
  | "damaged"
  | "not-durable";

/** An error inside a store, before it becomes a `RuntimeError` for whoever asked. */
export class StoreFault extends Error {
  override readonly name = "StoreFault";
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** A fault as it is posted between threads and kept in answers. */
export interface PostedFault {
  readonly kind: FaultKind;
  readonly message: string;
}

/** What each kind of fault is called outside. */
export const FAULT_CODES: Readonly<Record<FaultKind, RuntimeErrorCode>> = {
  full: "store-unavailable",
  broken: "store-unavailable",
  refused: "store-refused",
  taken: "store-in-use",
  incompatible: "store-incompatible",
  damaged: "store-damaged",
  "not-durable": "not-durable",
};
