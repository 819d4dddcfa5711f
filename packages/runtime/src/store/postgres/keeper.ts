import type { Clock } from "@hookgram/bot-api";
import { hostname } from "node:os";
import { pid } from "node:process";

import { StoreFault } from "../store-fault.ts";
import type { StoreNode } from "../store-node.ts";
import { ClockWatch } from "./clock-watch.ts";
import type { Connection } from "./connection.ts";
import type { Connector } from "./connector.ts";
import { DeadNodes } from "./dead-nodes.ts";
import { ANYBODY } from "./release.ts";
import { toStoreNode } from "./rows.ts";
import { assertStore, prepareSchema } from "./schema.ts";
import { PAUSES_CHANGED } from "./sql-pauses.ts";
import type { Target } from "./target.ts";
import { toTime } from "./timers.ts";

export interface KeeperOptions {
  readonly target: Target;
  readonly connector: Connector;
  readonly clock: Clock;
  readonly leaseMs: number;
  /** Called when updates may wait in the database that this node could claim. */
  readonly waiting: () => void;
  /** Called when something was paused or resumed, by whichever node. */
  readonly pausesChanged: () => void;
  /** Called with the time at which the next timer is due, whichever node has set it. */
  readonly timerDue: (dueAtMs: number) => void;
  /** Called when another node has taken this one for dead, and its token is void. */
  readonly superseded: () => void;
  /** Called every ten seconds. `hasOthers`: other nodes may have added updates and settled some. */
  readonly recount: (hasOthers: boolean) => void;
  /** See `StoreListener.clocksApart`. */
  readonly clocksApart: (aheadMs: number | undefined) => void;
}

/**
 * Time between two heartbeats. Each of them also looks for everything that notifications announce,
 * because a notification may be lost with its connection.
 */
const HEARTBEAT_MS = 1_000;

/** Heartbeats between two counts of what other nodes add and settle. */
const COUNT_EVERY = 10;

/** Time to the next heartbeat while lanes of dead nodes are still to be freed. */
const FREE_AGAIN_MS = 50;

/** First and longest wait before the connection is tried again. */
const RECONNECT_MS = 100;
const RECONNECT_MAX_MS = 1_000;

