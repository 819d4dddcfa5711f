import type { DeliveryFault } from "../faults/fault.ts";
import { ConnectionRate } from "./connection-rate.ts";
import type { LoadedUpdate } from "./update-window.ts";
import type { WebhookConnection } from "./webhook-connection.ts";

/** So long after a success a webhook counts as working, and connections may be opened fast. */
const ACTIVE_MS = 10_000;

/** An attempt that is in flight. */
export interface Attempt {
  readonly loaded: LoadedUpdate;
  /** 1 for the first attempt. */
  readonly number: number;
  /** On the monotonic scale. */
  readonly sentAtMs: number;
  /** What goes wrong with it on purpose. */
  readonly fault?: DeliveryFault | undefined;
}

/** A connection of the pool and what it is busy with. */
export interface PooledConnection {
  readonly connection: WebhookConnection;
  /** Which of the webhook's addresses, counted from 0, it was opened to. */
  readonly generation: number;
  attempt: Attempt | undefined;
  /** The error that ended it, if there was one. */
  error: string | undefined;
}

export interface ConnectionPoolOptions {
  readonly connectionsMax: number;
  readonly open: () => PooledConnection;
}

/**
 * The connections of one webhook. While it works (a 2xx in the last 10 s) there may be as many as
 * keys are loaded, opened ten at once and then twenty a second; else there is one, opened at most
 * every two seconds. Idle ones are used first in, first out.
 * @see tdlib/telegram-bot-api, WebhookActor.cpp, create_new_connections
 */
export class ConnectionPool {
  readonly #options: ConnectionPoolOptions;
  readonly #all = new Set<PooledConnection>();
  readonly #idle = new Set<PooledConnection>();
  readonly #activeRate = new ConnectionRate({ burst: 10, intervalMs: 50 });
  readonly #inactiveRate = new ConnectionRate({ burst: 1, intervalMs: 2_000 });

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#all.size;
  }

  get hasIdle(): boolean {
    return this.#idle.size > 0;
  }

  /**
   * Opens what is needed and allowed. Returns when the next one may be opened, on the monotonic
   * scale, if one is needed that is not allowed yet.
   */
  fill(keyCount: number, lastSuccessAtMs: number, nowMs: number): number | undefined {
    const isActive = nowMs <= lastSuccessAtMs + ACTIVE_MS;
    const wanted = Math.min(keyCount, this.#options.connectionsMax);
    const needed = isActive ? Math.max(wanted, 1) : Math.min(wanted, 1);
    const rate = isActive ? this.#activeRate : this.#inactiveRate;
    while (this.#all.size < needed) {
      if (nowMs < rate.nextAtMs) return rate.nextAtMs;
      this.#open(rate, nowMs);
    }
    return undefined;
  }

  /** Opens the connection that verifies a webhook, before there is an update for it. */
  openFirst(nowMs: number): PooledConnection {
    return this.#open(this.#inactiveRate, nowMs);
  }

  /** The connection that has been idle for longest. */
  takeIdle(): PooledConnection | undefined {
    const [first] = this.#idle;
    if (first !== undefined) this.#idle.delete(first);
    return first;
  }

  giveBack(pooled: PooledConnection): void {
    if (this.#all.has(pooled)) this.#idle.add(pooled);
  }

  /** Forgets a connection; the caller has closed it or does so. */
  remove(pooled: PooledConnection): void {
    this.#all.delete(pooled);
    this.#idle.delete(pooled);
  }

  /** Cuts all connections and returns the attempts that were in flight. */
  destroy(): readonly Attempt[] {
    const attempts = [...this.#all].flatMap(({ attempt }) => attempt ?? []);
    for (const { connection } of this.#all) connection.destroy();
    this.#all.clear();
    this.#idle.clear();
    return attempts;
  }

  #open(rate: ConnectionRate, nowMs: number): PooledConnection {
    rate.take(nowMs);
    const pooled = this.#options.open();
    this.#all.add(pooled);
    this.#idle.add(pooled);
    return pooled;
  }
}
