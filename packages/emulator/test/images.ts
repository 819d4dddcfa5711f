import { crc32, deflateSync } from "node:zlib";

/** A valid, black PNG of the given size. */
export function pngOf(width: number, height: number): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc((width + 1) * height));
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const chunks = [chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))];
  return Uint8Array.from([...signature, ...Buffer.concat(chunks)]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const content = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(content.byteLength + 8);
  frame.writeUInt32BE(data.byteLength, 0);
  frame.set(content, 4);
  frame.writeUInt32BE(crc32(content), content.byteLength + 4);
  return frame;
}
