import type { BotCommand } from "@hookgram/bot-api";
import type { HookContext } from "hookgram";

/** What Telegram offers people when they type "/", in this order. */
export const COMMANDS: BotCommand[] = [
  { command: "menu", description: "Everything that I can do" },
  { command: "orders", description: "My orders" },
  { command: "address", description: "My billing address" },
  { command: "faq", description: "Questions and answers" },
  { command: "person", description: "Talk to a person" },
  { command: "cancel", description: "Stop what we are doing" },
  { command: "help", description: "What the commands do" },
];

/**
 * Start hook: puts the commands into the menu of private chats; groups have their own. A Telegram
 * that is busy right now (429) must not keep the bot from starting: the old menu still works.
 */
export async function publishCommands({ api, logger }: HookContext): Promise<void> {
  try {
    await api.setMyCommands({ commands: COMMANDS, scope: { type: "all_private_chats" } });
  } catch (error) {
    logger.warn({ error }, "the menu of commands could not be updated");
  }
}
