/**
 * The user's side of the local Telegram for our own tests: plain HTTP, as any test in any language
 * would do it.
 */
import assert from "node:assert/strict";
import type { Message } from "@hookgram/bot-api";

/** Longest wait for what a bot does: nobody waits in vain for so long, however slow the machine is. */
export const PATIENCE_MS = 60_000;
/** The same for what `@hookgram/emulator` lets people do. */
export const PATIENT = { timeoutMs: PATIENCE_MS };

export interface Control {
  /** Calls one operation of the control interface; the test fails when it is refused. */
  post<T = Record<string, never>>(
    path: string,
    body: Readonly<Record<string, unknown>>,
  ): Promise<T>;
  get<T>(path: string): Promise<T>;
  /** A person writes, and the bot's next message is awaited. */
  ask(person: number, text: string, chat?: number): Promise<Message>;
  /** The next message (or edit) of the bot in the person's private chat. */
  next(person: number, chat?: number): Promise<Message>;
}

/** @param url the emulator's address, for example `http://127.0.0.1:8081`. */
export function controlOf(url: string): Control {
  const read = async <T>(path: string, response: Response): Promise<T> => {
    const body = (await response.json()) as T;
    assert.ok(response.ok, `${path} answered ${response.status}: ${JSON.stringify(body)}`);
    return body;
  };
  const post = async <T>(path: string, body: Readonly<Record<string, unknown>>): Promise<T> => {
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    return read(path, await fetch(`${url}/control/${path}`, init));
  };
  const next = async (person: number, chat?: number): Promise<Message> => {
    const where = chat === undefined ? { person } : { chat };
    const answer = await post<{ messages: Message[] }>("wait", {
      ...where,
      timeout_ms: PATIENCE_MS,
    });
    return answer.messages[0]!;
  };
  return {
    post,
    get: async (path) => read(path, await fetch(`${url}/control/${path}`)),
    next,
    async ask(person, text, chat) {
      await post("say", { person, text, ...(chat === undefined ? {} : { chat }) });
      return next(person, chat);
    },
  };
}
