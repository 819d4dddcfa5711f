import type { Clock } from "@hookgram/bot-api";

import { RuntimeError } from "../../../error.ts";
import type {
  OutboxAnswers,
  OutboxAsk,
  OutboxStore,
  OutboxTimes,
} from "../../outbox/outbox-store.ts";
import { type PostedFault, StoreFault } from "../../store-fault.ts";
import type { Connection } from "../connection.ts";
import type { Connector } from "../connector.ts";
import { type Scope, toFault, transact } from "../session.ts";
import { toPostgresFault } from "../postgres-fault.ts";
import type { Target } from "../target.ts";
import { answerOutbox } from "./outbox-asks.ts";

export interface PostgresOutboxOptions {
  readonly target: Target;
  readonly connector: Connector;
  readonly clock: Clock;
  /** The fencing token, and all that this store had. */
  readonly node: () => { readonly node: number; readonly nodes: ReadonlySet<number> };
  /** Gets a new token in place of one that another node has taken. */
  readonly renew: (node: number) => Promise<void>;
  /** Throws when the store is not open. */
  readonly assertUsable: () => void;
  readonly toError: (fault: PostedFault) => RuntimeError;
}

/** What dead nodes leave, and what they had enqueued, is found after so long at the latest. */
const LOOK_AROUND_MS = 2_000;

/** Below this, the difference between the clocks is the time of a round trip. */
const CLOCK_STEP_MS = 20;

/** Times that something is begun again with a new token before it is given up. */
const RENEWALS_MAX = 3;

/**
 * The outbox of a PostgreSQL store. It has a connection of its own, so that its turns, which take
 * some ten round trips, hold up no update; it is made when the first of them comes.
 *
 * **Invariant:** the time that limits and due times are compared with is the database's.
 */
export class PostgresOutbox implements OutboxStore {
  readonly lookAroundMs = LOOK_AROUND_MS;
  readonly #options: PostgresOutboxOptions;
  #connection: Connection | undefined;
  #isClosed = false;
  /** What has to be added to the monotonic time of this process. */
  #baseMs: number;
  #isAnchored = false;
  /** The connection does one thing after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PostgresOutboxOptions) {
    this.#options = options;
    this.#baseMs = options.clock.now() - options.clock.monotonic();
  }

  ask<A extends OutboxAsk>(ask: A): Promise<OutboxAnswers[A["do"]]> {
    const answer = this.#last.then(() => this.#answer(ask));
    this.#last = answer.catch(() => {});
    return answer as Promise<OutboxAnswers[A["do"]]>;
  }

  times(): OutboxTimes {
    const nowMs = Math.floor(this.#baseMs + this.#options.clock.monotonic());
    return { nowMs, steadyMs: nowMs };
  }

  /** Waits for what is on its way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
    await this.#connection?.close();
  }

  async #answer(ask: OutboxAsk): Promise<OutboxAnswers[OutboxAsk["do"]]> {
    this.#options.assertUsable();
    if (this.#isClosed) throw new RuntimeError("stopping", "the store is closed");
    try {
      return await this.#transact(ask);
    } catch (error) {
      const { target, toError } = this.#options;
      if (error instanceof RuntimeError) throw error;
      throw toError(toPostgresFault(error, target.redact));
    }
  }

  async #transact(ask: OutboxAsk): Promise<OutboxAnswers[OutboxAsk["do"]]> {
    for (let renewals = 0; ; renewals += 1) {
      const connection = await this.#connect();
      const { node, nodes } = this.#options.node();
      const { redact } = this.#options.target;
      const noLanes = {
        voided: new Set<string>(),
        avoided: new Set<string>(),
        stillIdle: () => [],
        idle: () => [],
        released: () => {},
      };
      const scope: Scope = { connection, node, nodes, redact, ...noLanes, woken: new Set() };
      try {
        if (ask.do === "recover" || !this.#isAnchored) await this.#anchor(connection);
        return await transact(scope, () => answerOutbox(scope, ask));
      } catch (error) {
        const fault = toFault(scope, error);
        if (fault.kind !== "taken" || renewals === RENEWALS_MAX) throw fault;
        await this.#options.renew(node);
      }
    }
  }

  async #connect(): Promise<Connection> {
    if (this.#connection?.isUsable === true) return this.#connection;
    this.#connection = undefined;
    const connection = await this.#options.connector.open();
    this.#connection = connection;
    if (connection.isUsable) return connection;
    throw new StoreFault("broken", "the connection was lost again");
  }

  /** Reads the database's clock, which all nodes share. */
  async #anchor(connection: Connection): Promise<void> {
    const { clock } = this.#options;
    const before = clock.monotonic();
    const [row] = await connection.run("outboxClock", []);
    const middle = (before + clock.monotonic()) / 2;
    const baseMs = Number(row?.["now_ms"]) - middle;
    const isOff = Math.abs(baseMs - this.#baseMs) > CLOCK_STEP_MS;
    if (isOff || !this.#isAnchored) this.#baseMs = baseMs;
    this.#isAnchored = true;
  }
}
