import type { InlineKeyboardMarkup } from "@hookgram/bot-api";
import type { Edit, Reply } from "hookgram";

import { isRefusal, orRefusal } from "./refusal.ts";

/** A message with its buttons. The routers make screens, and `show` brings them to the person. */
export interface Screen {
  readonly text: string;
  readonly parse_mode: "HTML";
  readonly reply_markup?: InlineKeyboardMarkup;
}

/** Where a screen can appear: in answer to a message, or in place of the one with the button. */
export interface Place {
  readonly reply: Reply;
  readonly edit?: Edit;
  readonly answer?: (text?: string) => Promise<boolean>;
}

/**
 * Sends the screen as a new message; after a button press, puts it in place of the message with the
 * button, so that the chat does not fill up with menus.
 */
export async function show({ reply, edit, answer }: Place, screen: Screen): Promise<void> {
  const { text, ...params } = screen;
  // Answering first stops the progress bar on the button.
  await answer?.();
  const edited = edit === undefined ? undefined : await orRefusal(edit(text, params));
  // Messages can become impossible to edit: then the person gets a new one.
  if (edited === undefined || isRefusal(edited)) await reply(text, params);
}
