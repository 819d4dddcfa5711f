import type { Clock } from "@hookgram/bot-api";
import { Refusal } from "../methods/method.ts";
import type { LongPoll } from "./long-poll.ts";
import type { UpdateQueue } from "./update-queue.ts";
import type { WebhookControl, WebhookSnapshot } from "./webhook-control.ts";

/** A bot may be closed again only after running this long, once the server itself is that old. */
const CLOSE_AFTER_MS = 10 * 60_000;
/** For this long after logOut a bot cannot be used. */
const LOGGED_OUT_MS = 10 * 60_000;
const LOGGED_OUT = "Logged out";

export interface SessionLifeOptions {
  readonly clock: Clock;
  readonly serverStartedAtMs: number;
  readonly queue: UpdateQueue;
  readonly webhook: WebhookControl;
  readonly polling: LongPoll;
}

/**
 * Whether a bot runs on this server.
 *
 * States: idle → running (at the first call) → closed (by `close`, which keeps the webhook's
 * settings) → running; or → logged out (by `logOut`, for ten minutes) → running.
 * @see https://core.telegram.org/bots/api#close
 */
export class SessionLife {
  readonly #options: SessionLifeOptions;
  #state: "idle" | "running" | "closed" | "logged-out" = "idle";
  #sinceMs: number;
  #suspended: WebhookSnapshot | undefined;

  constructor(options: SessionLifeOptions) {
    this.#options = options;
    this.#sinceMs = options.clock.monotonic();
  }

  /** Lets a call in, starting the bot if it does not run; throws the refusal if it may not. */
  admit(method: string): void {
    if (this.#state === "running") return;
    if (method.toLowerCase() === "close") {
      throw new Refusal(400, "Bad Request: the bot has already been closed");
    }
    const nowMs = this.#options.clock.monotonic();
    if (this.#state === "logged-out" && nowMs < this.#sinceMs + LOGGED_OUT_MS) {
      throw new Refusal(400, LOGGED_OUT);
    }
    this.#state = "running";
    this.#sinceMs = nowMs;
    if (this.#suspended !== undefined) this.#options.webhook.restore(this.#suspended);
    this.#suspended = undefined;
  }

  close(): true {
    const { clock, serverStartedAtMs, webhook } = this.#options;
    const nowMs = clock.monotonic();
    const leftS = Math.trunc((this.#sinceMs + CLOSE_AFTER_MS - nowMs) / 1000);
    if (leftS > 0 && this.#sinceMs > serverStartedAtMs + CLOSE_AFTER_MS) {
      throw new Refusal(429, `Too Many Requests: retry after ${leftS}`, { retry_after: leftS });
    }
    this.#endCalls(new Refusal(500, "Internal Server Error: restart"));
    this.#suspended = webhook.suspend();
    this.#state = "closed";
    return true;
  }

  logOut(): true {
    this.#endCalls(new Refusal(400, LOGGED_OUT));
    this.#options.webhook.remove();
    this.#options.queue.keepNewest(0);
    this.#state = "logged-out";
    this.#sinceMs = this.#options.clock.monotonic();
    return true;
  }

  /**
   * The token is no longer good: the webhook is erased, the queue is not, as the server does it when
   * Telegram answers 401.
   */
  revoke(): void {
    this.#endCalls(new Refusal(401, "Unauthorized"));
    this.#options.webhook.remove();
  }

  /** Calls that still wait are told why they end. */
  #endCalls(refusal: Refusal): void {
    this.#options.polling.fail(refusal);
    this.#options.webhook.fail(refusal);
  }
}
