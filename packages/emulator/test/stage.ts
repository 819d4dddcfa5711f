import assert from "node:assert/strict";
import { UPDATE_KINDS } from "@hookgram/bot-api";
import type { Update, UpdateKind, UpdatePayload } from "@hookgram/bot-api";
import { VirtualClock } from "../src/clock/virtual-clock.ts";
import { OPERATIONS } from "../src/control/operations.ts";
import type { OperationId } from "../src/control/operations.ts";
import type { Operation } from "../src/control/operation.ts";
import { startTelegram } from "../src/telegram.ts";
import type { Telegram } from "../src/telegram.ts";
import type { TelegramOptions } from "../src/telegram-options.ts";
import type { WorldFile } from "../src/world/world-file.ts";

/** When the stage's clock stands at the start: 2026-11-21 12:00:00 UTC. */
export const START_MS = Date.UTC(2026, 10, 21, 12);
export const START_S = START_MS / 1000;
export const TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";
export const BOT_ID = 110_201_543;
export const ANNA = 1001;
export const BEN = 1002;

/** One bot, two people and a way to let time pass; all over HTTP on a free port. */
export class Stage implements AsyncDisposable {
  readonly telegram: Telegram;
  readonly token: string;
  #offset = 0;
  #seenSeq = 0;

  private constructor(telegram: Telegram, token: string) {
    this.telegram = telegram;
    this.token = token;
  }

  static async open(world: WorldFile = STAGE_WORLD, options: TelegramOptions = {}): Promise<Stage> {
    let state = 1;
    const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
    const clock = new VirtualClock({ paused: true, startMs: START_MS });
    const telegram = await startTelegram({ port: 0, clock, random, world, ...options });
    return new Stage(telegram, world.bots?.[0]?.token ?? TOKEN);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.telegram.close();
  }

  /** Calls a method and gives the whole answer. */
  async call(method: string, params: object = {}, token = this.token): Promise<ApiAnswer> {
    const isForm = params instanceof FormData;
    const response = await fetch(`${this.telegram.url}/bot${token}/${method}`, {
      method: "POST",
      body: isForm ? params : JSON.stringify(params),
      ...(isForm ? {} : { headers: { "content-type": "application/json" } }),
    });
    return (await response.json()) as ApiAnswer;
  }

  /** Calls a method that must succeed and gives its result. */
  async ok<T = Record<string, never>>(method: string, params: object = {}): Promise<T> {
    const answer = await this.call(method, params);
    assert.equal(answer.ok, true, `${method}: ${answer.description}`);
    return answer.result as T;
  }

  /** Calls a method that must be refused and gives the description. */
  async refusal(method: string, params: object = {}, token = this.token): Promise<string> {
    const answer = await this.call(method, params, token);
    assert.equal(answer.ok, false, `${method} was not refused`);
    return answer.description ?? "";
  }

  /** Does something on the user's side; the answer must be as the operation describes it. */
  async act<T = Record<string, never>>(id: OperationId, input: object = {}): Promise<T> {
    const { status, json } = await this.control(id, input);
    assert.equal(status, 200, `${id}: ${JSON.stringify(json)}`);
    const parsed = (OPERATIONS[id] as Operation).answer.safeParse(json);
    assert.equal(parsed.success, true, `${id} answers unlike its description: ${parsed.error}`);
    return json as T;
  }

  /** The same for something that must fail; gives the status and the one line. */
  async fails(id: OperationId, input: object = {}): Promise<string> {
    const { status, json } = await this.control(id, input);
    return `${status} ${(json as { error?: string }).error}`;
  }

  async control(id: OperationId, input: object): Promise<{ status: number; json: unknown }> {
    const { method, path } = OPERATIONS[id];
    const isForm = input instanceof FormData;
    const query = new URLSearchParams(
      Object.entries(input).map(([name, value]) => [name, String(value)]),
    );
    const url = `${this.telegram.url}${path}`;
    const response =
      method === "GET"
        ? await fetch(`${url}?${query}`)
        : await fetch(url, { method, body: isForm ? input : JSON.stringify(input) });
    return { status: response.status, json: await response.json() };
  }

  /** Anna writes to the bot, as people do first; the update is taken. */
  async begin(person = ANNA): Promise<void> {
    await this.act("say", { person, text: "/start" });
    await this.updates();
  }

  /** The updates that the bot has not seen yet. */
  async updates(): Promise<Update[]> {
    const { entries, cursor } = this.telegram.journal.read(this.#seenSeq, 1000);
    this.#seenSeq = cursor;
    if (!entries.some(({ type }) => type === "update")) return [];
    const allowed_updates = UPDATE_KINDS;
    const updates = await this.ok<Update[]>("getUpdates", {
      offset: this.#offset,
      allowed_updates,
    });
    this.#offset = (updates.at(-1)?.update_id ?? this.#offset - 1) + 1;
    this.#seenSeq = this.telegram.journal.cursor;
    return updates;
  }

  /** The kinds of the updates that the bot has not seen yet. */
  async kinds(): Promise<string[]> {
    const updates = await this.updates();
    return updates.map((update) => Object.keys(update).find((key) => key !== "update_id")!);
  }

  /** The next update of a kind; waits for it, and passes over others. */
  async next<K extends UpdateKind>(kind: K): Promise<UpdatePayload<K>> {
    for (;;) {
      const found = (await this.updates()).find((update) => update[kind] !== undefined);
      if (found !== undefined) return found[kind] as UpdatePayload<K>;
      await this.#updateQueued();
    }
  }

  #updateQueued(): Promise<void> {
    const { journal } = this.telegram;
    return new Promise((resolve) => {
      const isWaiting = journal.read(this.#seenSeq).entries.some(({ type }) => type === "update");
      if (isWaiting) return resolve();
      const stop = journal.subscribe(({ type }) => {
        if (type !== "update") return;
        stop();
        resolve();
      });
    });
  }

  /** Lets emulated time pass. */
  async pass(seconds: number): Promise<void> {
    await this.telegram.clock.advance(seconds * 1000);
  }
}

export interface ApiAnswer {
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: Record<string, unknown>;
}

export const STAGE_WORLD: WorldFile = {
  bots: [{ token: TOKEN, username: "stage_bot", name: "Stage" }],
  people: [
    { id: ANNA, first_name: "Anna", username: "anna", language_code: "en" },
    { id: BEN, first_name: "Ben" },
  ],
};
