import { parseBotToken, type UpdateKind, type User } from "@hookgram/bot-api";

import { RuntimeError } from "../error.ts";

/** Options of `fromGrammy`, `fromTelegraf` and `fromGramio`. */
export interface ForeignBotOptions {
  /** The kinds of updates that the bot gets. Default: those that Telegram sends unasked. */
  readonly allowedUpdates?: readonly UpdateKind[] | undefined;
  /**
   * Who handles an error that the bot's middleware does not catch.
   *
   * `"runtime"`, the default: the update is tried again, and parked after the last attempt. The
   * handler that was set by `bot.catch` or `bot.onError` is not called.
   *
   * `"bot"`: that handler is called after every failed attempt. If it returns, the update is done; if
   * it throws, the attempt has failed. Without such a handler, this is the same as `"runtime"`.
   */
  readonly failures?: "runtime" | "bot" | undefined;
}

const taken = new WeakSet<object>();

/**
 * Marks a bot as adapted.
 * @throws RuntimeError `bad-options` if it was adapted before or `isRunning`.
 */
export function takeBot(bot: object, name: string, isRunning: boolean): void {
  if (taken.has(bot)) {
    const mend = `keep what from${name} returned the first time, and use that`;
    throw new RuntimeError("bad-options", `this ${name} bot is adapted already: ${mend}`);
  }
  if (isRunning) throw twoReceivers(name);
  taken.add(bot);
}

/** Only one program can receive a bot's updates: the bot's own receiver would delete the webhook. */
export function twoReceivers(name: string): RuntimeError {
  const rule = `the runtime receives the updates of this ${name} bot`;
  return new RuntimeError("bad-options", `${rule}; do not let it poll or set a webhook as well`);
}

/**
 * Checks that the bot's own token, with which calls outside of handlers are made, is of the same bot.
 * @throws RuntimeError `bad-options`
 */
export function assertSameBot(token: string, me: User): void {
  const parsed = parseBotToken(token);
  if (parsed.ok && parsed.botId === me.id) return;
  const found = parsed.ok ? `is of bot ${parsed.botId}` : "is none";
  const rule = `the adapted bot's own token ${found}, and the runtime runs bot ${me.id}`;
  throw new RuntimeError("bad-options", `${rule}; give both the same token`);
}

/**
 * Checks that the framework's internals are those that the adapter supports.
 * @throws RuntimeError `bad-options`
 */
export function assertShape(isKnown: boolean, framework: string): void {
  if (isKnown) return;
  const rule = `this is not a bot of ${framework}, or of a version with other internals`;
  throw new RuntimeError("bad-options", `${rule}; use a version that the documentation names`);
}
