import type { CallbackQuery, MaybeInaccessibleMessage, Message } from "@hookgram/bot-api";
import { HookgramError } from "../error.ts";
import type { Edit } from "./context.ts";
import type { Attempt } from "./scope.ts";

/** Media whose text is a caption. */
const CAPTIONED = [
  "animation",
  "audio",
  "document",
  "live_photo",
  "paid_media",
  "photo",
  "video",
  "voice",
] as const satisfies readonly (keyof Message)[];

/** `edit` for a pressed button; undefined for updates of other kinds. */
export function editFor({ kind, payload, api }: Attempt): Edit | undefined {
  if (kind !== "callback_query") return undefined;
  const query = payload as CallbackQuery;
  return async (text, { entities, link_preview_options, ...params } = {}) => {
    const target = editTarget(query);
    const formatted = { ...target, ...params };
    if (hasCaption(query.message)) {
      const caption_entities = entities === undefined ? {} : { caption_entities: entities };
      return api.editMessageCaption({ ...formatted, caption: text, ...caption_entities });
    }
    return api.editMessageText({
      ...formatted,
      text,
      ...(entities === undefined ? {} : { entities }),
      ...(link_preview_options === undefined ? {} : { link_preview_options }),
    });
  };
}

function editTarget({ message, inline_message_id }: CallbackQuery): {
  chat_id?: number;
  message_id?: number;
  inline_message_id?: string;
  business_connection_id?: string;
} {
  if (inline_message_id !== undefined) return { inline_message_id };
  if (message === undefined)
    throw new HookgramError("no-target", "edit: the button press carries no message to edit");
  const connection = (message as Message).business_connection_id;
  return {
    chat_id: message.chat.id,
    message_id: message.message_id,
    ...(connection === undefined ? {} : { business_connection_id: connection }),
  };
}

function hasCaption(message: MaybeInaccessibleMessage | undefined): boolean {
  return CAPTIONED.some((field) => (message as Message | undefined)?.[field] !== undefined);
}
