import { existsSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

import type { DispatchOutcome, Invocation, UpdateHandler } from "hookgram";

import type { EffectName, HistoryEvent } from "../judge/history.ts";
import type { CrashBotSettings } from "./crash-bot.ts";

/** A message whose first attempts fail, after an effect. */
export const STUMBLE = "stumble";
/** A message whose attempts fail until there is a file named {@link CURE} in the folder. */
export const POISON = "poison";
export const CURE = "cured";

/** Messages that kill or block the process when they are handled. */
export const DEADLY: Readonly<Record<string, () => void>> = {
  kill: () => void process.kill(process.pid, "SIGKILL"),
  exit: () => process.exit(1),
  memory: fillMemory,
  loop: () => {
    for (;;);
  },
};

const STUMBLES = 2;

/** The bot that is killed. The state of each chat has the ids of the updates that it has applied. */
export class CrashBot implements UpdateHandler {
  readonly allowedUpdates = ["message", "callback_query"] as const;
  readonly #settings: CrashBotSettings;
  /** The diary, which is written synchronously, so that it survives a kill. */
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
    DEADLY[said]?.();
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

/** The data of a button. Presses come by another queue than messages, but into the same lane. */
export function pressIn(chatId: number): string {
  return `press in ${chatId}`;
}

/** The file in which the handler records what it does. */
export function diaryOf(folder: string): string {
  return join(folder, "diary.jsonl");
}

/** The key of the state with the ids of the updates that were applied in a chat, in order. */
export function stateKey(chatId: number): string {
  return `crash:${chatId}`;
}

/** Whether every attempt at this message has to fail. */
export function isDueToFail(said: string): boolean {
  return said === POISON || said in DEADLY;
}

function fillMemory(): never {
  const hoard: number[][] = [];
  for (;;) hoard.push(Array.from({ length: 1_000_000 }, Math.random));
}
