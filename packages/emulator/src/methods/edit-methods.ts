import type { Message } from "@hookgram/bot-api";
import { isDeepStrictEqual } from "node:util";
import { messageView } from "../world/message-view.ts";
import { editMessage } from "../world/post-message.ts";
import type { MessageContent, ReplyMarkup } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import { readInputMedia } from "./input-media.ts";
import { jsonParam } from "./json-fields.ts";
import type { MessageTarget } from "./message-access.ts";
import { isInlineEdit, messageToEdit } from "./message-access.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { readInlineKeyboard } from "./reply-markup.ts";
import { readRichMessage } from "./rich-message.ts";
import { readCaption, readTextContent } from "./text-params.ts";

/** Methods that change a message which the bot has sent. */
export function editMethods(world: World): Handlers {
  return {
    editMessageText: (call) => editText(world, call),
    editMessageCaption: (call) => editCaption(world, call),
    editMessageMedia: (call) => editMedia(world, call),
    editMessageReplyMarkup: (call) => editReplyMarkup(world, call),
  };
}

const NOT_MODIFIED =
  "message is not modified: specified new message content and reply markup are exactly the same " +
  "as a current content and reply markup of the message";

function editText(world: World, call: MethodCall): Message | true {
  const rich = jsonParam(call.params, "rich_message", "rich message");
  const content =
    rich === undefined
      ? readTextContent(world, call)
      : { rich_message: readRichMessage(world, rich) };
  const markup = readInlineKeyboard(call);
  const target = messageToEdit(world, call);
  const { text, rich_message } = target.message.content;
  if (text === undefined && rich_message === undefined) {
    throw badRequest("There is no text in the message to edit");
  }
  return change(world, call, target, { content: { ...kept(target), ...content }, markup });
}

const CAPTIONED = [
  "photo",
  "video",
  "animation",
  "audio",
  "document",
  "voice",
  "paid_media",
  "live_photo",
] as const;

function editCaption(world: World, call: MethodCall): Message | true {
  const markup = readInlineKeyboard(call);
  const caption = readCaption(world, call);
  const target = messageToEdit(world, call);
  const { content } = target.message;
  if (CAPTIONED.every((field) => content[field] === undefined)) {
    throw badRequest("There is no caption in the message to edit");
  }
  const { caption: _, caption_entities: __, show_caption_above_media: ___, ...media } = content;
  const isAbove = call.params.boolean("show_caption_above_media");
  const above = isAbove ? ({ show_caption_above_media: true } as const) : {};
  return change(world, call, target, { content: { ...media, ...caption, ...above }, markup });
}

const EDITABLE_MEDIA = ["text", "photo", "video", "animation", "audio", "document"] as const;

function editMedia(world: World, call: MethodCall): Message | true {
  const markup = readInlineKeyboard(call);
  const media = jsonParam(call.params, "media", "input media");
  if (media === undefined) throw badRequest('Parameter "media" is required');
  const target = messageToEdit(world, call);
  const { content } = target.message;
  if (EDITABLE_MEDIA.every((field) => content[field] === undefined)) {
    throw badRequest("message can't be edited");
  }
  const next = readInputMedia(world, call, media, { isForAlbum: false });
  return change(world, call, target, { content: { ...kept(target), ...next.content }, markup });
}

function editReplyMarkup(world: World, call: MethodCall): Message | true {
  const markup = readInlineKeyboard(call);
  const target = messageToEdit(world, call);
  return change(world, call, target, { content: target.message.content, markup });
}

/** Fields of a message that an edit of what it says leaves alone. */
const LASTING_FIELDS = [
  "has_protected_content",
  "external_reply",
  "effect_id",
  "via_bot",
  "guest_bot_caller_user",
] as const;

function kept({ message: { content } }: MessageTarget): MessageContent {
  const fields = LASTING_FIELDS.filter((field) => content[field] !== undefined);
  return Object.fromEntries(fields.map((field) => [field, content[field]]));
}

/** Makes the change and gives the message back; without a new keyboard the old one goes away. */
function change(
  world: World,
  call: MethodCall,
  { chat, message }: MessageTarget,
  next: { readonly content: MessageContent; readonly markup: ReplyMarkup | undefined },
): Message | true {
  const isSame =
    isDeepStrictEqual(next.content, message.content) &&
    isDeepStrictEqual(next.markup, message.markup);
  if (isSame) throw badRequest(NOT_MODIFIED);
  editMessage(world, chat.conversation, message, {
    byId: call.bot.id,
    content: next.content,
    markup: next.markup ?? null,
  });
  return isInlineEdit(call) || messageView(world, chat.conversation, message);
}
