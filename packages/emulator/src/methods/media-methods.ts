import type { FileDetails, FileKind, FileRecord } from "../files/file-record.ts";
import { mediaContent } from "../files/media-content.ts";
import type { MessageContent } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import { readInputFile } from "./input-file.ts";
import type { MethodCall, Params } from "./method.ts";
import { badRequest } from "./refusals.ts";
import type { Sending } from "./send-content.ts";
import { SENDINGS, sendContent } from "./send-content.ts";
import { readCaption } from "./text-params.ts";
import type { VideoExtras } from "./video-extras.ts";
import { withVideoExtras } from "./video-extras.ts";

interface MediaMethod {
  readonly kind: FileKind;
  /** The parameter, and with spaces for underscores its name in refusals. */
  readonly parameter: string;
  readonly sending: Sending;
  readonly hasCaption: boolean;
}

const MEDIA_METHODS: Readonly<Record<string, MediaMethod>> = {
  sendPhoto: media("photo", true),
  sendDocument: media("document", true),
  sendVideo: media("video", true),
  sendAnimation: media("animation", true),
  sendAudio: media("audio", true),
  sendVoice: media("voice", true),
  sendVideoNote: media("video_note", false),
  sendSticker: media("sticker", false),
};

function media(kind: keyof typeof SENDINGS & FileKind, hasCaption: boolean): MediaMethod {
  return { kind, parameter: kind, sending: SENDINGS[kind], hasCaption };
}

/** Methods that send one file. */
export function mediaMethods(world: World): Handlers {
  return Object.fromEntries(
    Object.entries(MEDIA_METHODS).map(([name, method]) => [
      name,
      (call: MethodCall) => sendMedia(world, call, method),
    ]),
  );
}

function sendMedia(world: World, call: MethodCall, method: MediaMethod): unknown {
  const { kind, parameter, sending, hasCaption } = method;
  const caption = hasCaption ? readCaption(world, call) : {};
  const wish = { kind: kindToStore(call, kind), details: readDetails(world, call) };
  const file = readInputFile(world, call, parameter, wish);
  if (file === undefined) {
    throw badRequest(`There is no ${parameter.replace("_", " ")} in the request`);
  }
  const content = { ...mediaContent(world, file), ...caption, ...mediaFlags(call.params, file) };
  return sendContent(world, call, withVideoExtras(world, content, extras(world, call)), sending);
}

function extras(world: World, call: MethodCall): VideoExtras {
  return {
    cover: readInputFile(world, call, "cover", { kind: "photo", details: {} }),
    startTimestamp: call.params.integer("start_timestamp"),
  };
}

/** A GIF that is sent as a document becomes an animation, unless the bot forbids that. */
function kindToStore({ params }: MethodCall, kind: FileKind): FileKind {
  if (kind !== "document" || params.boolean("disable_content_type_detection")) return kind;
  const upload = params.file("document");
  const isGif = upload?.mimeType === "image/gif" || /\.gif$/i.test(upload?.fileName ?? "");
  return isGif ? "animation" : kind;
}

function readDetails(world: World, call: MethodCall): FileDetails {
  const { params } = call;
  const width = params.integer("width") ?? params.integer("length");
  const numbers = { duration: params.integer("duration"), width, height: params.integer("height") };
  const texts = {
    title: params.text("title"),
    performer: params.text("performer"),
    emoji: params.text("emoji"),
  };
  const given = Object.entries({ ...numbers, ...texts }).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  const wish = { kind: "thumbnail", details: {} } as const;
  // Telegram's server still takes the name that the parameter had before Bot API 6.6.
  const thumbnail =
    readInputFile(world, call, "thumbnail", wish) ?? readInputFile(world, call, "thumb", wish);
  return {
    ...Object.fromEntries(given),
    ...(thumbnail === undefined ? {} : { thumbnailId: thumbnail.fileId }),
  };
}

/** What a message says about its media beside the file. */
export function mediaFlags(params: Pick<Params, "boolean">, file: FileRecord): MessageContent {
  const isVisual = ["photo", "video", "animation"].includes(file.kind);
  if (!isVisual) return {};
  return {
    ...(params.boolean("has_spoiler") ? { has_media_spoiler: true } : {}),
    ...(params.boolean("show_caption_above_media") ? { show_caption_above_media: true } : {}),
  };
}
