import { gifInfo } from "./gif-info.ts";
import { mp3Info } from "./mp3-info.ts";
import { mp4Info } from "./mp4-info.ts";
import { oggInfo } from "./ogg-info.ts";

/** What a sound or a moving picture says of itself. What is not said is left out. */
export interface MediaInfo {
  readonly format: "gif" | "mp3" | "mp4" | "ogg";
  readonly width?: number;
  readonly height?: number;
  readonly durationS?: number;
  readonly title?: string;
  readonly performer?: string;
  /** Pictures of a GIF; one that has a single picture does not move. */
  readonly frames?: number;
}

const READERS = [gifInfo, mp4Info, oggInfo, mp3Info];

/**
 * Reads how long a file plays, how large its picture is and what it is called, as Telegram's
 * servers do with uploads. Only containers are read, nothing is decoded. Undefined for bytes of
 * other formats, and for those that end too early.
 */
export function mediaInfo(bytes: Uint8Array): MediaInfo | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    for (const read of READERS) {
      const found = read(view);
      if (found !== undefined) return found;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}
