import type { FileKind } from "../files/file-record.ts";
import { messageView } from "../world/message-view.ts";
import { postMessage } from "../world/post-message.ts";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import type { InputMediaContent } from "./input-media.ts";
import { readInputMedia } from "./input-media.ts";
import { jsonParam } from "./json-fields.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { SENDINGS, chatToSend, newMessage } from "./send-content.ts";

/** @see https://core.telegram.org/bots/api#sendmediagroup */
const ALBUM_MAX = 10;

/** Kinds that can only be with their own in an album. */
const UNMIXABLE: Readonly<Partial<Record<FileKind, string>>> = {
  audio: "Audio",
  document: "Document",
};

/** The method that sends an album. */
export function albumMethods(world: World): Handlers {
  return { sendMediaGroup: (call) => sendMediaGroup(world, call) };
}

function sendMediaGroup(world: World, call: MethodCall): unknown {
  const media = jsonParam(call.params, "media", "media");
  if (media === undefined) throw badRequest('Parameter "media" is required');
  if (!Array.isArray(media)) throw badRequest("Expected an Array of InputMedia");
  const parts = media.map((item: unknown) =>
    readInputMedia(world, call, item, { isForAlbum: true }),
  );
  checkAlbum(parts);
  const chat = chatToSend(world, call, SENDINGS.photo);
  const albumId = String(13_000_000_000_000_000n + BigInt(world.next("album")));
  const sent = parts.map(({ content }) =>
    postMessage(world, chat.conversation, { ...newMessage(world, call, chat, content), albumId }),
  );
  return sent.map((stored) => messageView(world, chat.conversation, stored));
}

function checkAlbum(parts: readonly InputMediaContent[]): void {
  if (parts.length > ALBUM_MAX) throw badRequest("Too many messages to send as an album");
  if (parts.length === 0) throw badRequest("There are no messages to send");
  const kinds = new Set(parts.map(({ kind }) => kind));
  if (kinds.size === 1) return;
  for (const kind of kinds) {
    const name = UNMIXABLE[kind];
    if (name !== undefined) throw badRequest(`${name} can't be mixed with other media types`);
  }
}
