import type { ConnectionOptions } from "node:tls";
import type { VirtualClock } from "../clock/virtual-clock.ts";
import type { DeliveryFault } from "../faults/fault.ts";
import { ConnectionPool } from "./connection-pool.ts";
import type { Attempt, PooledConnection } from "./connection-pool.ts";
import { deliveryRequest } from "./delivery-request.ts";
import { UpdateWindow } from "./update-window.ts";
import type { QueuedUpdate, UpdateQueue } from "./update-queue.ts";
import { WebhookConnection } from "./webhook-connection.ts";
import { findWebhookReply } from "./webhook-reply.ts";
import type { DeliveryResponse, WebhookReply } from "./webhook-reply.ts";
import type { WebhookUrl } from "./webhook-url.ts";

/** A peer that answers 410 for longer than this loses its webhook. */
const GONE_MAX_MS = 23 * 3_600_000;
const GONE_STATUS = 410;

const LOST = "Fault: the answer of the webhook was lost";
const DUPLICATE = "Fault: the update is sent once more";
const TOO_LONG = "The headers exceed 4096 bytes; Telegram never sends this update";

/** How one attempt ended. */
interface AttemptEnding {
  /** Absent when there was no response. */
  readonly status?: number;
  readonly error?: string;
  /** `dropped`: the next attempt would come after the update's expiry. */
  readonly outcome: "delivered" | "failed" | "dropped";
  /** Seconds until the next attempt. */
  readonly retryInS?: number;
}

/** One attempt, for the journal. */
export interface AttemptReport extends AttemptEnding {
  readonly update: QueuedUpdate;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly durationMs: number;
}

export interface WebhookSenderOptions {
  readonly clock: VirtualClock;
  readonly queue: UpdateQueue;
  readonly random: () => number;
  readonly url: WebhookUrl;
  readonly tls: ConnectionOptions | undefined;
  readonly secretToken: string;
  readonly connectionsMax: number;
  readonly onAttempt: (report: AttemptReport) => void;
  /** An error for `last_error_message`. */
  readonly onError: (text: string) => void;
  readonly onReply: (reply: WebhookReply) => void;
  /** The peer answered 410 for more than 23 hours: the webhook is to be removed. */
  readonly onGone: () => void;
  /** What goes wrong with the delivery of an update on purpose. */
  readonly faultFor?: ((update: QueuedUpdate) => DeliveryFault | undefined) | undefined;
}

