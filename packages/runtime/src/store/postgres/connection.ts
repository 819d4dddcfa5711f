import { systemClock } from "@hookgram/bot-api";
import type { Socket } from "node:net";
import process from "node:process";
import pg from "pg";

import { StoreFault } from "../store-fault.ts";
import { SQL, type StatementName } from "./sql.ts";
import type { Target } from "./target.ts";

export type Row = Readonly<Record<string, unknown>>;

/** What a connection tells about itself, at most once each. */
export interface ConnectionEvents {
  /** Called when the connection is gone for any other reason than {@link Connection.close}. */
  readonly lost?: () => void;
  /** Called with the text of each notification. */
  readonly notified?: (text: string) => void;
}

const CONNECT_TIMEOUT_MS = 5_000;

/** How much longer than the server the client waits, before it takes the link for dead. */
const LINK_GRACE_MS = 2_000;

/** Longest wait for the server to close a connection that says goodbye. */
const CLOSE_TIMEOUT_MS = 1_000;

/**
 * Longest wait for somebody else's transaction. It is longer than {@link IDLE_TIMEOUT_MS}, so that
 * what a stopped process holds is free before somebody gives up on it.
 */
export const LOCK_TIMEOUT_MS = 4_000;

/** A process that stands still inside a transaction loses it after this time. */
const IDLE_TIMEOUT_MS = 3_000;

const SERVER_VERSION_MIN = 150_000;

/** int8 and numeric counts come as numbers: what we keep is below 2^53. */
const INT8 = 20;

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === INT8
      ? Number
      : pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
};

/**
 * One session on the server, set up for the store's statements.
 *
 * States: open → lost or closed. After any error without an SQLSTATE it is lost: nobody knows then
 * what the server has done.
 */
export class Connection {
  readonly #client: pg.Client;
  readonly #events: ConnectionEvents;
  readonly #target: Target;
  #isUsable = false;
  #isOver = false;
  #isGathering = false;
  #running = 0;
  /** Since when an answer is waited for; meaningful while something runs. */
  #waitingSinceMs = 0;

