import type { EphemeralMessage } from "../world/stored-message.ts";
import type { MessageContent, ReplyMarkup } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import type { ChatTarget } from "./chat-access.ts";
import { groupOf } from "./chat-access.ts";
import { NOT_HERE, noteEphemeral } from "./ephemeral-message.ts";
import type { Handlers } from "./handlers.ts";
import { readInputMedia } from "./input-media.ts";
import { jsonParam } from "./json-fields.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { readInlineKeyboard } from "./reply-markup.ts";
import { readRichMessage } from "./rich-message.ts";
import { readCaption, readTextContent } from "./text-params.ts";

/** Methods about messages of a group that only one person sees. */
export function ephemeralMethods(world: World): Handlers {
  return {
    editEphemeralMessageText: (call) =>
      edit(world, call, () => ({ content: readRichOrText(world, call) })),
    editEphemeralMessageCaption: (call) =>
      edit(world, call, ({ content }) => {
        const { caption: _, caption_entities: __, ...rest } = content;
        return { content: { ...rest, ...readCaption(world, call) } };
      }),
    editEphemeralMessageMedia: (call) =>
      edit(world, call, () => {
        const media = jsonParam(call.params, "media", "input media");
        return { content: readInputMedia(world, call, media, { isForAlbum: false }).content };
      }),
    editEphemeralMessageReplyMarkup: (call) => edit(world, call, ({ content }) => ({ content })),
    deleteEphemeralMessage: (call) => {
      const { chat, message } = ephemeralOf(world, call);
      chat.conversation.ephemeral.delete(message.id);
      noteEphemeral(world, chat);
      return true;
    },
  };
}

function readRichOrText(world: World, call: MethodCall): MessageContent {
  const rich = jsonParam(call.params, "rich_message", "rich message");
  if (rich === undefined) return readTextContent(world, call);
  return { rich_message: readRichMessage(world, rich) };
}

type Change = (message: EphemeralMessage) => { readonly content: MessageContent };

function edit(world: World, call: MethodCall, change: Change): true {
  const { chat, message } = ephemeralOf(world, call);
  const markup: ReplyMarkup | undefined = readInlineKeyboard(call);
  const { markup: _, ...rest } = { ...message, ...change(message) };
  const changed = { ...rest, ...(markup === undefined ? {} : { markup }) };
  chat.conversation.ephemeral.set(message.id, changed);
  noteEphemeral(world, chat);
  return true;
}

function ephemeralOf(
  world: World,
  call: MethodCall,
): { readonly chat: ChatTarget; readonly message: EphemeralMessage } {
  const chat = groupOf(world, call, "write", NOT_HERE);
  const id = call.params.integer("ephemeral_message_id") ?? 0;
  const message = chat.conversation.ephemeral.get(id);
  const receiverId = call.params.integer("receiver_user_id");
  const isOwn = message?.senderId === call.bot.id && message.receiverId === receiverId;
  if (!isOwn) throw badRequest("MESSAGE_ID_INVALID");
  return { chat, message };
}
