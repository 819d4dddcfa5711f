/** An emulator with one bot and a paused clock, for tests of delivery. */
import type { UpdateKind, UpdatePayload } from "@hookgram/bot-api";
import { VirtualClock } from "../src/clock/virtual-clock.ts";
import type { BotSession } from "../src/delivery/bot-session.ts";
import { startTelegram } from "../src/telegram.ts";
import type { Telegram } from "../src/telegram.ts";
import type { TelegramOptions } from "../src/telegram-options.ts";

export const BOT_ID = 123456;
export const TOKEN = `${BOT_ID}:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`;
/** Real time that the clock gives to a peer that hangs. */
const GRACE_MS = 100;

/** The body of an answer of the Bot API. */
export interface ApiAnswer {
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: unknown;
}

export class EmulatedBot implements AsyncDisposable {
  readonly telegram: Telegram;
  readonly clock: VirtualClock;
  readonly #startMs: number;

  private constructor(telegram: Telegram) {
    this.telegram = telegram;
    this.clock = telegram.clock;
    this.#startMs = telegram.clock.monotonic();
  }

  /** Starts with `random` always giving the same number, so that delays are known beforehand. */
  static async start(options: TelegramOptions = {}): Promise<EmulatedBot> {
    const clock = new VirtualClock({ paused: true, startMs: 1_700_000_000_000 });
    return new EmulatedBot(await startTelegram({ port: 0, clock, random: () => 0, ...options }));
  }

  /** The bot's side of the server; it exists from the first call on. */
  get session(): BotSession {
    return this.telegram.bots.authorize(TOKEN, false);
  }

  /** Virtual seconds since the start. */
  secondsAt(monotonicMs: number): number {
    return Math.round(monotonicMs - this.#startMs) / 1000;
  }

  async call(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<ApiAnswer> {
    const response = await fetch(`${this.telegram.url}/bot${TOKEN}/${method}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(params),
    });
    return (await response.json()) as ApiAnswer;
  }

  async upload(method: string, form: FormData): Promise<ApiAnswer> {
    const url = `${this.telegram.url}/bot${TOKEN}/${method}`;
    return (await (await fetch(url, { method: "POST", body: form })).json()) as ApiAnswer;
  }

  advance(seconds: number): Promise<void> {
    return this.clock.advance(seconds * 1000, { graceMs: GRACE_MS });
  }

  /**
   * Queues an update: `message` with a chat's id, other kinds with a user's id. Returns its id, or
   * undefined when it was not accepted.
   */
  publish(kind: UpdateKind, id: number): number | undefined {
    const { queue } = this.session;
    const before = queue.tailId;
    this.session.publish(kind, payload(id, this.clock.now()) as UpdatePayload<typeof kind>);
    return queue.tailId === before ? undefined : queue.tailId - 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.telegram.close();
  }
}

/** Has every field that a lifetime or an order key is made of, whatever the kind. */
function payload(id: number, nowMs: number): object {
  const user = { id: Math.abs(id), is_bot: false, first_name: "Ann" };
  const chat = { id, type: "private", first_name: "Ann" };
  return { message_id: 1, id: String(id), date: Math.floor(nowMs / 1000), chat, from: user, user };
}
