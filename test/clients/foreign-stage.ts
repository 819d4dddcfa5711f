/** The local Telegram, and a bot of another framework that the runtime runs on it by webhook. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { createBotApi } from "@hookgram/bot-api";
import { startTelegram, type Telegram } from "@hookgram/emulator";
import { listen, type ListenHandle, type ListenOptions } from "@hookgram/runtime";
import type { UpdateHandler } from "hookgram";

import { controlOf, type Control } from "../telegram-user.ts";
import { ADA, TOKEN } from "./describe-client.ts";

export const BOB = 7002;
const BOT_ID = 1234567890;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** A network between the runtime and Telegram: `answer` stands in for the next answers to `method`. */
export class Network {
  readonly calls: { readonly method: string; readonly atMs: number }[] = [];
  readonly #answers: { readonly method: string; readonly answer: () => Response }[] = [];

  next(method: string, answer: () => Response): void {
    this.#answers.push({ method, answer });
  }

  timesOf(method: string): number[] {
    return this.calls.filter((call) => call.method === method).map(({ atMs }) => atMs);
  }

  readonly fetch: typeof fetch = async (url, init) => {
    const method = (url as string).split("/").at(-1)!;
    this.calls.push({ method, atMs: performance.now() });
    const at = this.#answers.findIndex((it) => it.method === method);
    if (at === -1) return fetch(url, init);
    const [found] = this.#answers.splice(at, 1);
    return found!.answer();
  };
}

export interface ForeignStage {
  readonly telegram: Telegram;
  readonly control: Control;
  readonly handle: ListenHandle;
  readonly network: Network;
  /** The store's file. */
  readonly store: string;
  close(): Promise<void>;
}

/** A Telegram where Ada and Bob write to the bot with {@link TOKEN}. */
export async function openTelegram(): Promise<{ telegram: Telegram; control: Control }> {
  const telegram = await startTelegram({ port: 0 });
  const control = controlOf(telegram.url);
  await control.post("bots", { token: TOKEN, username: "tea_bot", name: "Tea" });
  await control.post("people", { id: ADA, first_name: "Ada" });
  await control.post("people", { id: BOB, first_name: "Bob" });
  return { telegram, control };
}

/** Starts what `create` makes for the API root that it is given. */
export async function openStage(
  create: (apiRoot: string) => UpdateHandler,
  options: Partial<ListenOptions> = {},
): Promise<ForeignStage> {
  const { telegram, control } = await openTelegram();
  const folder = mkdtempSync(path.join(tmpdir(), "hookgram-foreign-"));
  const store = path.join(folder, "bot.sqlite");
  const network = new Network();
  const handle = listen({
    bot: create(telegram.url),
    api: createBotApi({ token: TOKEN, apiRoot: telegram.url, fetch: network.fetch }),
    botId: BOT_ID,
    store,
    host: "127.0.0.1",
    port: 0,
    attemptsMax: 3,
    retryDelayMs: 20,
    logger: SILENT,
    ...options,
  });
  const close = async (): Promise<void> => {
    await handle.stop();
    await telegram.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await handle.ready;
    await handle.setWebhook({ url: `http://127.0.0.1:${handle.port()}${handle.path}` });
  } catch (error) {
    await close();
    throw error;
  }
  return { telegram, control, handle, network, store, close };
}

/** Everything that was sent in a person's private chat, oldest first. */
export async function textsOf(control: Control, person: number): Promise<string[]> {
  const { messages } = await control.get<{ messages: { text?: string; caption?: string }[] }>(
    `messages?person=${person}`,
  );
  return messages.map(({ text, caption }) => text ?? caption ?? "");
}
