import { photoSizes } from "../files/media-content.ts";
import type { FileRecord } from "../files/file-record.ts";
import type { MessageContent } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";

/** What a message says about its video beside the file. */
export interface VideoExtras {
  readonly cover?: FileRecord | undefined;
  /** Seconds from the beginning at which it starts to play; 0 or less says nothing. */
  readonly startTimestamp?: number | undefined;
}

/** A message's content with what it says about its video; other content stays as it is. */
export function withVideoExtras(
  world: World,
  content: MessageContent,
  { cover, startTimestamp = 0 }: VideoExtras,
): MessageContent {
  const { video } = content;
  if (video === undefined || (cover === undefined && startTimestamp <= 0)) return content;
  const extras = {
    ...(cover === undefined ? {} : { cover: photoSizes(world, cover) }),
    ...(startTimestamp <= 0 ? {} : { start_timestamp: startTimestamp }),
  };
  return { ...content, video: { ...video, ...extras } };
}
