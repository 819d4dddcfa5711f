import { asciiAt } from "./ascii-at.ts";
import { id3Tags } from "./id3-tags.ts";
import type { MediaInfo } from "./media-info.ts";

/** kbit/s of layer III by the four bits of a frame's header, for MPEG 1 and for MPEG 2 and 2.5. */
const RATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/** Samples a second of MPEG 1; MPEG 2 has half of it, MPEG 2.5 a quarter. */
const SAMPLE_RATES = [44_100, 48_000, 32_000];

interface Frame {
  readonly bytes: number;
  readonly seconds: number;
  /** Bytes of the header and the side information, behind which a tag of Xing's stands. */
  readonly tagOffset: number;
}

/** Length by the count of frames that an encoder notes, or by counting them; names by ID3. */
export function mp3Info(view: DataView): MediaInfo | undefined {
  const tags = id3Tags(view);
  const first = frameAt(view, tags.bytes);
  if (first === undefined) return undefined;
  const { bytes: _, ...names } = tags;
  return { format: "mp3", ...names, durationS: durationOf(view, tags.bytes, first) };
}

function durationOf(view: DataView, start: number, first: Frame): number {
  const tag = start + first.tagOffset;
  if (tag + 12 <= view.byteLength && ["Xing", "Info"].includes(asciiAt(view, tag, 4))) {
    const hasFrames = (view.getUint32(tag + 4) & 1) === 1;
    if (hasFrames) return view.getUint32(tag + 8) * first.seconds;
  }
  let [offset, seconds] = [start, 0];
  for (;;) {
    const frame = frameAt(view, offset);
    if (frame === undefined) return seconds;
    seconds += frame.seconds;
    offset += frame.bytes;
  }
}

function frameAt(view: DataView, offset: number): Frame | undefined {
  if (offset + 4 > view.byteLength) return undefined;
  const header = view.getUint32(offset);
  const [version, layer] = [(header >>> 19) & 3, (header >>> 17) & 3];
  const [rateIndex, sampleIndex] = [(header >>> 12) & 15, (header >>> 10) & 3];
  const isFrame = header >>> 21 === 0x7ff && version !== 1 && layer === 1;
  if (!isFrame || rateIndex === 0 || rateIndex === 15 || sampleIndex === 3) return undefined;
  const isFirst = version === 3;
  const kbits = (isFirst ? RATES_1 : RATES_2)[rateIndex]!;
  const sampleRate = SAMPLE_RATES[sampleIndex]! / (isFirst ? 1 : version === 2 ? 2 : 4);
  const samples = isFirst ? 1152 : 576;
  const padding = (header >>> 9) & 1;
  const isMono = ((header >>> 6) & 3) === 3;
  const sideBytes = isFirst ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  return {
    bytes: Math.floor(((samples / 8) * kbits * 1000) / sampleRate) + padding,
    seconds: samples / sampleRate,
    tagOffset: 4 + sideBytes,
  };
}
