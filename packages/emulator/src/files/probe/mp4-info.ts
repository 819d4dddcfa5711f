import { asciiAt } from "./ascii-at.ts";
import type { MediaInfo } from "./media-info.ts";

/** A box of ISO/IEC 14496-12: its type and where its content lies. */
interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** The length of the film and the size of its first picture track (MP4, M4A, MOV). */
export function mp4Info(view: DataView): MediaInfo | undefined {
  if (view.byteLength < 12 || asciiAt(view, 4, 4) !== "ftyp") return undefined;
  const movie = boxes(view, 0, view.byteLength).find(({ type }) => type === "moov");
  if (movie === undefined) return { format: "mp4" };
  const inside = boxes(view, movie.start, movie.end);
  const header = inside.find(({ type }) => type === "mvhd");
  const tracks = inside.filter(({ type }) => type === "trak");
  const size = tracks.map((track) => pictureSize(view, track)).find((found) => found !== undefined);
  return { format: "mp4", ...size, ...(header === undefined ? {} : durationOf(view, header)) };
}

/** Children of a box; a size of 1 means that 64 bits follow, one of 0 that it goes to the end. */
function boxes(view: DataView, start: number, end: number): Box[] {
  const found: Box[] = [];
  let offset = start;
  while (offset + 8 <= end) {
    const short = view.getUint32(offset);
    const isLong = short === 1;
    const size = isLong
      ? Number(view.getBigUint64(offset + 8))
      : short === 0
        ? end - offset
        : short;
    const head = isLong ? 16 : 8;
    if (size < head) break;
    const boxEnd = Math.min(offset + size, end);
    found.push({ type: asciiAt(view, offset + 4, 4), start: offset + head, end: boxEnd });
    offset += size;
  }
  return found;
}

function durationOf(view: DataView, { start }: Box): { durationS?: number } {
  const isLong = view.getUint8(start) === 1;
  const scale = view.getUint32(start + (isLong ? 20 : 12));
  const length = isLong ? Number(view.getBigUint64(start + 24)) : view.getUint32(start + 16);
  return scale === 0 ? {} : { durationS: length / scale };
}

/** A track of sound has the size 0. A quarter turn, as of phones, swaps the sides. */
function pictureSize(
  view: DataView,
  track: Box,
): { readonly width: number; readonly height: number } | undefined {
  const header = boxes(view, track.start, track.end).find(({ type }) => type === "tkhd");
  if (header === undefined) return undefined;
  const matrix = header.start + (view.getUint8(header.start) === 1 ? 52 : 40);
  const [width, height] = [view.getUint32(matrix + 36) >>> 16, view.getUint32(matrix + 40) >>> 16];
  if (width === 0 || height === 0) return undefined;
  const isTurned = view.getInt32(matrix) === 0 && view.getInt32(matrix + 4) !== 0;
  return isTurned ? { width: height, height: width } : { width, height };
}
