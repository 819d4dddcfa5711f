import { RuntimeError } from "../error.ts";
import type {
  DoubtfulUpdate,
  DoubtsQuery,
  EffectDecision,
  Replayed,
} from "../store/repair-store.ts";
import type { JournalEntry, ParkedQuery, ParkedUpdate, Store } from "../store/store.ts";

export interface ReplayOptions {
  /**
   * What became of effects that may have happened, by their keys in the journal. `repeat`: the next
   * attempt does it again. A result: it happened, and attempts get this value, as JSON has it.
   */
  readonly effects?: Readonly<Record<string, "repeat" | { readonly result: unknown }>>;
}

/**
 * What a person, or a command or page for one, can look at and mend while the bot runs. Everything
 * is committed when its promise resolves.
 *
 * All methods reject with what the store rejects with.
 */
export interface Operator {
  /** The dead letters, newest first. */
  parked(query?: ParkedQuery): Promise<readonly ParkedUpdate[]>;
  /** What the attempts at an update did, in the order in which it was first recorded. */
  journal(seq: number): Promise<readonly JournalEntry[]>;
  /**
   * Updates with effects that may have happened twice or not at all, newest first. They are known
   * for as long as the journal is kept: until the update's bytes are removed.
   */
  doubts(query?: DoubtsQuery): Promise<readonly DoubtfulUpdate[]>;
  /**
   * Puts a dead letter back at the end of its lane; its new number, or undefined when nothing is
   * parked under the old one. What its journal has a result of is not done again.
   * @throws RuntimeError `undecided-effects` when it is parked as `ambiguous` and `effects` does not
   * say what became of each such effect; `bad-options` for an effect that is not in doubt.
   */
  replay(seq: number, options?: ReplayOptions): Promise<number | undefined>;
}

/** The operator's side of a store. */
export class StoreOperator implements Operator {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  parked(query: ParkedQuery = {}): Promise<readonly ParkedUpdate[]> {
    return this.#store.parked(query);
  }

  journal(seq: number): Promise<readonly JournalEntry[]> {
    return this.#store.journal(seq);
  }

  doubts(query: DoubtsQuery = {}): Promise<readonly DoubtfulUpdate[]> {
    return this.#store.repairs.doubts(query);
  }

  async replay(seq: number, { effects = {} }: ReplayOptions = {}): Promise<number | undefined> {
    const replayed = await this.#store.replay(seq, Object.entries(effects).map(toDecision));
    return numberOf(seq, replayed);
  }
}

function toDecision([key, decided]: [
  string,
  "repeat" | { readonly result: unknown },
]): EffectDecision {
  if (decided === "repeat") return { key, kind: "unknown", value: undefined };
  return { key, kind: "result", value: JSON.stringify(decided.result) };
}

function numberOf(seq: number, replayed: Replayed): number | undefined {
  switch (replayed.status) {
    case "replayed":
      return replayed.seq;
    case "unknown":
      return undefined;
    case "undecided": {
      const effects = replayed.effects.join(", ");
      const repair = 'say "repeat", or { result } if it has happened';
      const message = `update ${seq} waits for a decision about ${effects}: ${repair}`;
      throw new RuntimeError("undecided-effects", message);
    }
    case "no-such-effect": {
      const rule = "only an effect that may have happened can be decided";
      const message = `${rule}; update ${seq} has none named ${replayed.effects.join(", ")}`;
      throw new RuntimeError("bad-options", message);
    }
  }
}