/**
 * Delivers the updates of one bot to one webhook: at least once until they expire, in order per
 * key, over as many connections as the webhook has earned.
 *
 * States: new → running (from `start` on) → stopped. What was in flight when it stops stays queued.
 * @see tdlib/telegram-bot-api, WebhookActor.cpp
 */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  readonly #window: UpdateWindow;
  readonly #pool: ConnectionPool;
  #address: string;
  #generation = 0;
  #state: "new" | "running" | "stopped" = "new";
  #lastSuccessAtMs = -Infinity;
  #goneSinceMs: number | undefined;
  #cancelWake: () => void = () => undefined;

  constructor(address: string, options: WebhookSenderOptions) {
    this.#address = address;
    this.#options = options;
    const { queue, random, connectionsMax } = options;
    this.#window = new UpdateWindow({ queue, random, keysMax: 2 * connectionsMax });
    this.#pool = new ConnectionPool({ connectionsMax, open: () => this.#open() });
  }

  /** Begins to deliver. */
  start(): void {
    this.#state = "running";
    this.#loop();
  }

  /**
   * The same, with a first connection that is opened at once, before there is an update for it.
   * Resolves with whether the system opened its socket.
   */
  startAndConnect(): Promise<boolean> {
    const { connection } = this.#pool.openFirst(this.#options.clock.monotonic());
    this.start();
    return connection.opened;
  }

  /** Tells the sender that the queue has grown. */
  update(): void {
    this.#window.refill();
    this.#loop();
  }

  /** Connects to another address from now on; connections to the old one end after their response. */
  moveTo(address: string): void {
    if (address === this.#address) return;
    this.#address = address;
    this.#generation += 1;
  }

  /** Cuts all connections and forgets everything but the queue. */
  stop(): void {
    if (this.#state === "stopped") return;
    this.#state = "stopped";
    this.#cancelWake();
    const error = "Cut off: the webhook was removed, replaced or stopped";
    for (const attempt of this.#pool.destroy()) this.#report(attempt, { outcome: "failed", error });
  }

  #loop(): void {
    if (this.#state !== "running") return;
    const { clock } = this.#options;
    const nowMs = clock.monotonic();
    this.#window.load(nowMs, this.#nowS());
    const openAtMs = this.#pool.fill(this.#window.keyCount, this.#lastSuccessAtMs, nowMs);
    while (this.#sendNext(nowMs));
    const readyAtMs = this.#pool.hasIdle ? this.#window.readyAtMs : undefined;
    this.#cancelWake();
    const wakeAtMs = Math.min(openAtMs ?? Infinity, readyAtMs ?? Infinity);
    if (wakeAtMs === Infinity) return;
    this.#cancelWake = clock.after(wakeAtMs - nowMs, () => this.#loop());
  }

  /** Sends the next ready update over an idle connection; false when there is nothing to do. */
  #sendNext(nowMs: number): boolean {
    const loaded = this.#pool.hasIdle ? this.#window.take(nowMs) : undefined;
    if (loaded === undefined) return false;
    const fault = loaded.isHeld ? undefined : this.#options.faultFor?.(loaded.update);
    if (fault?.do === "delay") {
      this.#window.hold(loaded, nowMs + fault.ms);
      return true;
    }
    const attempt: Attempt = { fault, loaded, number: loaded.retry.failCount + 1, sentAtMs: nowMs };
    const { url, secretToken } = this.#options;
    const request = deliveryRequest(loaded.update, url, secretToken);
    if (request === undefined) {
      // The update stays loaded and is never ready again, so its key is stuck, as in the original.
      this.#report(attempt, { outcome: "failed", error: TOO_LONG });
      return false;
    }
    const pooled = this.#pool.takeIdle();
    if (pooled === undefined) return false;
    pooled.attempt = attempt;
    pooled.connection.send(request);
    if (fault?.do === "reset") this.#cut(pooled, attempt, "Connection reset by peer");
    return true;
  }

  #open(): PooledConnection {
    const { clock, tls, url } = this.#options;
    const connection = new WebhookConnection({
      address: this.#address,
      port: url.port,
      tls,
      clock,
      onResponse: (response) => this.#onResponse(pooled, response),
      onError: (text) => this.#onConnectionError(pooled, text),
      onClosed: () => this.#onClosed(pooled),
    });
    const generation = this.#generation;
    const pooled: PooledConnection = {
      connection,
      generation,
      attempt: undefined,
      error: undefined,
    };
    return pooled;
  }

  #onResponse(pooled: PooledConnection, response: DeliveryResponse): void {
    const { attempt } = pooled;
    if (attempt === undefined) return;
    const { fault } = attempt;
    if (fault?.do === "lost-response") return this.#cut(pooled, attempt, LOST);
    pooled.attempt = undefined;
    const isGone = this.#noteGone(response.status);
    if (fault?.do === "duplicate") this.#fail(attempt, { error: DUPLICATE }, 0);
    else if (response.status >= 200 && response.status <= 299) this.#succeed(attempt, response);
    else this.#refuse(attempt, response);
    if (response.isKeptAlive && pooled.generation === this.#generation) {
      this.#pool.giveBack(pooled);
    } else {
      this.#pool.remove(pooled);
      pooled.connection.destroy();
    }
    if (isGone) this.#options.onGone();
    else this.#loop();
  }

  /** Ends a connection and the attempt on it, as a fault wants. */
  #cut(pooled: PooledConnection, attempt: Attempt, error: string): void {
    pooled.attempt = undefined;
    this.#pool.remove(pooled);
    pooled.connection.destroy();
    if (error !== LOST) this.#options.onError(error);
    this.#fail(attempt, { error }, 0);
    queueMicrotask(() => this.#loop());
  }

  /** Says whether the peer has answered 410, and nothing but 410, for more than 23 hours. */
  #noteGone(status: number): boolean {
    const nowMs = this.#options.clock.monotonic();
    if (status !== GONE_STATUS) this.#goneSinceMs = undefined;
    else this.#goneSinceMs ??= nowMs;
    return this.#goneSinceMs !== undefined && nowMs > this.#goneSinceMs + GONE_MAX_MS;
  }

  #succeed(attempt: Attempt, response: DeliveryResponse): void {
    this.#lastSuccessAtMs = this.#options.clock.monotonic();
    this.#report(attempt, { outcome: "delivered", status: response.status });
    const reply = findWebhookReply(response);
    if (reply !== undefined) this.#options.onReply(reply);
    this.#window.succeed(attempt.loaded);
  }

  #refuse(attempt: Attempt, { status, reason, retryAfterS }: DeliveryResponse): void {
    const error = `Wrong response from the webhook: ${status} ${reason}`;
    this.#options.onError(error);
    this.#fail(attempt, { status, error }, retryAfterS);
  }

  #onConnectionError(pooled: PooledConnection, text: string): void {
    pooled.error = text;
    this.#options.onError(text);
  }

  #onClosed(pooled: PooledConnection): void {
    this.#pool.remove(pooled);
    const { attempt } = pooled;
    pooled.attempt = undefined;
    // A peer that just hangs up leaves no trace in getWebhookInfo, only in the journal.
    const error = pooled.error ?? "Webhook connection closed";
    if (attempt !== undefined) this.#fail(attempt, { error }, 0);
    this.#loop();
  }

  #fail(
    attempt: Attempt,
    failure: { readonly status?: number; readonly error: string },
    askedS: number,
  ): void {
    const now = { ms: this.#options.clock.monotonic(), s: this.#nowS() };
    const next = this.#window.fail(attempt.loaded, askedS, now);
    const retry = next.outcome === "failed" ? { retryInS: next.waitS } : {};
    this.#report(attempt, { ...failure, outcome: next.outcome, ...retry });
  }

  #report(attempt: Attempt, ending: AttemptEnding): void {
    const { update } = attempt.loaded;
    const durationMs = this.#options.clock.monotonic() - attempt.sentAtMs;
    this.#options.onAttempt({ update, attempt: attempt.number, durationMs, ...ending });
  }

  #nowS(): number {
    return Math.floor(this.#options.clock.now() / 1000);
  }
}
