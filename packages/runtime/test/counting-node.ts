import type { BotApi, User } from "@hookgram/bot-api";
import type { DispatchOutcome, Invocation } from "hookgram";

import { createEngine } from "../src/engine/create-engine.ts";
import type { Engine } from "../src/engine/engine.ts";
import type { IncomingUpdate } from "../src/inbox.ts";
import type { Store } from "../src/store/store.ts";

const BOT_ID = 7;
const ME: User = { id: BOT_ID, is_bot: true, first_name: "Test" } as User;

/**
 * An engine whose handler appends each message's number to its chat's state. What is in the state in
 * the end was applied; once, and in order, if the numbers are 1, 2, 3 ….
 */
export function countingNode(store: Store): Engine {
  const handler = {
    allowedUpdates: [],
    async handle({ update, states }: Invocation): Promise<DispatchOutcome> {
      const { chat, text } = update.message as { chat: { id: number }; text: string };
      const before = (await states.read(stateKey(chat.id)))?.data ?? [];
      const data = [...(before as number[]), Number(text)];
      states.write(stateKey(chat.id), { state: "s:count", data, schemaVersion: 1 });
      return { status: "handled", handler: "count" };
    },
  };
  const bots = [{ id: BOT_ID, me: ME, api: {} as BotApi, handler }];
  return createEngine({ store, bots });
}

export function stateKey(chatId: number): string {
  return `chat:${chatId}`;
}

/** The message with this number of this chat. */
export function numbered(chatId: number, number: number): IncomingUpdate {
  const updateId = chatId * 100_000 + number;
  const chat = { id: chatId, type: "private" };
  const message = { message_id: number, date: 1, chat, text: `${number}` };
  const raw = Buffer.from(JSON.stringify({ update_id: updateId, message }));
  return { botId: BOT_ID, updateId, raw, receivedAtMs: Date.now() };
}
