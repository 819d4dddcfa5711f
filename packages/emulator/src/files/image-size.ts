/** The pixel dimensions of an image. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
  readonly format: "png" | "jpeg" | "gif" | "webp";
}

/**
 * Reads the dimensions from the header of a PNG, JPEG, GIF or WebP image; undefined for other
 * bytes. Nothing is decoded, so a damaged picture with a good header passes.
 */
export function imageSize(bytes: Uint8Array): ImageSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return pngSize(view) ?? gifSize(view) ?? webpSize(view) ?? jpegSize(view);
  } catch (error) {
    // A header that ends too early is not an image.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function pngSize(view: DataView): ImageSize | undefined {
  if (view.getUint32(0) !== 0x89504e47 || view.getUint32(4) !== 0x0d0a1a0a) return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20), format: "png" };
}

function gifSize(view: DataView): ImageSize | undefined {
  if (asciiAt(view, 0, 4) !== "GIF8") return undefined;
  return { width: view.getUint16(6, true), height: view.getUint16(8, true), format: "gif" };
}

function webpSize(view: DataView): ImageSize | undefined {
  if (asciiAt(view, 0, 4) !== "RIFF" || asciiAt(view, 8, 4) !== "WEBP") return undefined;
  const format = "webp";
  switch (asciiAt(view, 12, 4)) {
    case "VP8 ":
      return {
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
        format,
      };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1, format };
    }
    case "VP8X":
      return { width: uint24At(view, 24) + 1, height: uint24At(view, 27) + 1, format };
    default:
      return undefined;
  }
}

/** Walks the segments up to the frame header (SOF0 to SOF15 without the three that are none). */
function jpegSize(view: DataView): ImageSize | undefined {
  if (view.getUint16(0) !== 0xffd8) return undefined;
  let offset = 2;
  for (;;) {
    if (view.getUint8(offset) !== 0xff) return undefined;
    const marker = view.getUint8(offset + 1);
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const height = view.getUint16(offset + 5);
      return { width: view.getUint16(offset + 7), height, format: "jpeg" };
    }
    if (marker === 0xda || marker === 0xd9) return undefined;
    offset += 2 + view.getUint16(offset + 2);
  }
}

function uint24At(view: DataView, offset: number): number {
  return view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
}

function asciiAt(view: DataView, offset: number, length: number): string {
  let text = "";
  for (let index = 0; index < length; index += 1) {
    text += String.fromCharCode(view.getUint8(offset + index));
  }
  return text;
}
