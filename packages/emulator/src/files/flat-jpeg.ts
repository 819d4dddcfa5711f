/**
 * A grey JPEG of the given size, for what only a decoder could show: a film's first picture. Every
 * block is the two codes "no difference" and "end of block", which are one 0 bit each here, so that
 * the whole picture is zero bytes. @see ITU-T T.81
 */
export function flatJpeg(width: number, height: number): Uint8Array {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const data = new Uint8Array(Math.ceil((blocks * 2) / 8));
  const unusedBits = data.byteLength * 8 - blocks * 2;
  data[data.byteLength - 1]! |= 2 ** unusedBits - 1;
  const parts = [
    [0xff, 0xd8],
    segment(0xe0, [...Buffer.from("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    segment(0xdb, [0, ...Array.from({ length: 64 }, () => 1)]),
    segment(0xc0, [8, ...uint16(height), ...uint16(width), 1, 1, 0x11, 0]),
    segment(0xc4, onlyCode(0x00)),
    segment(0xc4, onlyCode(0x10)),
    segment(0xda, [1, 1, 0, 0, 63, 0]),
    data,
    [0xff, 0xd9],
  ];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function segment(marker: number, content: readonly number[]): number[] {
  return [0xff, marker, ...uint16(content.length + 2), ...content];
}

/** A table of one code, the bit 0, which stands for the value 0. */
function onlyCode(table: number): number[] {
  return [table, 1, ...Array.from({ length: 15 }, () => 0), 0];
}

function uint16(value: number): number[] {
  return [value >>> 8, value & 255];
}
