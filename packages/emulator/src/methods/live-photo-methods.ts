import type { LivePhoto, Message } from "@hookgram/bot-api";
import type { FileRecord } from "../files/file-record.ts";
import { mediaContent, photoSizes } from "../files/media-content.ts";
import type { MessageContent } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import { readInputFile } from "./input-file.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { SENDINGS, sendContent } from "./send-content.ts";
import { readCaption } from "./text-params.ts";

/** The method that sends a photo which moves for a moment. */
export function livePhotoMethods(world: World): Handlers {
  return { sendLivePhoto: (call) => sendLivePhoto(world, call) };
}

function sendLivePhoto(world: World, call: MethodCall): Message {
  const details = {};
  const video = readInputFile(world, call, "live_photo", { kind: "video", details });
  const photo = readInputFile(world, call, "photo", { kind: "photo", details });
  if (video === undefined) throw badRequest("There is no live photo in the request");
  if (photo === undefined) throw badRequest("There is no photo in the request");
  const spoiler = call.params.boolean("has_spoiler") ? { has_media_spoiler: true as const } : {};
  const isAbove = call.params.boolean("show_caption_above_media");
  const content = {
    ...livePhotoContent(world, video, photo),
    ...readCaption(world, call),
    ...spoiler,
    ...(isAbove ? { show_caption_above_media: true as const } : {}),
  };
  return sendContent(world, call, content, SENDINGS.photo);
}

/** A live photo is its video with a still; old programs see the still as a photo. */
export function livePhotoContent(
  world: World,
  video: FileRecord,
  still: FileRecord,
): MessageContent {
  const photo = photoSizes(world, still);
  const { thumbnail: _, file_name: __, ...moving } = mediaContent(world, video).video!;
  return { live_photo: { photo, ...moving } satisfies LivePhoto, photo };
}
