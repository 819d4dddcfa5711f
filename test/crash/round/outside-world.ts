import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from "node:net";
import { setTimeout as delay } from "node:timers/promises";

import { startTelegram, type Telegram } from "@hookgram/emulator";

import { controlOf, type Control } from "../../telegram-user.ts";
import { POISON, pressIn, STUMBLE } from "./crash-handler.ts";
import type { EffectName, HistoryEvent } from "../judge/history.ts";

export const TOKEN = `4242:${"A".repeat(35)}`;
const BOT_ID = 4242;

/** How many people write, and how many messages. */
export interface Crowd {
  readonly people: number;
  /** Messages in total, so that a bot which is down for long does not make a round longer. */
  readonly messagesMax: number;
  /** Whether nobody presses buttons. */
  readonly isButtonless?: boolean;
  /** Time between two messages. Default 6. */
  readonly pauseMs?: number;
}

const CROWD: Crowd = { people: 12, messagesMax: 240 };

const PAUSE_MS = 6;

/** How far Telegram's time is advanced, to the next try of deliveries that failed. */
const HURRY_MS = 2_000;

/** What the bot writes to people, which tells the effect of its handler. */
const MESSAGE = /^(seen|told|sent) (\d+)$/;
const EFFECT_OF: Readonly<Record<string, EffectName>> = {
  seen: "reply",
  told: "answer",
  sent: "send",
};

export interface OutsideWorldOptions {
  readonly random: () => number;
  /** The ports on which the bot's processes listen at this moment. */
  readonly ports: () => readonly number[];
  /** Default: twelve people, who write 240 messages. */
  readonly crowd?: Crowd | undefined;
}

/** A server that passes connections on to the bot's processes in turn. */
interface Balancer {
  readonly server: TcpServer;
  readonly sockets: Set<Socket>;
}

/**
 * Everything around the bot: Telegram (the emulator, with its real sender and its own time), a service
 * that the handler calls, a load balancer, and people who write. It records what it sees.
 */
export class OutsideWorld {
  readonly history: HistoryEvent[] = [];
  /** The ids of the people who write, which are also the ids of their chats. */
  readonly chats: readonly number[];
  readonly telegram: Telegram;
  readonly #control: Control;
  readonly #service: Server;
  readonly #balancer: Balancer;
  readonly #random: () => number;
  readonly #crowd: Crowd;
  readonly #unacknowledged = new Set<number>();
  readonly #acknowledged = new Set<number>();
  readonly #heldCalls: ServerResponse[] = [];
  #isServiceHeld = false;
  #said = 0;
  #newestUpdateId = 0;
  #isTalking = false;
  #talk: Promise<void> = Promise.resolve();

  private constructor(parts: {
    telegram: Telegram;
    service: Server;
    balancer: Balancer;
    options: OutsideWorldOptions;
  }) {
    this.telegram = parts.telegram;
    this.#control = controlOf(parts.telegram.url);
    this.#service = parts.service;
    this.#balancer = parts.balancer;
    const { random, crowd = CROWD } = parts.options;
    this.#random = random;
    this.#crowd = crowd;
    this.chats = chatsOf(crowd);
    this.telegram.journal.subscribe((entry) => this.#observe(entry));
    this.#service.on("request", (request, response) => {
      const updateId = Number(request.url!.slice(1));
      this.note({ type: "effect", updateId, effect: "service" });
      if (this.#isServiceHeld) this.#heldCalls.push(response);
      else response.end();
    });
  }

  static async open(options: OutsideWorldOptions): Promise<OutsideWorld> {
    const { random, ports, crowd = CROWD } = options;
    const people = chatsOf(crowd).map((id) => ({ id, first_name: `Person ${id}` }));
    const bots = [{ token: TOKEN, username: "crash_bot", name: "Crash" }];
    const telegram = await startTelegram({ port: 0, random, world: { bots, people } });
    const service = createServer().listen(0, "127.0.0.1");
    const balancer = openBalancer(ports);
    await Promise.all([once(service, "listening"), once(balancer.server, "listening")]);
    return new OutsideWorld({ telegram, service, balancer, options });
  }

  get webhookUrl(): string {
    return `http://127.0.0.1:${portOf(this.#balancer.server)}/hook`;
  }

  get serviceUrl(): string {
    return `http://127.0.0.1:${portOf(this.#service)}`;
  }

  /** Updates that were answered 2xx. */
  get acknowledged(): ReadonlySet<number> {
    return this.#acknowledged;
  }

  note(event: { readonly type: HistoryEvent["type"] } & Record<string, unknown>): void {
    this.history.push({ atMs: Date.now(), ...event } as HistoryEvent);
  }

  /** Lets random people write until {@link OutsideWorld.hush}; a part of the messages is poisonous. */
  talk(poisonous = 0): void {
    this.#isTalking = true;
    this.#talk = this.#talkOn(poisonous);
  }

