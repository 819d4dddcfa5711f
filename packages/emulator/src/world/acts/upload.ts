import type { FileKind } from "../../files/file-record.ts";
import { mediaContent } from "../../files/media-content.ts";
import { storeUpload } from "../../files/store-upload.ts";
import { formatPlainText } from "../../formatting/format-text.ts";
import type { UploadedFile } from "../../methods/method.ts";
import type { Permission } from "../member.ts";
import type { MessageContent } from "../stored-message.ts";
import type { World } from "../world.ts";
import { asApp } from "./as-app.ts";
import type { Where } from "./place.ts";
import { conversationToWrite, replyTarget, threadTarget } from "./place.ts";
import type { Posted } from "./say.ts";
import { post } from "./say.ts";

/** What a person's upload says beside its bytes. */
export interface Upload extends Where {
  readonly person: number;
  readonly kind: Exclude<FileKind, "thumbnail">;
  readonly caption?: string | undefined;
  readonly reply_to_message_id?: number | undefined;
  readonly message_thread_id?: number | undefined;
  /** In whose name: a channel of the person's. */
  readonly as_chat?: number | undefined;
  /** The same on each part of an album. */
  readonly media_group_id?: string | undefined;
  /** Seconds. */
  readonly duration?: number | undefined;
}

const PERMISSIONS: Readonly<Record<Upload["kind"], Permission>> = {
  photo: "can_send_photos",
  document: "can_send_documents",
  video: "can_send_videos",
  animation: "can_send_other_messages",
  audio: "can_send_audios",
  voice: "can_send_voice_notes",
  video_note: "can_send_video_notes",
  sticker: "can_send_other_messages",
};

/** A person sends a file. */
export function upload(world: World, wanted: Upload, file: UploadedFile): Posted {
  const conversation = conversationToWrite(world, wanted, PERMISSIONS[wanted.kind]);
  const reply = replyTarget(conversation, wanted.reply_to_message_id);
  const { duration, media_group_id } = wanted;
  const details = duration === undefined ? {} : { duration };
  const stored = asApp("the file cannot be sent", () =>
    storeUpload(world, file, { kind: wanted.kind, details }),
  );
  const content = { ...mediaContent(world, stored), ...captionOf(wanted.caption) };
  const message = {
    senderId: wanted.person,
    content,
    ...reply,
    ...threadTarget(world, conversation, wanted, reply.replyToId),
    ...(media_group_id === undefined ? {} : { albumId: media_group_id }),
  };
  return post(world, conversation, message, wanted.as_chat);
}

function captionOf(caption: string | undefined): MessageContent {
  const { text, entities } = formatPlainText(caption ?? "");
  if (text === "") return {};
  return { caption: text, ...(entities.length === 0 ? {} : { caption_entities: entities }) };
}
