import { asciiAt } from "./ascii-at.ts";
import type { MediaInfo } from "./media-info.ts";

/** Opus counts its samples at this rate, whatever the rate of the source was (RFC 7845, 4). */
const OPUS_RATE = 48_000;

/** The duration is the position of the last page of the first stream. @see RFC 3533, RFC 7845 */
export function oggInfo(view: DataView): MediaInfo | undefined {
  if (view.byteLength < 28 || asciiAt(view, 0, 4) !== "OggS") return undefined;
  const serial = view.getUint32(14, true);
  const { rate, skipped } = codecOf(view, 27 + view.getUint8(26));
  const samples = lastPosition(view, serial) - skipped;
  const duration = rate === 0 ? {} : { durationS: Math.max(0, samples) / rate };
  return { format: "ogg", ...duration };
}

function codecOf(view: DataView, offset: number): { rate: number; skipped: number } {
  if (asciiAt(view, offset, 8) === "OpusHead") {
    return { rate: OPUS_RATE, skipped: view.getUint16(offset + 10, true) };
  }
  const isVorbis = asciiAt(view, offset + 1, 6) === "vorbis";
  return { rate: isVorbis ? view.getUint32(offset + 12, true) : 0, skipped: 0 };
}

function lastPosition(view: DataView, serial: number): number {
  let [offset, position] = [0, 0];
  while (offset + 27 <= view.byteLength && asciiAt(view, offset, 4) === "OggS") {
    const granule = view.getBigInt64(offset + 6, true);
    if (view.getUint32(offset + 14, true) === serial && granule > 0n) position = Number(granule);
    const segments = view.getUint8(offset + 26);
    let length = 27 + segments;
    for (let index = 0; index < segments; index += 1) length += view.getUint8(offset + 27 + index);
    offset += length;
  }
  return position;
}
