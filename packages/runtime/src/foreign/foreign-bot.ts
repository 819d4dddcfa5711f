import { parseBotToken, type UpdateKind, type User } from "@hookgram/bot-api";

import { RuntimeError } from "../error.ts";

/** Options of `fromGrammy`, `fromTelegraf` and `fromGramio`. */
export interface ForeignBotOptions {
  /** The kinds that the bot wants from Telegram. Default: those that Telegram sends unasked. */
  readonly allowedUpdates?: readonly UpdateKind[] | undefined;
  /**
   * Who deals with an error that the bot's middleware lets through.
   *
   * `"runtime"`, the default: the update is tried again, and parked after the last attempt. The
   * handler that was set by `bot.catch` or `bot.onError` is not asked.
   *
   * `"bot"`: that handler is asked after every failed attempt. When it returns, the update is done;
   * what it throws is the attempt's failure. Without such a handler it is as with `"runtime"`.
   */
  readonly failures?: "runtime" | "bot" | undefined;
}

const taken = new WeakSet<object>();

/**
 * Notes that the runtime has this bot now.
 * @throws RuntimeError `bad-options` when it has it already or `isRunning`.
 */
export function takeBot(bot: object, name: string, isRunning: boolean): void {
  if (taken.has(bot)) {
    const mend = `keep what from${name} returned the first time, and use that`;
    throw new RuntimeError("bad-options", `this ${name} bot is adapted already: ${mend}`);
  }
  if (isRunning) throw twoReceivers(name);
  taken.add(bot);
}

/** There is one receiver of a bot's updates: its own one would take the runtime's webhook away. */
export function twoReceivers(name: string): RuntimeError {
  const rule = `the runtime receives the updates of this ${name} bot`;
  return new RuntimeError("bad-options", `${rule}; do not let it poll or set a webhook as well`);
}

/**
 * Calls outside of updates are made with the bot's own token, so it has to be of the same bot.
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
 * Looks whether a framework's insides are as the adapter knows them.
 * @throws RuntimeError `bad-options`
 */
export function assertShape(isKnown: boolean, framework: string): void {
  if (isKnown) return;
  const rule = `this is no bot of ${framework}, or of a version with other insides`;
  throw new RuntimeError("bad-options", `${rule}; use a version that the documentation names`);
}
