/** A delivery case is data; this walks one of them over real sockets on virtual time. */
import assert from "node:assert/strict";
import type { UpdateKind } from "@hookgram/bot-api";
import { EmulatedBot } from "./emulated-bot.ts";
import { OK, ScriptedPeer } from "./scripted-peer.ts";
import type { PeerAction, PeerRequest } from "./scripted-peer.ts";

/** One after the other, the last one for ever; by label of the update, `*` for the others. */
export type PeerScript = readonly PeerAction[] | Readonly<Record<string, readonly PeerAction[]>>;

export interface Step {
  /** Updates to queue, as `label:kind:id`: `a:message:5` is a message in chat 5. */
  readonly publish?: readonly string[];
  /** What the peer does from now on; `down` refuses connections until another script. */
  readonly peer?: PeerScript | "down";
  /** Parameters, beside the same `url`, to call setWebhook with once more. */
  readonly setWebhook?: Readonly<Record<string, unknown>>;
  /** A method to call: its name and parameters. */
  readonly call?: readonly [string, Readonly<Record<string, unknown>>];
  /** Virtual seconds to let pass, after the rest of the step. */
  readonly advanceS?: number;
}

export interface DeliveryCase {
  /** The fact, in a sentence. */
  readonly fact: string;
  /** Parameters of setWebhook beside `url`. */
  readonly webhook?: Readonly<Record<string, unknown>>;
  /** Default `/hook`. */
  readonly path?: string;
  /** In front of the host, with its `@`. */
  readonly userinfo?: string;
  /** The number that `random` always gives, from 0 to below 1. Default 0: the shortest delays. */
  readonly random?: number;
  /** Updates that wait before the webhook is set. */
  readonly before?: readonly string[];
  /** What the peer does from the beginning. Default: 200. */
  readonly peer?: PeerScript | "down";
  readonly steps: readonly Step[];
  /** Requests as the peer received them: `SECONDS LABEL`. */
  readonly received?: readonly string[];
  /** Attempts as the journal has them, by their beginning: `SECONDS LABEL STATUS`. */
  readonly attempts?: readonly string[];
  /** The last of the received requests, where there are too many to list, and their number. */
  readonly last?: readonly [received: string, count: number];
  /** Over which connection each request came, counted from 1. */
  readonly over?: readonly number[];
  /** Seconds at which the peer accepted connections. */
  readonly connections?: readonly number[];
  /** Method calls that came in answers: the name, and the status that they had. */
  readonly replies?: readonly string[];
  /** Fields of getWebhookInfo at the end; undefined for those that must be absent. */
  readonly info?: Readonly<Record<string, unknown>>;
}

/** Walks a case and compares everything that it expects. */
export async function walkDeliveryCase(delivery: DeliveryCase): Promise<void> {
  await using bot = await EmulatedBot.start({ random: () => delivery.random ?? 0 });
  const walk = new Walk(delivery, bot);
  try {
    await walk.start();
    for (const step of delivery.steps) await walk.step(step);
    await walk.compare();
  } finally {
    await walk.peer.down();
  }
}

class Walk {
  readonly peer: ScriptedPeer;
  readonly #case: DeliveryCase;
  readonly #bot: EmulatedBot;
  readonly #labels = new Map<number, string>();
  readonly #counts = new Map<string, number>();
  #url = "";

  constructor(delivery: DeliveryCase, bot: EmulatedBot) {
    this.#case = delivery;
    this.#bot = bot;
    this.peer = new ScriptedPeer(bot.clock);
  }

  async start(): Promise<void> {
    const { before = [], peer = [OK], userinfo = "", path = "/hook", webhook = {} } = this.#case;
    await this.peer.up();
    await this.#script(peer);
    this.#publish(before);
    this.#url = `http://${userinfo}127.0.0.1:${this.peer.port}${path}`;
    await this.#setWebhook(webhook);
    await this.#bot.advance(0);
  }

