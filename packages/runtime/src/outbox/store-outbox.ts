import type { MethodName, MethodParams } from "@hookgram/bot-api";
import type { SendOptions, WhenAmbiguous } from "hookgram";

import { RuntimeError } from "../error.ts";
import type {
  BroadcastEntry,
  BroadcastRecord,
  OutboxStore,
  OutboxWrite,
  OutboxWritten,
  SendDecision,
  SendRecord,
} from "../store/outbox/outbox-store.ts";
import { SEND_PRIORITIES } from "../store/outbox/outbox-store.ts";
import type {
  BroadcastChat,
  BroadcastOptions,
  BroadcastProgress,
  Enqueued,
  OfBot,
  Outbox,
  OutboxStats,
  SendInfo,
  SendsQuery,
} from "./outbox.ts";
import {
  chatOfLane,
  checkKey,
  type SendParams,
  sendLane,
  toNewSend,
  toParams,
  toStoredCall,
} from "./to-new-send.ts";

export interface StoreOutboxOptions {
  readonly store: OutboxStore;
  readonly bots: readonly { readonly id: number; readonly ambiguous?: WhenAmbiguous | undefined }[];
  /** Called when there may be something to send. Default: that is left to another process. */
  readonly changed?: (() => void) | undefined;
}

const LIST_LIMIT = 100;

/**
 * Chats per row and commit: few enough that the turn which turns them into sends is short, and enough
 * that a million chats take few commits.
 */
const CHUNK_CHATS = 250;

/** The {@link Outbox} of a store. Nothing is sent from here. */
export class StoreOutbox implements Outbox {
  readonly #options: StoreOutboxOptions;

  constructor(options: StoreOutboxOptions) {
    this.#options = options;
  }

