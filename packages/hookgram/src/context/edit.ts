import type {
  CallbackQuery,
  MaybeInaccessibleMessage,
  Message,
  MethodParams,
} from "@hookgram/bot-api";
import { HookgramError } from "../error.ts";
import { caption, textParams } from "../format/text-params.ts";
import type { Edit, EditParams } from "./context.ts";
import { isRefusedWith } from "./refused-with.ts";
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
  return async (text, params = {}) => {
    const target = editTarget(query);
    try {
      return await (hasCaption(query.message)
        ? api.editMessageCaption({ ...target, ...caption(text), ...captionParams(params) })
        : api.editMessageText({ ...target, ...textParams(text), ...params }));
    } catch (error) {
      // A button that is pressed twice asks for what is there already.
      if (isRefusedWith(error, UNCHANGED)) return true;
      throw error;
    }
  };
}

/** Of the refusal "message is not modified: specified new message content and reply markup …". */
const UNCHANGED = "message is not modified";

/** The parameters as captions have them: their formatting has a name of its own, and no preview. */
function captionParams({
  entities,
  link_preview_options: _,
  ...params
}: EditParams): Partial<MethodParams<"editMessageCaption">> {
  return { ...params, ...(entities === undefined ? {} : { caption_entities: entities }) };
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