  async step({ publish = [], peer, setWebhook, call, advanceS = 0 }: Step): Promise<void> {
    if (peer !== undefined) await this.#script(peer);
    this.#publish(publish);
    if (setWebhook !== undefined) await this.#setWebhook(setWebhook);
    if (call !== undefined) await this.#bot.call(...call);
    await this.#bot.advance(advanceS);
  }

  async compare(): Promise<void> {
    const { received, attempts, last, over, connections, replies, info } = this.#case;
    const requests = this.peer.requests.map((request) => this.#describe(request));
    if (received !== undefined) assert.deepEqual(requests, received);
    if (last !== undefined) assert.deepEqual([requests.at(-1), requests.length], last);
    if (attempts !== undefined) assert.deepEqual(this.#attempts(), attempts);
    if (over !== undefined) {
      assert.deepEqual(
        this.peer.requests.map(({ connection }) => connection),
        over,
      );
    }
    if (connections !== undefined) {
      const times = this.peer.acceptedAtMs.map((atMs) => this.#bot.secondsAt(atMs));
      assert.deepEqual(times, connections);
    }
    if (replies !== undefined) assert.deepEqual(this.#replies(), replies);
    if (info === undefined) return;
    const shown = (await this.#bot.call("getWebhookInfo")).result as Record<string, unknown>;
    for (const [name, value] of Object.entries(info)) assert.deepEqual(shown[name], value, name);
  }

  async #setWebhook(params: Readonly<Record<string, unknown>>): Promise<void> {
    const answer = await this.#bot.call("setWebhook", { url: this.#url, ...params });
    assert.equal(answer.description, "Webhook was set");
  }

  #publish(specs: readonly string[]): void {
    for (const spec of specs) {
      const [label = "", kind, id] = spec.split(":");
      const updateId = this.#bot.publish(kind as UpdateKind, Number(id));
      assert.notEqual(updateId, undefined, `${spec} was not queued`);
      this.#labels.set(updateId!, label);
    }
  }

  async #script(script: PeerScript | "down"): Promise<void> {
    if (script === "down") return this.peer.down();
    await this.peer.up();
    this.#counts.clear();
    this.peer.act = (request) => this.#choose(script, this.#labelOf(request));
  }

  #choose(script: PeerScript, label: string): PeerAction {
    const isList = Array.isArray(script);
    const name = isList ? "" : label in script ? label : "*";
    const actions: readonly PeerAction[] = isList
      ? script
      : ((script as Readonly<Record<string, readonly PeerAction[]>>)[name] ?? [OK]);
    const count = this.#counts.get(name) ?? 0;
    this.#counts.set(name, count + 1);
    return actions[Math.min(count, actions.length - 1)] ?? OK;
  }

  #labelOf({ body }: PeerRequest): string {
    return this.#labels.get(Number(/^\{"update_id":(\d+)/.exec(body)?.[1])) ?? "?";
  }

  #describe(request: PeerRequest): string {
    return `${this.#bot.secondsAt(request.atMs)} ${this.#labelOf(request)}`;
  }

  #attempts(): readonly string[] {
    const startMs = 1_700_000_000_000;
    const { entries } = this.#bot.telegram.journal.read();
    return entries
      .flatMap((entry) => (entry.type === "delivery" ? [entry] : []))
      .map((entry) => ({ ...entry, beginMs: entry.at_ms - entry.duration_ms }))
      .toSorted((a, b) => a.beginMs - b.beginMs || a.seq - b.seq)
      .map(({ beginMs, update_id: id, status }) => {
        return `${(beginMs - startMs) / 1000} ${this.#labels.get(id)} ${status}`;
      });
  }

  #replies(): readonly string[] {
    const { entries } = this.#bot.telegram.journal.read();
    return entries.flatMap((entry) =>
      entry.type === "api-call" && entry.via === "webhook-reply"
        ? [`${entry.method} ${entry.status}`]
        : [],
    );
  }
}