/**
 * This node's place among the nodes: its row, which is its fencing token; its heartbeat; and the
 * connection over which it is woken. At each heartbeat it has {@link DeadNodes} look for dead ones.
 *
 * States: made → open ⇄ cut off → closed. While it is cut off its lease runs out; once another node
 * has found out, it needs a new token ({@link Keeper.renew}).
 *
 * **Invariant:** only the database's clock says how old a heartbeat is.
 *
 * **Invariant:** a token is never used again after its row was removed.
 */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #nodes = new Set<number>();
  readonly #channel: string;
  readonly #clockWatch: ClockWatch;
  readonly #deadNodes: DeadNodes;
  #connection: Connection | undefined;
  #node = 0;
  /** The database's time from which on the heartbeats of others were to be seen. */
  #watchingSince = "-infinity";
  #hasLock = false;
  #isClosed = false;
  #cancelBeat: (() => void) | undefined;
  #beats = 0;
  /** There were other nodes since the last count, so that their updates have to be counted, too. */
  #hadOthers = false;
  /** The version of the pauses when they were looked at last. */
  #pausesVersion = "";
  /**
   * The end of what was asked last, because each use of the connection waits for the one before.
   */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#channel = `hookgram_${options.target.schema}`;
    this.#clockWatch = new ClockWatch(options.clock, options.clocksApart);
    const { clock, leaseMs, target } = options;
    const { redact } = target;
    this.#deadNodes = new DeadNodes({ clock, leaseMs, channel: this.#channel, redact });
  }

  /** This node's number, which is its fencing token. */
  get node(): number {
    return this.#node;
  }

  /** All tokens that this store has had; what was settled under one of them was settled by it. */
  get nodes(): ReadonlySet<number> {
    return this.#nodes;
  }

  /** Makes the schema if it may, the node and its lock, and frees what dead nodes had. */
  async open(): Promise<void> {
    const { target } = this.#options;
    const connection = await this.#connect();
    try {
      if (!target.mayCreate) await assertStore(connection, target.schema);
      await prepareSchema(connection, target.schema);
      await this.#register(connection);
      await this.#takeOverDead(connection);
    } catch (error) {
      await connection.close();
      throw error;
    }
    this.#connection = connection;
    this.#beatLater(this.#restMs);
  }

  /**
   * A new token in place of one that another node has removed. `losing` is called before there is
   * a new one, if there has to be one.
   */
  renew(losing: () => void): Promise<void> {
    return this.#inTurn(async () => {
      await this.#reconnect();
      const connection = this.#connection;
      if (connection === undefined) throw new StoreFault("broken", "the store is closed");
      if (await this.#signOfLife(connection)) return;
      losing();
      await this.#register(connection);
    });
  }

  /**
   * Wakes other nodes. Nobody waits for that, because a node that is not woken looks at its next
   * heartbeat.
   */
  wake(nodes: Iterable<number>): void {
    const names = [...nodes].map(String);
    if (names.length === 0) return;
    void this.#inTurn(async () => {
      await this.#connection?.run("wake", [this.#channel, names]);
    }).catch(() => {});
  }

  /** Who is there, the oldest first. */
  nodesSeen(): Promise<readonly StoreNode[]> {
    return this.#inTurn(async () => {
      await this.#reconnect();
      const connection = this.#connection;
      if (connection === undefined) throw new StoreFault("broken", "the store is closed");
      return (await connection.run("nodes", [])).map((row) => toStoreNode(row, this.#node));
    });
  }

  /** Leaves the other nodes, which may have everything that this one had at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelBeat?.();
    await this.#inTurn(async () => {
      const connection = this.#connection;
      if (connection?.isUsable === true) await this.#leave(connection);
      await connection?.close();
    }).catch(() => this.#connection?.close());
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => {});
    return next;
  }

  #connect(): Promise<Connection> {
    return this.#options.connector.open({
      lost: () => this.#cutOff(),
      notified: (name) => {
        if (name === PAUSES_CHANGED) this.#options.pausesChanged();
        if (name === String(this.#node) || name === String(ANYBODY)) this.#options.waiting();
      },
    });
  }

  async #register(connection: Connection): Promise<void> {
    await connection.text("BEGIN");
    const [row] = await connection.run("register", [pid, hostname()]);
    const node = Number(row?.["id"]);
    await connection.run("dropLocks", []);
    await connection.text(`COMMIT; LISTEN ${this.#channel}`);
    this.#node = node;
    this.#nodes.add(node);
    this.#hasLock = false;
    await this.#holdLock(connection);
  }

  /**
   * A session of ours that the server does not know to be dead may have it still. Then it says for
   * us that we are alive, and we go on without.
   */
  async #holdLock(connection: Connection): Promise<void> {
    if (this.#hasLock) return;
    const [row] = await connection.run("tryHoldLock", [this.#node]);
    this.#hasLock = row?.["held"] === true;
  }

  #cutOff(): void {
    this.#connection = undefined;
    if (this.#isClosed) return;
    this.#cancelBeat?.();
    this.#reconnectLater(RECONNECT_MS);
  }

  #reconnectLater(delayMs: number): void {
    this.#cancelBeat?.();
    this.#cancelBeat = this.#options.clock.after(delayMs, () => {
      this.#inTurn(() => this.#reconnect()).then(
        () => this.#beatLater(0),
        () => this.#isClosed || this.#reconnectLater(Math.min(2 * delayMs, RECONNECT_MAX_MS)),
      );
    });
  }

  async #reconnect(): Promise<void> {
    if (this.#connection !== undefined || this.#isClosed) return;
    const connection = await this.#connect();
    try {
      await connection.text(`LISTEN ${this.#channel}`);
      await this.#signOfLife(connection);
      this.#hasLock = false;
      await this.#holdLock(connection);
      const [row] = await connection.run("databaseTime", []);
      this.#watchingSince = String(row?.["now"]);
    } catch (error) {
      await connection.close();
      throw error;
    }
    if (connection.isUsable) this.#connection = connection;
    else throw new StoreFault("broken", "the connection was lost again");
  }

  /** Time to the next heartbeat. */
  get #restMs(): number {
    return this.#deadNodes.hasOrphans ? FREE_AGAIN_MS : HEARTBEAT_MS;
  }

  #beatLater(delayMs: number): void {
    if (this.#isClosed) return;
    this.#cancelBeat?.();
    this.#cancelBeat = this.#options.clock.after(delayMs, () => {
      this.#inTurn(() => this.#beat()).then(
        () => this.#connection === undefined || this.#beatLater(this.#restMs),
        () => this.#connection === undefined || this.#beatLater(HEARTBEAT_MS),
      );
    });
  }

  /** False when another node has removed this one. */
  async #signOfLife(connection: Connection): Promise<boolean> {
    let isAlive = false;
    await this.#clockWatch.compare(async () => {
      const [row] = await connection.run("heartbeat", [this.#node]);
      isAlive = row !== undefined;
      return row && Number(row["now_ms"]);
    });
    return isAlive;
  }

  async #beat(): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined || this.#isClosed) return;
    if (!(await this.#signOfLife(connection))) this.#options.superseded();
    await this.#holdLock(connection);
    await this.#takeOverDead(connection);
    const [row] = await connection.run("isWaiting", [this.#node]);
    if (row?.["waiting"] === true) this.#options.waiting();
    await this.#lookAtPauses(connection);
    const dueAtMs = toTime((await connection.run("nextTimer", []))[0]);
    if (dueAtMs !== undefined) this.#options.timerDue(dueAtMs);
    this.#beats += 1;
    if (this.#beats % COUNT_EVERY === 0) await this.#count(connection);
  }

  /** Tells of changed pauses also when the notification about them was lost. */
  async #lookAtPauses(connection: Connection): Promise<void> {
    const version = String((await connection.run("pausesVersion", []))[0]?.["version"]);
    if (version === this.#pausesVersion) return;
    this.#pausesVersion = version;
    this.#options.pausesChanged();
  }

  async #count(connection: Connection): Promise<void> {
    const [others] = await connection.run("countOthers", [this.#node]);
    const hasOthers = Number(others?.["count"]) > 0;
    this.#options.recount(hasOthers || this.#hadOthers);
    this.#hadOthers = hasOthers;
  }

  async #takeOverDead(connection: Connection): Promise<void> {
    const watcher = { node: this.#node, watchingSince: this.#watchingSince };
    if (await this.#deadNodes.takeOver(connection, watcher)) this.#hadOthers = true;
  }

  /**
   * Whose row is still there when the connection ends is found dead, and its lanes are freed then.
   */
  async #leave(connection: Connection): Promise<void> {
    const hasLeft = await this.#deadNodes.leave(connection, this.#node);
    if (hasLeft) await connection.run("removeNode", [this.#node]);
  }
}
