/**
 * The program of the bot that is killed in the crash matrix. Its only argument is a
 * {@link CrashBotSettings} as JSON. It tells its parent when it listens, and answers the parent's
 * questions ({@link CrashBotAsk}).
 */
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

import { CrashBot, isDueToFail, stateKey } from "./crash-handler.ts";

export interface CrashBotSettings {
  /** The folder of the secret, the diary and the SQLite file. */
  readonly folder: string;
  /** Undefined: SQLite. */
  readonly postgres: { readonly url: string; readonly schema: string } | undefined;
  readonly token: string;
  readonly apiRoot: string;
  /** The address that Telegram sends to; the load balancer there leads to this process. */
  readonly webhookUrl: string;
  readonly serviceUrl: string;
  readonly attemptsMax: number;
  /** See `EngineOptions`. */
  readonly limits: { readonly concurrencyMax?: number; readonly loadedMax?: number };
  /** How long attempts may go on after SIGTERM. */
  readonly drainMs: number;
  /** The new and the previous secret after a rotation; undefined: the one in the folder. */
  readonly secrets: readonly [string, string] | undefined;
  /** Whether handlers also enqueue a message. */
  readonly isEnqueueing: boolean;
  /** Whether handlers make one more call, as a webhook reply if possible. */
  readonly isReplying: boolean;
  /** Whether handlers begin and never end. */
  readonly isHolding: boolean;
  /** How far the bot's wall clock is behind. */
  readonly behindMs: number;
}

/** What the parent may ask. Every question gets one answer, in order. */
export type CrashBotAsk =
  | { readonly ask: "standing"; readonly chats: readonly number[] }
  /** Replays all dead letters by a repair. */
  | { readonly ask: "replay" }
  | { readonly ask: "sweep" }
  | { readonly ask: "rotate"; readonly secret: string }
  /** Sets the webhook again. */
  | { readonly ask: "webhook" }
  | { readonly ask: "stop" };

/** The answer to `standing`. */
export interface Standing {
  /** Update ids in the chats' states, in the order in which they were applied. */
  readonly applied: readonly number[];
  readonly parked: readonly { readonly updateId: number; readonly isDue: boolean }[];
  /** Updates with effects in doubt, as the runtime reports them. */
  readonly doubted: readonly number[];
  /** How many messages are enqueued and not sent yet. */
  readonly unsent: number;
}

/** The file of the first secret, in the folder. */
export const SECRET_FILE = "secret";

/** Long enough for most handlers, and short if the update is handled by another node. */
const REPLY_BUDGET_MS = 500;
/** So long a node whose clock is slow waits for what a node with a right clock wanted to retry soon. */
const RETRY_DELAY_MAX_MS = 2_000;
/** More than there are in a round. */
const ALL = { limit: 1_000 };
const DAY_MS = 86_400_000;
const SWEEP_ROWS = 5;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

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
    ...settings.limits,
    secret: settings.secrets,
    secretPath: join(folder, SECRET_FILE),
    host: "127.0.0.1",
    port: 0,
    retryDelayMs: 20,
    retryDelayMaxMs: RETRY_DELAY_MAX_MS,
    webhookReply: isReplying ? { budgetMs: REPLY_BUDGET_MS } : undefined,
    // Telegram's limits would only make the rounds longer.
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
    const letters = await handle.operator().parked(ALL);
    return letters.map(({ updateId, raw }) => {
      const { message } = JSON.parse(Buffer.from(raw).toString()) as Update;
      return { updateId: updateId!, isDue: isDueToFail(message?.text ?? "") };
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

/** Retention, as the runtime does it once a minute, in smaller steps. */
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
