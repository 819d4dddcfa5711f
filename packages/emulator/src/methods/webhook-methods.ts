import { BotSession } from "../delivery/bot-session.ts";
import type { BotAccount, MethodHandler } from "./method.ts";

/** The methods about the bot itself and the way it gets its updates. */
export function webhookMethods(): readonly (readonly [string, MethodHandler])[] {
  return [
    ["getMe", ({ bot }) => bot.user],
    ["getUpdates", ({ bot, params, signal }) => sessionOf(bot).polling.getUpdates(params, signal)],
  ];
}

/** The accounts that this server hands to methods are its sessions. */
function sessionOf(bot: BotAccount): BotSession {
  if (bot instanceof BotSession) return bot;
  throw new TypeError("This account is not a session of this server.");
}
