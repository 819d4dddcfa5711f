import type { Clock } from "@hookgram/bot-api";

import { StoreFault } from "../store-fault.ts";
import type { Connection } from "./connection.ts";
import type { Connector } from "./connector.ts";
import { type Counts, readCounts } from "./counts.ts";
import { findLanesAnew } from "./many-lanes.ts";
import type { Target } from "./target.ts";

/** What there is when a connection begins. */
export interface Opened extends Counts {
  /** Live updates wait to be claimed. */
  readonly isWaiting: boolean;
}

/** First and longest wait between two tries to connect. */
const RETRY_MS = 50;
const RETRY_MAX_MS = 1_000;

/**
 * Gives the one connection that the batches run on, and a new one when it was lost or dropped.
 *
 * There may have been a transaction on its way then, of which nobody knows whether it was
 * committed. So the new one first waits until nothing of the old one runs any more, and then has
 * everything that is this node's found anew: see `LANE_SQL`.
 */
export class SessionSource {
  readonly #connector: Connector;
  readonly #redact: Target["redact"];
  readonly #clock: Clock;
  #connection: Connection | undefined;
  #retryMs = RETRY_MS;
  #retryAtMs = 0;
  #lastFailure = "";

  constructor(connector: Connector, { redact }: Target, clock: Clock) {
    this.#connector = connector;
    this.#redact = redact;
    this.#clock = clock;
  }

  async open(node: number): Promise<Opened> {
    this.#connection = await this.#connector.open();
    return readOpened(this.#connection, node);
  }

  /** `reopened` is called before the first use of a new connection. */
  async use(node: number, reopened: (opened: Opened) => void): Promise<Connection> {
    if (this.#connection?.isUsable === true) return this.#connection;
    if (this.#clock.monotonic() < this.#retryAtMs)
      throw new StoreFault("broken", this.#lastFailure);
    try {
      const connection = await this.#reopen(node, reopened);
      this.#retryMs = RETRY_MS;
      this.#retryAtMs = 0;
      return connection;
    } catch (error) {
      if (error instanceof StoreFault && error.kind === "taken") throw error;
      this.#lastFailure = this.#redact((error as Error).message);
      this.#retryAtMs = this.#clock.monotonic() + this.#retryMs;
      this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MAX_MS);
      throw error;
    }
  }

  /** Its last answer was missed: it is used for nothing more. */
  drop(): void {
    void this.#connection?.close();
    this.#connection = undefined;
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  async #reopen(node: number, reopened: (opened: Opened) => void): Promise<Connection> {
    const connection = await this.#connector.open();
    try {
      await findLanesAnew(connection, node);
      reopened(await readOpened(connection, node));
    } catch (error) {
      await connection.close();
      throw error;
    }
    this.#connection = connection;
    return connection;
  }
}

async function readOpened(connection: Connection, node: number): Promise<Opened> {
  const counts = await readCounts(connection);
  const [row] = await connection.run("isWaiting", [node]);
  return { ...counts, isWaiting: row?.["waiting"] === true };
}
