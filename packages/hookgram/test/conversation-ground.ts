import { z } from "zod";

import { Bot, callbackData, command, type Conversation, Router } from "../src/index.ts";
import {
  createTestHost,
  sampleUpdate,
  type TestHost,
  type TestHostOptions,
} from "../src/testing.ts";

/** Buttons with two sizes. */
export const Size = callbackData("size", { large: z.boolean() });

/** A bot that enters by /go, and says what nobody else wanted. */
export function botWith(talk: Conversation<undefined, never>, before?: Router): Bot {
  const bot = new Bot({ routers: [...(before === undefined ? [] : [before]), talk as never] });
  bot.message(command("go"), (context) => talk.enter(context as never));
  const rest = new Router("rest");
  rest.message(({ message, reply }) => reply(`rest: ${message.text ?? "no text"}`));
  rest.callbackQuery(({ answer }) => answer("rest"));
  bot.include(rest);
  return bot;
}

/** One person in a private chat with a bot, and what they were told. */
export class Ground {
  readonly host: TestHost;

  constructor(bot: Bot, options: TestHostOptions = {}) {
    this.host = createTestHost(bot, {
      respond: (method, params) =>
        method === "sendMessage" ? { message_id: this.host.calls.length, ...params } : true,
      ...options,
    });
  }

  async say(...texts: readonly string[]): Promise<void> {
    for (const one of texts) await this.host.feed(sampleUpdate("message", { text: one }));
  }

  press(large: boolean): Promise<unknown> {
    return this.host.feed(sampleUpdate("callback_query", { data: Size.pack({ large }) }));
  }

  async pass(ms: number): Promise<void> {
    this.host.advance(ms);
    await this.host.deliver();
  }

  /** The texts so far, and none of them the next time. */
  heard(): readonly unknown[] {
    const calls = this.host.calls as { method: string; params: Record<string, unknown> }[];
    return calls.splice(0).map(({ params }) => params["text"]);
  }

  get isHeld(): boolean {
    return this.host.states.size > 0;
  }
}
