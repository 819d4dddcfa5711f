import type { Message } from "@hookgram/bot-api";
import type { FilterObject } from "./filter.ts";
import type { WithMessage } from "./text.ts";

/**
 * Whether a text begins with what Telegram takes for a command: `/cancel`, `/close@shop_bot`
 * and `/cancel, please`, but neither `/ 5`, nor `/home/ada`, nor `/été`.
 * @see https://core.telegram.org/bots/features#commands
 */
function beginsWithCommand(source: string): boolean {
  // In a function, since its Unicode classes take a while to compile: not every bot asks.
  return /^\s*\/[A-Za-z0-9_]{1,64}(?:@\w{3,32}(?![\p{L}\p{N}_/<>])|(?![\p{L}\p{N}_/<>@]))/u.test(
    source,
  );
}

/** Whether the message begins with a command, to whichever bot, in its text or its caption. */
export function isCommand({ text, caption }: Message): boolean {
  return beginsWithCommand(text ?? caption ?? "");
}

/**
 * Messages of every sort that do not begin with a command: for steps of a conversation that take
 * whatever a person sends, so that `/cancel` is not taken for an answer. `text()` without arguments
 * has this in it already.
 */
export function noCommand(): FilterObject<WithMessage> {
  return { label: "noCommand", matches: ({ message }) => !isCommand(message) };
}
