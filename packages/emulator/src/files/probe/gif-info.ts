import { asciiAt } from "./ascii-at.ts";
import type { MediaInfo } from "./media-info.ts";

/** Players take this time for a picture whose delay is 0 or 1 hundredth of a second. */
const DELAY_DEFAULT_CS = 10;

/** Counts pictures and adds up their delays. @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
export function gifInfo(view: DataView): MediaInfo | undefined {
  if (view.byteLength < 13 || asciiAt(view, 0, 4) !== "GIF8") return undefined;
  const { frames, delayCs } = walkBlocks(view, 13 + colorTableBytes(view.getUint8(10)));
  return {
    format: "gif",
    width: view.getUint16(6, true),
    height: view.getUint16(8, true),
    frames,
    durationS: delayCs / 100,
  };
}

function walkBlocks(view: DataView, start: number): { frames: number; delayCs: number } {
  let [offset, frames, delayCs] = [start, 0, 0];
  for (;;) {
    switch (view.getUint8(offset)) {
      case 0x21: {
        const isControl = view.getUint8(offset + 1) === 0xf9;
        const delay = isControl ? view.getUint16(offset + 4, true) : 0;
        if (isControl) delayCs += delay > 1 ? delay : DELAY_DEFAULT_CS;
        offset = afterSubBlocks(view, offset + 2);
        break;
      }
      case 0x2c:
        frames += 1;
        offset += 10 + colorTableBytes(view.getUint8(offset + 9));
        offset = afterSubBlocks(view, offset + 1);
        break;
      default:
        return { frames, delayCs };
    }
  }
}

function colorTableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

function afterSubBlocks(view: DataView, start: number): number {
  let offset = start;
  for (;;) {
    const length = view.getUint8(offset);
    offset += 1 + length;
    if (length === 0) return offset;
  }
}