  async enqueue<M extends MethodName>(
    method: M,
    params: MethodParams<M>,
    options: SendOptions & OfBot = {},
  ): Promise<Enqueued> {
    const bot = this.#botOf(options);
    const sender = {
      botId: bot.id,
      ambiguous: bot.ambiguous ?? "repeat",
      priority: "normal",
    } as const;
    const send = toNewSend({ method, params: params as SendParams, options }, sender);
    return (await this.#write({ to: "send", send })) as Enqueued;
  }

  async cancel(key: string, options: OfBot = {}): Promise<"cancelled" | "too-late" | "unknown"> {
    const botId = this.#botOf(options).id;
    const { status } = await this.#write({ to: "cancel", botId, key: checkKey(key) });
    return status as "cancelled" | "too-late" | "unknown";
  }

  async sends(query: SendsQuery): Promise<readonly SendInfo[]> {
    const { state, beforeId = Number.MAX_SAFE_INTEGER, limit = LIST_LIMIT } = query;
    const records = await this.#options.store.ask({
      do: "list",
      query: { state, beforeId, limit },
    });
    return records.map(toInfo);
  }

  async decide(id: number, decision: SendDecision): Promise<"decided" | "unknown" | "in-flight"> {
    const { store } = this.#options;
    const decided = await store.ask({ do: "decide", id, decision, times: store.times() });
    this.#options.changed?.();
    return decided;
  }

  async broadcast<M extends MethodName>(
    method: M,
    params: Omit<MethodParams<M>, "chat_id">,
    chats: Iterable<BroadcastChat> | AsyncIterable<BroadcastChat>,
    options: BroadcastOptions = {},
  ): Promise<BroadcastProgress> {
    const { store } = this.#options;
    const bot = this.#botOf(options);
    const { lane: _lane, ...call } = toStoredCall(method, params as SendParams);
    const key = options.key === undefined ? undefined : checkKey(options.key);
    const parks = (options.ambiguous ?? bot.ambiguous) === "park";
    const { nowMs } = store.times();
    const broadcast = { ...call, botId: bot.id, key, parks, nowMs };
    const { status, id } = await store.ask({ do: "createBroadcast", broadcast });
    if (status === "new") await this.#collect(id, method, { chats, keeps: key !== undefined });
    return (await this.broadcastProgress(id))!;
  }

  async broadcasts(): Promise<readonly BroadcastProgress[]> {
    const ask = { do: "broadcasts", id: undefined, limit: LIST_LIMIT } as const;
    return (await this.#options.store.ask(ask)).map(toProgress);
  }

  async broadcastProgress(id: number): Promise<BroadcastProgress | undefined> {
    const records = await this.#options.store.ask({ do: "broadcasts", id, limit: 1 });
    return records.map(toProgress)[0];
  }

  pauseBroadcast(id: number): Promise<BroadcastProgress | undefined> {
    return this.#setBroadcast(id, "paused");
  }

  resumeBroadcast(id: number): Promise<BroadcastProgress | undefined> {
    return this.#setBroadcast(id, "running");
  }

  cancelBroadcast(id: number): Promise<BroadcastProgress | undefined> {
    return this.#setBroadcast(id, "cancelled");
  }

  async stats(): Promise<OutboxStats> {
    const { store, bots } = this.#options;
    const times = store.times();
    const botIds = bots.map(({ id }) => id);
    const counts = await store.ask({ do: "counts", botIds, times });
    const { oldestDueMs, blocks, ...rest } = counts;
    return {
      ...rest,
      oldestReadyMs: oldestDueMs === undefined ? undefined : Math.max(0, times.nowMs - oldestDueMs),
      blocked: blocks.map(({ botId, lane, leftMs }) => ({
        botId,
        chatId: lane === undefined ? undefined : chatOfLane(lane),
        untilMs: times.nowMs + leftMs,
      })),
    };
  }

  async #write(write: OutboxWrite): Promise<OutboxWritten> {
    const { store } = this.#options;
    const [written] = await store.ask({ do: "write", writes: [write], times: store.times() });
    this.#options.changed?.();
    return written!;
  }

  /** Stores the chats, and then lets the broadcast begin. */
  async #collect(
    id: number,
    method: MethodName,
    {
      chats,
      keeps,
    }: { readonly chats: Parameters<Outbox["broadcast"]>[2]; readonly keeps: boolean },
  ): Promise<void> {
    try {
      let entries: BroadcastEntry[] = [];
      let chunk = 0;
      const flush = async (): Promise<void> => {
        if (entries.length === 0) return;
        await this.#options.store.ask({ do: "addChats", id, chunk, entries });
        chunk += 1;
        entries = [];
      };
      for await (const chat of chats) {
        entries.push(toEntry(method, chat));
        if (entries.length === CHUNK_CHATS) await flush();
      }
      await flush();
      await this.#setBroadcast(id, "running");
    } catch (error) {
      if (!keeps) await this.cancelBroadcast(id).catch(() => {});
      throw error;
    }
  }

  async #setBroadcast(
    id: number,
    state: "running" | "paused" | "cancelled",
  ): Promise<BroadcastProgress | undefined> {
    const { store } = this.#options;
    const record = await store.ask({ do: "setBroadcast", id, state, times: store.times() });
    this.#options.changed?.();
    return record === undefined ? undefined : toProgress(record);
  }

  #botOf({ botId }: OfBot): StoreOutboxOptions["bots"][number] {
    const { bots } = this.#options;
    const bot = botId === undefined ? bots[0] : bots.find(({ id }) => id === botId);
    if (bot !== undefined) return bot;
    const rule = `this engine does not run bot ${String(botId)}`;
    throw new RuntimeError("bad-options", `${rule}; give it to createEngine`);
  }
}

function toEntry(method: MethodName, chat: BroadcastChat): BroadcastEntry {
  const { chatId, params } = typeof chat === "object" ? chat : { chatId: chat, params: undefined };
  const lane = sendLane(method, { chat_id: chatId });
  if (chatOfLane(lane) === undefined) {
    const rule = "a broadcast's chats are numbers or public @names";
    throw new RuntimeError("bad-options", `${rule}; got ${String(chatId)}`);
  }
  return params === undefined
    ? lane
    : [lane, toStoredCall(method, { ...params, chat_id: chatId }).params];
}

function toInfo(record: SendRecord): SendInfo {
  const { lane, params, priority, ...rest } = record;
  return {
    ...rest,
    chatId: chatOfLane(lane),
    params: params === undefined ? undefined : toParams(lane, JSON.parse(params) as SendParams),
    priority: SEND_PRIORITIES[priority]!,
  };
}

function toProgress(record: BroadcastRecord): BroadcastProgress {
  const { total, sent, failed, state } = record;
  return { ...record, left: state === "cancelled" ? 0 : total - sent - failed };
}
