import { asciiAt } from "./ascii-at.ts";

/** Names from the beginning of a file, and how many bytes they take there. */
export interface Id3Tags {
  readonly bytes: number;
  readonly title?: string;
  readonly performer?: string;
}

const ENCODINGS = ["latin1", "utf-16", "utf-16be", "utf-8"];

/** Reads ID3 2.3 and 2.4; the other versions are skipped over. @see https://id3.org/id3v2.3.0 */
export function id3Tags(view: DataView): Id3Tags {
  if (view.byteLength < 10 || asciiAt(view, 0, 3) !== "ID3") return { bytes: 0 };
  const version = view.getUint8(3);
  const bytes = 10 + syncSafe(view, 6);
  if (version !== 3 && version !== 4) return { bytes };
  const texts = new Map<string, string>();
  let offset = 10;
  while (offset + 10 < Math.min(bytes, view.byteLength) && view.getUint8(offset) !== 0) {
    const length = version === 4 ? syncSafe(view, offset + 4) : view.getUint32(offset + 4);
    const id = asciiAt(view, offset, 4);
    if (id === "TIT2" || id === "TPE1") texts.set(id, textAt(view, offset + 10, length));
    offset += 10 + length;
  }
  const [title, performer] = [texts.get("TIT2") ?? "", texts.get("TPE1") ?? ""];
  return {
    bytes,
    ...(title === "" ? {} : { title }),
    ...(performer === "" ? {} : { performer }),
  };
}

/** Four bytes of seven bits. */
function syncSafe(view: DataView, offset: number): number {
  let value = 0;
  for (let index = 0; index < 4; index += 1) value = value * 128 + view.getUint8(offset + index);
  return value;
}

function textAt(view: DataView, offset: number, length: number): string {
  if (length < 2) return "";
  const encoding = ENCODINGS[view.getUint8(offset)] ?? "latin1";
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset + 1, length - 1);
  return new TextDecoder(encoding).decode(bytes).replace(/\0.*$/s, "").trim();
}