  async hush(): Promise<void> {
    this.#isTalking = false;
    await this.#talk;
  }

  /** Lets everybody write once. */
  async sayAll(text = "hello"): Promise<void> {
    for (const person of this.chats) await this.say(person, text);
  }

  /** Lets Telegram answer 429 to half of the bot's messages. */
  async refuseSends(): Promise<void> {
    const fault = { do: "refuse", error_code: 429, retry_after: 1 };
    const rule = { on: "call", method: "sendMessage", times: 0, probability: 0.5, fault };
    await this.#control.post("faults", rule);
  }

  async relent(): Promise<void> {
    await this.#control.post("faults/clear", {});
  }

  /** Lets calls of the service wait, and with them the handlers. */
  holdService(): void {
    this.#isServiceHeld = true;
  }

  freeService(): void {
    this.#isServiceHeld = false;
    for (const response of this.#heldCalls.splice(0)) response.end();
  }

  /** Advances Telegram's time to its next try of updates that were not answered. */
  async hurry(): Promise<void> {
    await this.telegram.clock.advance(HURRY_MS);
  }

  /** Advances Telegram's time until everything is answered 2xx, or until `isOver`. */
  async deliverAll(isOver: () => boolean): Promise<void> {
    while (this.#unacknowledged.size > 0 && !isOver()) {
      await this.hurry();
      await delay(20);
    }
  }

  async close(): Promise<void> {
    await this.hush();
    await this.telegram.close();
    for (const socket of this.#balancer.sockets) socket.destroy();
    this.#service.closeAllConnections();
    await Promise.all([closed(this.#balancer.server), closed(this.#service)]);
  }

  /** Lets random people write so many messages. */
  async hear(messages: number): Promise<void> {
    for (let count = 0; count < messages; count += 1) await this.#somebodyWrites();
  }

  async #talkOn(poisonous: number): Promise<void> {
    while (this.#isTalking && this.#said < this.#crowd.messagesMax) {
      await this.#somebodyWrites(poisonous);
    }
  }

  async #somebodyWrites(poisonous = 0): Promise<void> {
    const person = this.chats[Math.floor(this.#random() * this.chats.length)]!;
    const dice = this.#random();
    if (dice < poisonous) await this.say(person, POISON);
    else if (dice > 0.9) await this.say(person, STUMBLE);
    else if (dice > 0.8 && this.#crowd.isButtonless !== true) await this.#press(person);
    else await this.say(person, "hello");
    await delay(this.#crowd.pauseMs ?? PAUSE_MS);
  }

  /** Sends a message. Resolves to the id of its update. */
  async say(person: number, text: string): Promise<number> {
    this.#said += 1;
    await this.#control.post("say", { person, text });
    return this.#newestUpdateId;
  }

  /** Presses the newest button. It fails before the bot has answered for the first time. */
  async #press(person: number): Promise<void> {
    this.#said += 1;
    await this.#control
      .post("press", { person, data: pressIn(person), wait_ms: 0 })
      .catch(() => {});
  }

  #observe(entry: Parameters<Parameters<Telegram["journal"]["subscribe"]>[0]>[0]): void {
    if (entry.type === "update" && entry.bot_id === BOT_ID) {
      this.#newestUpdateId = entry.update_id;
      this.#unacknowledged.add(entry.update_id);
      const queue = entry.words ?? `messages of ${entry.chat_id}`;
      this.note({ type: "sent", updateId: entry.update_id, queue });
    } else if (entry.type === "delivery" && entry.outcome === "dropped") {
      // The update has outlived its use while the bot was down, and Telegram has given it up.
      this.#unacknowledged.delete(entry.update_id);
    } else if (entry.type === "delivery" && entry.outcome === "delivered") {
      this.#unacknowledged.delete(entry.update_id);
      this.#acknowledged.add(entry.update_id);
      this.note({ type: "acknowledged", updateId: entry.update_id });
    } else if (entry.type === "api-call" && entry.method === "sendMessage" && entry.ok) {
      const [, what, updateId] = MESSAGE.exec(String(entry.params["text"])) ?? [];
      const isWebhookReply = entry.via === "webhook-reply";
      const effect = EFFECT_OF[what!];
      this.note({ type: "effect", updateId: Number(updateId), effect, isWebhookReply });
    }
  }
}

function chatsOf({ people }: Crowd): readonly number[] {
  return Array.from({ length: people }, (_, at) => 101 + at);
}

function openBalancer(ports: () => readonly number[]): Balancer {
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createTcpServer((from) => {
    const open = ports();
    turn += 1;
    if (open.length === 0) return void from.resetAndDestroy();
    const to = connect(open[turn % open.length]!, "127.0.0.1");
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  server.listen(0, "127.0.0.1");
  return { server, sockets };
}

function portOf(server: Server | TcpServer): number {
  return (server.address() as AddressInfo).port;
}

function closed(server: Server | TcpServer): Promise<unknown> {
  return new Promise((resolve) => server.close(resolve));
}
