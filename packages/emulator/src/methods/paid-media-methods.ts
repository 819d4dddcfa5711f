import type { Message, PaidMedia } from "@hookgram/bot-api";
import type { World } from "../world/world.ts";
import { messageView } from "../world/message-view.ts";
import type { Handlers } from "./handlers.ts";
import { readInputMedia } from "./input-media.ts";
import { jsonParam } from "./json-fields.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { SENDINGS, chatToSend, postInto } from "./send-content.ts";
import { readCaption } from "./text-params.ts";

/** @see https://core.telegram.org/bots/api#sendpaidmedia */
const STARS_MAX = 25_000;
const MEDIA_MAX = 10;
const PAYLOAD_MAX_BYTES = 128;

/** The method that sends media which people see only after paying. */
export function paidMediaMethods(world: World): Handlers {
  return { sendPaidMedia: (call) => sendPaidMedia(world, call) };
}

function sendPaidMedia(world: World, call: MethodCall): Message {
  const { params } = call;
  const starCount = params.integer("star_count") ?? 0;
  if (starCount < 1 || starCount > STARS_MAX) throw badRequest("STARS_AMOUNT_INVALID");
  const payload = params.text("payload") ?? "";
  if (Buffer.byteLength(payload) > PAYLOAD_MAX_BYTES) throw badRequest("MEDIA_PAYLOAD_INVALID");
  const paid_media = readMedia(world, call);
  const caption = readCaption(world, call);
  const chat = chatToSend(world, call, SENDINGS.paid_media);
  const isAbove = params.boolean("show_caption_above_media");
  const stored = postInto(world, call, chat, {
    paid_media: { star_count: starCount, paid_media },
    ...caption,
    ...(isAbove ? { show_caption_above_media: true as const } : {}),
  });
  stored.paidPayload = payload;
  return messageView(world, chat.conversation, stored);
}

function readMedia(world: World, call: MethodCall): PaidMedia[] {
  const media = jsonParam(call.params, "media", "media");
  if (!Array.isArray(media)) throw badRequest("Expected an Array of InputPaidMedia");
  if (media.length === 0) throw badRequest("There are no media to send");
  if (media.length > MEDIA_MAX) throw badRequest("Too many media to send");
  return media.map((item: unknown) => {
    const { content } = readInputMedia(world, call, item, { isForAlbum: true });
    if (content.photo !== undefined) return { type: "photo", photo: content.photo };
    if (content.video !== undefined) return { type: "video", video: content.video };
    throw badRequest("Only photos and videos can be sold");
  });
}
