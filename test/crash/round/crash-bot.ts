/**
 * The bot that is killed in the crash matrix. Its only argument is a {@link CrashBotSettings} as
 * JSON; it tells its parent when it is ready, and does what the parent asks ({@link CrashBotAsk}).
 */
import { existsSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { type Clock, systemClock, type Update } from "@hookgram/bot-api";
import {
  createSqliteStore,
  setWebhookAndListen,
  stopOnSignals,
  type Store,
} from "@hookgram/runtime";
import { createPostgresStore } from "@hookgram/runtime/postgres";
import type { DispatchOutcome, Invocation, UpdateHandler } from "hookgram";

import type { EffectName, HistoryEvent } from "../judge/history.ts";

export interface CrashBotSettings {
  /** Where everything is kept: secret, diary, and the SQLite file. */
  readonly folder: string;
  /** Undefined: SQLite. */
  readonly postgres: { readonly url: string; readonly schema: string } | undefined;
  readonly token: string;
  readonly apiRoot: string;
  /** The address that Telegram gets; it leads to the port that this process reports. */
  readonly webhookUrl: string;
  readonly serviceUrl: string;
  readonly attemptsMax: number;
  /** How long attempts may go on after SIGTERM. */
  readonly drainMs: number;
  /** What the secret was rotated to, and from; undefined: the one in the folder. */
  readonly secrets: readonly [string, string] | undefined;
  /** Handlers enqueue a message, too. */
  readonly isEnqueueing: boolean;
  /** Handlers make one more call, in the answer to Telegram's request if they can. */
  readonly isReplying: boolean;
  /** Handlers begin and never end. */
  readonly isHolding: boolean;
  /** How far the bot's wall clock is behind. */
  readonly behindMs: number;
}

/** What the parent may ask for. Every question gets one answer, in order. */
export type CrashBotAsk =
  | { readonly ask: "standing"; readonly chats: readonly number[] }
  /** Has a repair put everything back. */
  | { readonly ask: "replay" }
  | { readonly ask: "sweep" }
  | { readonly ask: "rotate"; readonly secret: string }
  /** Has the webhook set once more. */
  | { readonly ask: "webhook" }
  | { readonly ask: "stop" };

/** The answer to `standing`. */
export interface Standing {
  /** Update ids in the chats' states, in the order in which they were applied. */
  readonly applied: readonly number[];
  readonly parked: readonly { readonly updateId: number; readonly isDue: boolean }[];
  /** Of which the runtime says that an effect may have happened more than once. */
  readonly doubted: readonly number[];
  /** Messages that are enqueued and not sent yet. */
  readonly unsent: number;
}

/** Whatever is said: its first attempts fail, after an effect. */
export const STUMBLE = "stumble";
/** Its attempts fail for as long as there is no file of the name {@link CURE} in the folder. */
export const POISON = "poison";
export const CURE = "cured";

/** Where the first secret is kept. */
export const SECRET_FILE = "secret";

const STUMBLES = 2;
/** Long enough for most handlers, and short for an answer that waits for another node. */
const REPLY_BUDGET_MS = 500;
/** More than a round has. */
const ALL = { limit: 1_000 };
const DAY_MS = 86_400_000;
const SWEEP_ROWS = 5;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

class CrashBot implements UpdateHandler {
  readonly allowedUpdates = ["message", "callback_query"] as const;
  readonly #settings: CrashBotSettings;
  /** Written synchronously: what is written stays when the process is killed. */
  readonly #diary: number;

  constructor(settings: CrashBotSettings) {
    this.#settings = settings;
    this.#diary = openSync(diaryOf(settings.folder), "a");
  }

  async handle(invocation: Invocation): Promise<DispatchOutcome> {
    const { update, attempt, states, api, step, outbox } = invocation;
    const updateId = update.update_id;
    const message = update.message ?? update.callback_query?.message;
    const chatId = message!.chat.id;
    const said = update.message?.text ?? "";
    this.#note({ type: "begun", updateId, attempt });
    if (this.#settings.isHolding) return new Promise(() => {});
    await step("service", () => this.#callService(updateId));
    this.#noteReturned(updateId, "service", attempt);
    if (said === STUMBLE && attempt <= STUMBLES) throw new Error("stumbled");
    const key = stateKey(chatId);
    const applied = ((await states.read(key))?.data ?? []) as number[];
    const reply_markup = { inline_keyboard: [[{ text: "Press", callback_data: pressIn(chatId) }]] };
    await api.sendMessage({ chat_id: chatId, text: `seen ${updateId}`, reply_markup });
    this.#noteReturned(updateId, "reply", attempt);
    if (said === POISON && !existsSync(join(this.#settings.folder, CURE))) throw new Error(POISON);
    if (this.#settings.isEnqueueing) {
      const text = `sent ${updateId}`;
      outbox.send("sendMessage", { chat_id: chatId, text }, { key: `${updateId}` });
    }
    if (this.#settings.isReplying) {
      const params = { chat_id: chatId, text: `told ${updateId}` };
      await api.sendMessage(params, { webhookReply: true });
      this.#noteReturned(updateId, "answer", attempt);
    }
    states.write(key, { state: "crash:chat", data: [...applied, updateId], schemaVersion: 1 });
    return { status: "handled", handler: "crash" };
  }

  async #callService(updateId: number): Promise<number> {
    const response = await fetch(`${this.#settings.serviceUrl}/${updateId}`, { method: "POST" });
    return response.status;
  }

  #noteReturned(updateId: number, effect: EffectName, attempt: number): void {
    this.#note({ type: "returned", updateId, effect, attempt });
  }

  #note(event: Record<string, unknown> & Pick<HistoryEvent, "type">): void {
    writeSync(this.#diary, `${JSON.stringify({ atMs: Date.now(), ...event })}\n`);
  }
}

/** What a button says. Presses come by another queue than messages, into the same lane. */
export function pressIn(chatId: number): string {
  return `press in ${chatId}`;
}

/** Where the handler writes down what it lived to see. */
export function diaryOf(folder: string): string {
  return join(folder, "diary.jsonl");
}

function stateKey(chatId: number): string {
  return `crash:${chatId}`;
}

function openStore({ folder, postgres }: CrashBotSettings, clock: Clock): Store {
  return postgres === undefined
    ? createSqliteStore({ path: join(folder, "bot.sqlite"), clock })
    : createPostgresStore({ ...postgres, leaseMs: 5_000, clock });
}

async function main(settings: CrashBotSettings): Promise<void> {
  const { behindMs, folder, webhookUrl, token, apiRoot, attemptsMax, drainMs, isReplying } =
    settings;
  const clock = { ...bound(systemClock), now: () => systemClock.now() - behindMs };
  const store = openStore(settings, clock);
  const handle = setWebhookAndListen({
    bot: new CrashBot(settings),
    store,
    clock,
    url: webhookUrl,
    token,
    apiRoot,
    attemptsMax,
    secret: settings.secrets,
    secretPath: join(folder, SECRET_FILE),
    host: "127.0.0.1",
    port: 0,
    retryDelayMs: 20,
    webhookReply: isReplying ? { budgetMs: REPLY_BUDGET_MS } : undefined,
    // What Telegram asks of bots would only make the rounds longer.
    outbox: { limits: { perSecond: 1_000, chatPerSecond: 100, chatBurst: 100 } },
    logger: SILENT,
  });
  stopOnSignals(handle, { drainMs });
  process.on("SIGTERM", () => process.send!({ isTerminating: true }));
  await handle.ready;
  process.on("message", (ask: CrashBotAsk) => {
    void answer(ask).then((told) => {
      process.send!(told);
      if (ask.ask === "stop") process.disconnect();
    });
  });
  process.send!({ port: handle.port() });

  async function answer(ask: CrashBotAsk): Promise<unknown> {
    switch (ask.ask) {
      case "standing":
        return standing(ask.chats);
      case "replay":
        return { replayed: await replay() };
      case "sweep":
        return { removed: await sweep(store, clock) };
      case "rotate":
        return { rotated: handle.secrets.rotate(ask.secret) };
      case "webhook":
        return { set: await handle.setWebhook({ url: webhookUrl }) };
      case "stop":
        return { report: await handle.stop({ drainMs }) };
    }
  }

  async function standing(chats: readonly number[]): Promise<Standing> {
    const applied = await appliedIn(store, chats);
    const doubts = await handle.operator().doubts(ALL);
    const sends = await handle.outbox().sends({ state: "doubtful", ...ALL });
    const doubted = [
      ...doubts.map(({ updateId }) => updateId!),
      ...sends.map((it) => Number(it.key)),
    ];
    const { ready, scheduled, sending } = await handle.outbox().stats();
    return { applied, parked: await parked(), doubted, unsent: ready + scheduled + sending };
  }

  async function parked(): Promise<Standing["parked"]> {
    const letters = await handle.parked(ALL);
    return letters.map(({ updateId, raw }) => {
      const { message } = JSON.parse(Buffer.from(raw).toString()) as Update;
      return { updateId: updateId!, isDue: message?.text === POISON };
    });
  }

  /** Resolves when the repair has ended. */
  async function replay(): Promise<number> {
    const operator = handle.operator();
    const { repair } = await operator.planRepair({ action: "replay", ratePerSecond: 100 });
    await operator.startRepair(repair.id);
    while ((await operator.repair(repair.id))?.status === "running") await delay(20);
    return repair.total;
  }
}

async function appliedIn(store: Store, chats: readonly number[]): Promise<readonly number[]> {
  const states = await Promise.all(chats.map((chatId) => store.readState(stateKey(chatId))));
  return states.flatMap(({ record }) => (record?.data ?? []) as number[]);
}

/** As the runtime does it once a minute, in smaller steps. */
function sweep(store: Store, clock: Clock): Promise<number> {
  const nowMs = clock.now();
  const limits = { settledBeforeMs: nowMs - 7 * DAY_MS, payloadBeforeMs: nowMs - DAY_MS };
  return store.sweep({ ...limits, expiredBeforeMs: nowMs, limit: SWEEP_ROWS });
}

function bound(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (delayMs, task) => clock.after(delayMs, task),
  };
}

if (import.meta.main) await main(JSON.parse(process.argv[2]!) as CrashBotSettings);
