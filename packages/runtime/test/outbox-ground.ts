import { readLimits } from "../src/outbox/send-limits.ts";
import type {
  ClaimedSend,
  NewSend,
  OutboxTurn,
  OutboxTurned,
  OutboxWrite,
  OutboxWritten,
  SendEnd,
  SendRecord,
  SendState,
} from "../src/store/outbox/outbox-store.ts";
import type { Store } from "../src/store/store.ts";
import { openStore, type StoreGround } from "./store-ground.ts";

/** The bot whose sends these are. */
export const BOT = 7;
/** Limits that no test meets by accident. */
export const WIDE = readLimits({ perSecond: 1_000, chatPerSecond: 1_000, chatBurst: 100 });
/** When every test begins. */
export const START_MS = 1_800_000_000_000;
/** Indexes in `SEND_PRIORITIES`. */
export const [NORMAL, BULK] = [1, 2];

/** A text to this lane, at once. */
export function newSend(lane: string, more: Partial<NewSend> = {}): NewSend {
  return {
    botId: BOT,
    lane,
    method: "sendMessage",
    params: JSON.stringify({ text: `to ${lane}` }),
    cost: 1,
    priority: NORMAL,
    atMs: undefined,
    key: undefined,
    parks: false,
    ...more,
  };
}

/** One store at a time, in a time that stands still until a test moves it. */
export class OutboxGround {
  readonly #ground: StoreGround;
  store!: Store;
  nowMs = START_MS;

  constructor(ground: StoreGround) {
    this.#ground = ground;
  }

  get times() {
    return { nowMs: this.nowMs, steadyMs: this.nowMs };
  }

  async open(): Promise<void> {
    await this.store?.close();
    this.store = (await openStore(this.#ground.make())).store;
    await this.store.outbox.ask({
      do: "recover",
      recovery: { ...this.times, inFlight: [], isStart: true },
    });
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.#ground.remove();
  }

  write(...writes: readonly OutboxWrite[]): Promise<readonly OutboxWritten[]> {
    return this.store.outbox.ask({ do: "write", writes, times: this.times });
  }

  async enqueue(...sends: readonly NewSend[]): Promise<readonly number[]> {
    const written = await this.write(...sends.map((send) => ({ to: "send", send }) as const));
    return written.map((it) => ("id" in it ? it.id : NaN));
  }

  async cancel(key: string): Promise<string> {
    return (await this.write({ to: "cancel", botId: BOT, key }))[0]!.status;
  }

  turn(more: Partial<OutboxTurn> = {}): Promise<OutboxTurned> {
    const nothing = { results: [], seen: [], wants: [], room: 1_000, botIds: [BOT], limits: WIDE };
    return this.store.outbox.ask({ do: "turn", turn: { ...this.times, ...nothing, ...more } });
  }

  async claim(more: Partial<OutboxTurn> = {}): Promise<readonly ClaimedSend[]> {
    return (await this.turn(more)).sends;
  }

  async end(end: SendEnd, ...sends: readonly ClaimedSend[]): Promise<readonly boolean[]> {
    const results = sends.map(({ id, attempt }) => ({ id, attempt, end }));
    return (await this.turn({ results, room: 0 })).applied;
  }

  /** Sends everything that is ready, and gives the order. */
  async drain(more: Partial<OutboxTurn> = {}): Promise<readonly number[]> {
    const ids: number[] = [];
    for (;;) {
      const sends = await this.claim(more);
      if (sends.length === 0) return ids;
      ids.push(...sends.map(({ id }) => id));
      await this.end(SENT, ...sends);
    }
  }

  list(state: SendState | "doubtful"): Promise<readonly SendRecord[]> {
    const query = { state, beforeId: Number.MAX_SAFE_INTEGER, limit: 1_000 };
    return this.store.outbox.ask({ do: "list", query });
  }

  async counts() {
    return this.store.outbox.ask({ do: "counts", botIds: [BOT], times: this.times });
  }

  async broadcast(chats: readonly string[], key?: string): Promise<number> {
    const { outbox } = this.store;
    const params = JSON.stringify({ text: "news" });
    const made = { botId: BOT, key, method: "sendMessage", params, cost: 1, parks: false };
    const broadcast = { ...made, nowMs: this.nowMs };
    const { id } = await outbox.ask({ do: "createBroadcast", broadcast });
    for (let at = 0; at < chats.length; at += 100) {
      const entries = chats.slice(at, at + 100);
      await outbox.ask({ do: "addChats", id, chunk: at / 100, entries });
    }
    await this.setBroadcast(id, "running");
    return id;
  }

  setBroadcast(id: number, state: "running" | "paused" | "cancelled") {
    return this.store.outbox.ask({ do: "setBroadcast", id, state, times: this.times });
  }

  async progress(id: number) {
    const [found] = await this.store.outbox.ask({ do: "broadcasts", id, limit: 1 });
    const { state, total, sent, failed } = found!;
    return { state, total, sent, failed };
  }
}

export const SENT: SendEnd = { to: "sent", messageId: 5 };

export const lanesOf = (sends: readonly ClaimedSend[]): string[] => sends.map(({ lane }) => lane);

export const idsOf = (sends: readonly ClaimedSend[]): number[] => sends.map(({ id }) => id);