  constructor(target: Target, events: ConnectionEvents) {
    this.#target = target;
    this.#events = events;
    this.#client = new pg.Client({
      ...target.config,
      types,
      application_name: "hookgram",
      keepAlive: true,
      // A statement is sent without waiting for the answers to those before it, which saves round
      // trips.
      pipeline: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: target.statementTimeoutMs + LINK_GRACE_MS,
    });
    this.#client.on("error", () => this.#lose());
    this.#client.on("end", () => {
      this.#isOver = true;
      this.#lose();
    });
    this.#client.on("notification", ({ payload }) => events.notified?.(payload ?? ""));
  }

  /** Rejects with what the client throws, or a `StoreFault`. */
  async open(): Promise<void> {
    try {
      await this.#answered(() => this.#client.connect());
      this.#isUsable = true;
      await this.#setUp(this.#target);
    } catch (error) {
      this.#isUsable = false;
      await this.close();
      throw error;
    }
  }

  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** Nothing runs on it any more, nor ever will. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** For how long the server has owed an answer without giving any; 0 when it owes none. */
  get silentMs(): number {
    return this.#running === 0 ? 0 : systemClock.monotonic() - this.#waitingSinceMs;
  }

  /** Ends the session at once, as when the link is lost; what waits for an answer rejects. */
  cut(): void {
    this.#lose();
    this.#stream.destroy();
  }

  /** Runs one of the store's statements; the server keeps its plan. */
  async run(name: StatementName, values: unknown[]): Promise<readonly Row[]> {
    this.#gather();
    return this.#ask(this.#client.query<Row>({ name, text: SQL[name], values }));
  }

  /**
   * Runs statements without values; the rows are those of the last one that has any. `timeoutMs` is
   * how long the client waits, for those that may take longer than the others.
   */
  async text(sql: string, timeoutMs?: number): Promise<readonly Row[]> {
    this.#gather();
    const query = { text: sql, query_timeout: timeoutMs };
    const results: unknown = await this.#ask(this.#client.query<Row>(query), (result) => result);
    const list = Array.isArray(results) ? results : [results];
    return (list as pg.QueryResult<Row>[]).findLast(({ rows }) => rows.length > 0)?.rows ?? [];
  }

  /** Ends the session without waiting for anything that runs in it. */
  async close(): Promise<void> {
    this.#isUsable = false;
    // The client would say goodbye only after the statements that are still running.
    if (this.#running > 0) return void this.#stream.destroy();
    const ended = this.#client.end().catch(() => {});
    await new Promise<void>((resolve) => {
      const cancel = systemClock.after(CLOSE_TIMEOUT_MS, resolve);
      void ended.then(() => {
        cancel();
        resolve();
      });
    });
    this.#stream.destroy();
  }

  get #stream(): Pick<Socket, "cork" | "uncork" | "destroy"> {
    const { connection } = this.#client as unknown as {
      readonly connection: { readonly stream: Socket };
    };
    return connection.stream;
  }

  /** Statements that are sent at the same moment leave in one packet, and wake the server once. */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    const stream = this.#stream;
    stream.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }

  async #ask<T extends pg.QueryResult<Row>, R = readonly Row[]>(
    asked: Promise<T>,
    toAnswer: (result: T) => R = (result) => result.rows as R,
  ): Promise<R> {
    try {
      return toAnswer(await this.#answered(() => asked));
    } catch (error) {
      const isOfServer = error instanceof pg.DatabaseError;
      // After an error of the severity FATAL the server ends the session.
      if (!isOfServer || error.severity === "FATAL") this.#lose();
      throw error;
    }
  }

  async #answered<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#running === 0) this.#waitingSinceMs = systemClock.monotonic();
    this.#running += 1;
    try {
      return await ask();
    } finally {
      this.#running -= 1;
      this.#waitingSinceMs = systemClock.monotonic();
    }
  }

  #lose(): void {
    if (!this.#isUsable) return;
    this.#isUsable = false;
    this.#stream.destroy();
    this.#events.lost?.();
  }

  /**
   * The statements look rows up one by one through an index. Statistics of a table that was empty a
   * moment ago would have the planner read all of it instead, so that is switched off.
   */
  async #setUp({ schema, statementTimeoutMs, allowNotDurable }: Target): Promise<void> {
    await this.text(`SET search_path TO ${schema}; SET statement_timeout = ${statementTimeoutMs};
      SET lock_timeout = ${LOCK_TIMEOUT_MS};
      SET idle_in_transaction_session_timeout = ${IDLE_TIMEOUT_MS};
      SET default_transaction_isolation = 'read committed';
      SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_material = off;
      SET enable_hashjoin = off; SET enable_mergejoin = off;
      SET jit = off; SET plan_cache_mode = force_generic_plan`);
    const [row = {}] = await this.text(`SELECT current_setting('fsync') AS fsync,
      current_setting('synchronous_commit') AS synchronous_commit,
      current_setting('server_version_num')::integer AS version,
      current_setting('server_version') AS version_name, pg_is_in_recovery() AS standby`);
    if (Number(row["version"]) < SERVER_VERSION_MIN) {
      const rule = `the server is PostgreSQL ${String(row["version_name"])}`;
      throw new StoreFault("incompatible", `${rule}; it has to be 15 or newer`);
    }
    if (row["standby"] === true) {
      throw new StoreFault("broken", "the server is a standby, which takes no writes");
    }
    if (!allowNotDurable) assertDurable(row);
  }
}

function assertDurable(row: Row): void {
  for (const name of ["fsync", "synchronous_commit"]) {
    if (row[name] !== "off") continue;
    const repair = "switch it on, or allow it with allowNotDurable";
    throw new StoreFault("not-durable", `the server runs with ${name} = off; ${repair}`);
  }
}
