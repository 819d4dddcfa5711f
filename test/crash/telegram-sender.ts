import { Agent, request } from "node:http";
import { setTimeout } from "node:timers/promises";

import { BOT_PATH, BOT_SECRET } from "./bot-process.ts";
import type { SentUpdate } from "./check-history.ts";

/**
 * Waits between deliveries of one update, in milliseconds. Telegram's are 0, 2, 4, 8 … seconds; the
 * test has less time and as many failures.
 */
const RETRY_DELAYS_MS = [0, 20, 40, 80, 160, 250];

/** Longest wait for an answer, so that a process that dies does not hold a chat up. */
const ANSWER_TIMEOUT_MS = 5_000;

interface Delivery {
  readonly chatId: number;
  readonly updateId: number;
  readonly text: string;
  isAcknowledged: boolean;
}

/**
 * Telegram's side of the webhook, by its rules: ids ascend, one update of a chat is in flight at a
 * time, the next one follows when it was answered 2xx, and everything else is sent again.
 */
export class TelegramSender {
  readonly #deliveries: Delivery[] = [];
  readonly #queues = new Map<number, Delivery[]>();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 100 });
  readonly #port: () => number | undefined;
  readonly #idleWaiters: (() => void)[] = [];
  #updateId = 1_000;
  #isEnded = false;
  /** Answers that were not 2xx, and deliveries without an answer. */
  failures = 0;

  /** `port` says where the bot listens at this moment, if it does. */
  constructor(port: () => number | undefined) {
    this.#port = port;
  }

  /** Everything so far, per chat in Telegram's order. */
  get sent(): readonly SentUpdate[] {
    return this.#deliveries;
  }

  /** A person writes a message. Its number. */
  say(chatId: number, text: string): number {
    this.#updateId += 1;
    const delivery = { chatId, updateId: this.#updateId, text, isAcknowledged: false };
    this.#deliveries.push(delivery);
    const queue = this.#queues.get(chatId);
    if (queue !== undefined) queue.push(delivery);
    else void this.#deliverAll(chatId, [delivery]);
    return delivery.updateId;
  }

  /** Resolves when every update was answered 2xx. */
  idle(): Promise<void> {
    if (this.#queues.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  end(): void {
    this.#isEnded = true;
    this.#agent.destroy();
  }

  async #deliverAll(chatId: number, queue: Delivery[]): Promise<void> {
    this.#queues.set(chatId, queue);
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      await this.#deliver(next);
      if (this.#isEnded) return;
      queue.shift();
    }
    this.#queues.delete(chatId);
    if (this.#queues.size === 0) for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  async #deliver(delivery: Delivery): Promise<void> {
    for (let attempt = 0; !this.#isEnded; attempt += 1) {
      const status = await this.#post(delivery);
      if (status >= 200 && status < 300) {
        delivery.isAcknowledged = true;
        return;
      }
      this.failures += 1;
      await setTimeout(RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length - 1)]);
    }
  }

  /** The answer's status; 0 when there was none. */
  #post({ chatId, updateId, text }: Delivery): Promise<number> {
    const port = this.#port();
    if (port === undefined) return Promise.resolve(0);
    const chat = { id: chatId, type: "private", first_name: "Person" };
    const message = { message_id: updateId, date: 1_800_000_000, chat, from: chat, text };
    const body = Buffer.from(JSON.stringify({ update_id: updateId, message }));
    return new Promise((resolve) => {
      const headers = {
        "content-type": "application/json",
        "content-length": body.length,
        "x-telegram-bot-api-secret-token": BOT_SECRET,
      };
      const options = { host: "127.0.0.1", port, path: BOT_PATH, method: "POST" };
      const posting = request({ ...options, headers, agent: this.#agent }, (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
        response.on("error", () => resolve(0));
      });
      posting.setTimeout(ANSWER_TIMEOUT_MS, () => posting.destroy());
      posting.on("error", () => resolve(0));
      posting.end(body);
    });
  }
}
