import type { EffectKind, UpdateStatus } from "./store.ts";

/** What a person has found out about an effect that may have happened. */
export interface EffectDecision {
  /** As in the update's journal. */
  readonly key: string;
  /** `result`: it happened, later attempts get `value`. `unknown`: it is done again. */
  readonly kind: "result" | "unknown";
  /** JSON text; undefined for a result that is `undefined`. */
  readonly value: string | undefined;
}

/** What a replay did. `unknown`: no update with this number is parked. */
export type Replayed =
  | { readonly status: "unknown" }
  | {
      readonly status: "replayed";
      /** The update's new place in the order, at the end of its lane. */
      readonly seq: number;
    }
  /** These effects may have happened and nobody has decided; nothing was changed. */
  | { readonly status: "undecided"; readonly effects: readonly string[] }
  /** A decision is about effects of which all is known; nothing was changed. */
  | { readonly status: "no-such-effect"; readonly effects: readonly string[] };

/** An effect that may have happened more than once, or not at all. */
export interface DoubtfulEffect {
  readonly key: string;
  /**
   * `repeated`: it was done, perhaps twice. `unknown` and `intent`: nobody knows whether it happened.
   */
  readonly kind: Extract<EffectKind, "repeated" | "unknown" | "intent">;
  readonly attempt: number;
  readonly atMs: number;
}

/** An update with effects that are in doubt. It is known for as long as its journal is kept. */
export interface DoubtfulUpdate {
  readonly seq: number;
  readonly botId: number;
  readonly updateId: number | undefined;
  readonly lane: string;
  readonly status: UpdateStatus;
  readonly receivedAtMs: number;
  readonly effects: readonly DoubtfulEffect[];
}

export interface DoubtsQuery {
  /** Only updates that are older than this one; for the next page. */
  readonly beforeSeq?: number;
  /** Default 100. */
  readonly limit?: number;
}

/** What a store can do for whoever looks after what went wrong. */
export interface RepairStore {
  /** Updates with effects that are in doubt, newest first; what is in flight is not among them. */
  doubts(query: DoubtsQuery): Promise<readonly DoubtfulUpdate[]>;
}
