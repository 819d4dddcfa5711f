import type { Clock } from "@hookgram/bot-api";

import { failpoint } from "../../failpoint.ts";
import type { Connection } from "./connection.ts";
import { freeLanes } from "./many-lanes.ts";
import { toPostgresFault } from "./postgres-fault.ts";

/**
 * A node whose connection is gone for so long counts as dead. Longer than a connection needs that
 * was cut and comes back; what is lost by being too early are attempts that run twice.
 */
const GONE_SECONDS = 3;

/** Longest time per heartbeat for freeing lanes; a node that does nothing else would seem dead. */
const FREEING_MS = 1_000;

/**
 * Longest time for it at the end, as part of what a stop may take beyond its drain. What is not done by
 * then is left to those who find this one gone.
 */
const LEAVING_MS = 500;

export interface DeadNodesOptions {
  readonly clock: Clock;
  readonly leaseMs: number;
  /** The channel of the notifications that wake nodes. */
  readonly channel: string;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** Who looks, and since when. */
export interface Watcher {
  readonly node: number;
  /** The database's time from which on the heartbeats of others were to be seen. */
  readonly watchingSince: string;
}

/**
 * Takes over what dead nodes leave: removes them, which fences them off, and frees their lanes. A
 * node may have very many lanes, so these are freed in steps, over several heartbeats if need be.
 *
 * Nothing here survives the process: whoever removes this node finds the lanes of those before it,
 * too.
 */
export class DeadNodes {
  readonly #options: DeadNodesOptions;
  /** Lanes are held by nodes that this one has removed. */
  #hasOrphans = false;

  constructor(options: DeadNodesOptions) {
    this.#options = options;
  }

  /** Lanes are left that nobody holds any more and that are not free yet. */
  get hasOrphans(): boolean {
    return this.#hasOrphans;
  }

  /** Looks for dead nodes and frees lanes for a while. Resolves to whether a node was removed. */
  async takeOver(connection: Connection, { node, watchingSince }: Watcher): Promise<boolean> {
    const { leaseMs } = this.#options;
    const values = [node, leaseMs / 1_000, GONE_SECONDS, watchingSince];
    let isRemoved = false;
    for (const dead of await connection.run("deadNodes", values)) {
      const removing = this.#remove(connection, dead["id"], dead["seen"]);
      isRemoved = (await this.#orLater(connection, removing)) === true || isRemoved;
    }
    if (this.#hasOrphans) await this.#orLater(connection, this.#freeOrphans(connection));
    return isRemoved;
  }

  /**
   * Frees the lanes of a node that leaves, which is the caller's own. False if something is left;
   * then its row has to stay, so that it is found dead.
   */
  async leave(connection: Connection, node: number): Promise<boolean> {
    const isDone = await this.#freeLanes(connection, [node], LEAVING_MS);
    return isDone && !this.#hasOrphans;
  }

  async #remove(connection: Connection, node: unknown, seen: unknown): Promise<boolean> {
    return this.#undoing(connection, async () => {
      await connection.text("BEGIN");
      const removed = await connection.run("removeDeadNode", [node, seen]);
      failpoint("node.removed");
      if (removed.length > 0) this.#hasOrphans = true;
      await connection.text("COMMIT");
      return removed.length > 0;
    });
  }

  async #freeOrphans(connection: Connection): Promise<void> {
    const isDone = await this.#undoing(connection, async () => {
      const nodes = (await connection.run("orphanedBy", [])).map((row) => row["node"]);
      return this.#freeLanes(connection, nodes, FREEING_MS);
    });
    this.#hasOrphans = !isDone;
  }

  /** Somebody is in the middle of a transaction, or was faster: the next heartbeat looks again. */
  async #orLater<T>(connection: Connection, work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      if (!connection.isUsable) throw error;
      return undefined;
    }
  }

  #freeLanes(connection: Connection, nodes: readonly unknown[], timeMs: number): Promise<boolean> {
    const { clock, channel } = this.#options;
    const endMs = clock.monotonic() + timeMs;
    const isLate = (): boolean => clock.monotonic() > endMs;
    return freeLanes(connection, { nodes, channel, isLate });
  }

  async #undoing<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (connection.isUsable) await connection.text("ROLLBACK");
      throw toPostgresFault(error, this.#options.redact);
    }
  }
}
