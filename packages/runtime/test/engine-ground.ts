import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { BotApi, User } from "@hookgram/bot-api";
import type { DispatchOutcome, Invocation, UpdateHandler, WhenAmbiguous } from "hookgram";

import { createEngine } from "../src/engine/create-engine.ts";
import type { Engine, EngineOptions } from "../src/engine/engine.ts";
import type { IncomingUpdate } from "../src/inbox.ts";
import { SqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { WorkerLink } from "../src/store/sqlite/worker-link.ts";
import type { Store } from "../src/store/store.ts";
import type { WebhookReplies } from "../src/webhook-reply/webhook-replies.ts";
import { ManualClock } from "./manual-clock.ts";
import { recordingLogger } from "./recording-logger.ts";

export const BOT_ID = 7;
const ME: User = { id: BOT_ID, is_bot: true, first_name: "Test" } as User;

/** Turns of the event loop without store work after which nothing more comes by itself. */
const QUIET_TURNS = 5;

/** More steps than any test's delays and deadlines take together. */
const SETTLE_STEPS_MAX = 2_000;

export type Handle = (invocation: Invocation) => unknown;

export interface EngineGroundOptions extends Partial<Omit<EngineOptions, "bots" | "store">> {
  readonly api?: BotApi;
  readonly ambiguous?: WhenAmbiguous;
  readonly replies?: WebhookReplies;
  /** See `UpdateHandler.attemptsMax`. */
  readonly mostAttempts?: number;
  /** What else the handler has. */
  readonly hooks?: Pick<UpdateHandler, "start" | "stop" | "withOutgoing" | "retryDelayMaxMs">;
}

/** A place for data, and engines on it, one after the other, in manual time. By default a file. */
export class EngineGround {
  readonly clock = new ManualClock();
  readonly logger = recordingLogger();
  readonly #makeStore: (() => Store) | undefined;
  readonly #folder = mkdtempSync(join(tmpdir(), "hookgram-engine-"));
  link = new WorkerLink();
  #store: Store | undefined;
  #engine: Engine | undefined;
  #updateId = 0;

  constructor(makeStore?: () => Store) {
    this.#makeStore = makeStore;
  }

  get engine(): Engine {
    return this.#engine!;
  }

  get store(): Store {
    return this.#store!;
  }

  /** A new engine whose bot handles by `handle`. */
  async start(handle: Handle, options: EngineGroundOptions = {}): Promise<Engine> {
    this.#store = this.#makeStore?.() ?? this.#sqlite();
    const { api = {} as BotApi, hooks = {}, mostAttempts = 0, ...others } = options;
    const { ambiguous, replies, ...rest } = others;
    const handler = {
      ...hooks,
      allowedUpdates: [],
      attemptsMax: mostAttempts,
      async handle(invocation: Invocation): Promise<DispatchOutcome> {
        const result = await handle(invocation);
        return result === "unhandled"
          ? { status: "unhandled" }
          : { status: "handled", handler: "test" };
      },
    };
    this.#engine = createEngine({
      store: this.#store,
      bots: [{ id: BOT_ID, me: ME, api, handler, ambiguous, replies }],
      clock: this.clock,
      logger: this.logger,
      random: () => 0.5,
      ...rest,
    });
    await this.#engine.start();
    return this.#engine;
  }

  #sqlite(): Store {
    this.link = new WorkerLink();
    const path = join(this.#folder, "bot.sqlite");
    return new SqliteStore({ path, clock: this.clock }, this.link);
  }

  /** As if the process had died: nothing more of the engine reaches the store. */
  async crash(): Promise<void> {
    await this.#store?.close();
  }

  /** As a process does that got past the lock. */
  stealStore(): void {
    const thief = new DatabaseSync(join(this.#folder, "bot.sqlite"));
    thief.exec("UPDATE owner SET token = token + 1");
    thief.close();
  }

  /** A text message of this chat, with the next update id. */
  message(chatId: number, text = "hi"): IncomingUpdate {
    const chat = { id: chatId, type: "private" };
    return this.update({ message: { message_id: 1, date: 1, chat, text } });
  }

  /** A press on a button under a message of this chat. */
  press(chatId: number): IncomingUpdate {
    const message = { message_id: 1, date: 1, chat: { id: chatId, type: "private" } };
    const from = { id: 999, is_bot: false, first_name: "Presser" };
    return this.update({ callback_query: { id: "1", from, message, chat_instance: "1" } });
  }

  update(payload: Readonly<Record<string, unknown>>): IncomingUpdate {
    this.#updateId += 1;
    const raw = Buffer.from(JSON.stringify({ update_id: this.#updateId, ...payload }));
    return { botId: BOT_ID, updateId: this.#updateId, raw, receivedAtMs: this.clock.now() };
  }

  /** Waits for an event that real I/O brings about. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await nextTurn();
  }

  /** Waits until nothing more happens without time passing or a handler going on. */
  async quiet(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS;) {
      await nextTurn();
      quiet = this.store.stats().queued === 0 ? quiet + 1 : 0;
    }
  }

  /** Lets time pass in steps until everything is settled. Fails when it does not come to that. */
  async settleAll(stepMs = 250): Promise<void> {
    for (let step = 0; step < SETTLE_STEPS_MAX; step += 1) {
      await this.quiet();
      if (this.engine.stats().pending === 0) return;
      this.clock.advance(stepMs);
    }
    throw new Error(`stuck: ${JSON.stringify(this.engine.stats())}`);
  }

  async close(): Promise<void> {
    await this.#engine?.stop({ drainMs: 0 });
    await this.#store?.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** The chat of a message or press. */
export function chatOf({ update }: Invocation): number {
  const message = update.message ?? update.callback_query?.message;
  return message!.chat.id;
}
