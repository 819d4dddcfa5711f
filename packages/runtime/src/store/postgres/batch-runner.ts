import type { Clock } from "@hookgram/bot-api";

import type { OperationAnswers } from "../group-commit.ts";
import { StoreFault } from "../store-fault.ts";
import type { Connection } from "./connection.ts";
import type { Connector } from "./connector.ts";
import type { Counts } from "./counts.ts";
import type { Keeper } from "./keeper.ts";
import type { LaneLeases } from "./lane-leases.ts";
import type { Batch, PostgresOperations } from "./operations.ts";
import { runBatch } from "./run-batch.ts";
import type { Scope } from "./session.ts";
import { type Opened, SessionSource } from "./session-source.ts";
import type { SweptTo } from "./sweep.ts";
import type { Target } from "./target.ts";

export interface BatchRunnerOptions {
  readonly target: Target;
  readonly connector: Connector;
  readonly clock: Clock;
  readonly keeper: Keeper;
  readonly leases: LaneLeases;
  /** Called when updates may wait in the database that this node could claim. */
  readonly waiting: () => void;
  readonly counted: (counts: Counts) => void;
}

type Answers = OperationAnswers<PostgresOperations>;

/** Times that a batch is begun again with a new token before it is given up. */
const RENEWALS_MAX = 3;

/**
 * Carries out batches, one at a time, each with the token and the connection that there are then.
 *
 * **Invariant:** once an answer of the database was missed, its connection is used for nothing
 * more; the next one has everything found anew.
 *
 * **Invariant:** no answer is told that was got under a token which is lost by now.
 */
export class BatchRunner {
  readonly #options: BatchRunnerOptions;
  readonly #sessions: SessionSource;
  readonly #sweptTo: SweptTo = { payloads: 0, updates: 0 };
  #renewing: Promise<void> | undefined;

  constructor(options: BatchRunnerOptions) {
    this.#options = options;
    this.#sessions = new SessionSource(options.connector, options.target, options.clock);
  }

  open(): Promise<Opened> {
    return this.#sessions.open(this.#options.keeper.node);
  }

  /** Rejects when nobody knows what of it is committed. */
  async run(batch: Batch): Promise<Answers> {
    for (let renewals = 0; ; renewals += 1) {
      const { node } = this.#options.keeper;
      try {
        return await this.#runAs(node, batch);
      } catch (error) {
        const isTaken = error instanceof StoreFault && error.kind === "taken";
        // A part of the batch may be committed without anybody knowing which, so the connection
        // must not be used any more.
        if (!isTaken) this.#sessions.drop();
        if (!isTaken || renewals === RENEWALS_MAX) throw error;
        await this.renew(node);
      }
    }
  }

  /** Everything that was in hand under the token is void; the caller will find itself fenced. */
  renew(node: number): Promise<void> {
    const { keeper, leases, waiting } = this.#options;
    if (keeper.node !== node) return Promise.resolve();
    this.#renewing ??= keeper
      .renew(() => leases.loseAll())
      .then(waiting)
      .finally(() => {
        this.#renewing = undefined;
      });
    return this.#renewing;
  }

  async close(): Promise<void> {
    await this.#sessions.close();
  }

  async #runAs(node: number, batch: Batch): Promise<Answers> {
    const { target, clock, keeper, leases } = this.#options;
    const { voided, losses } = leases;
    const woken = new Set<number>();
    const scope: Scope = {
      connection: await this.#session(node),
      node,
      nodes: keeper.nodes,
      voided,
      avoided: leases.avoided(clock.monotonic()),
      stillIdle: (lanes) => leases.stillIdle(lanes),
      idle: () => leases.due(clock.monotonic()),
      released: (lanes) => leases.released(lanes),
      woken,
      redact: target.redact,
    };
    const answers = await runBatch(scope, batch, this.#sweptTo);
    // The lanes that these answers hand out may belong to another node by now: see `LaneLeases`.
    if (leases.losses !== losses) throw new StoreFault("taken", "another node has taken over");
    keeper.wake(woken);
    return answers;
  }

  /** The connection; after it was lost, a new one, with everything that is ours found anew. */
  #session(node: number): Promise<Connection> {
    const { counted, waiting } = this.#options;
    return this.#sessions.use(node, (opened) => {
      counted(opened);
      waiting();
    });
  }
}
