import { BotSession } from "../delivery/bot-session.ts";
import type { BotAccount, MethodCall, MethodHandler, MethodTable, Refusal } from "./method.ts";

/** The methods about the way a bot gets its updates, and about its life on this server. */
export function webhookMethods(): MethodTable {
  return new Map<string, MethodHandler>([
    ["getUpdates", getUpdates],
    [
      "setWebhook",
      ({ bot, params }) => sessionOf(bot).webhook.set(params, params.text("url") ?? ""),
    ],
    ["deleteWebhook", ({ bot, params }) => sessionOf(bot).webhook.set(params, "")],
    ["getWebhookInfo", ({ bot }) => sessionOf(bot).webhook.info()],
    ["close", ({ bot }) => sessionOf(bot).life.close()],
    ["logOut", ({ bot }) => sessionOf(bot).life.logOut()],
  ]);
}

const WEBHOOK_IS_ACTIVE =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

function getUpdates({ bot, params, signal }: MethodCall): unknown {
  const session = sessionOf(bot);
  if (!session.webhook.isActive) return session.polling.getUpdates(params, signal);
  return new Promise((_, reject: (refusal: Refusal) => void) => {
    session.conflicts.refuse(WEBHOOK_IS_ACTIVE, reject);
  });
}

/** The accounts that this server hands to methods are its sessions. */
function sessionOf(bot: BotAccount): BotSession {
  if (bot instanceof BotSession) return bot;
  throw new TypeError("This account is not a session of this server.");
}
