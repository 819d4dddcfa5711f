/** The Distinguished Encoding Rules (ITU-T X.690), as far as certificates need them: writing only. */

/** One encoded value: its tag, its length and its content. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts);
}

export function setOf(part: Uint8Array): Buffer {
  return der(0x31, part);
}

/** A number from 0 to 127, or the bytes of a positive one, the highest first. */
export function integer(value: number | Uint8Array): Buffer {
  const bytes = typeof value === "number" ? Buffer.from([value]) : Buffer.from(value);
  // A leading bit would make it negative.
  return der(0x02, ...(bytes[0]! > 127 ? [Buffer.from([0])] : []), bytes);
}

export function boolean(value: boolean): Buffer {
  return der(0x01, Buffer.from([value ? 255 : 0]));
}

/** An object identifier in its dotted form. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return der(0x06, Buffer.from([40 * first + second, ...rest.flatMap(toBase128)]));
}

export function utf8(text: string): Buffer {
  return der(0x0c, Buffer.from(text));
}

export function octets(bytes: Uint8Array): Buffer {
  return der(0x04, bytes);
}

/** Whole bytes, or with `unusedBits` at the end of the last one. */
export function bits(bytes: Uint8Array, unusedBits = 0): Buffer {
  return der(0x03, Buffer.from([unusedBits]), bytes);
}

/** A time before 2050, in whole seconds, as RFC 5280 wants it. */
export function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, "");
  return der(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}

/** A value with a tag of its context around it. */
export function tagged(number: number, part: Uint8Array): Buffer {
  return der(0xa0 + number, part);
}

/** Text whose tag is one of its context instead of its own. */
export function taggedText(number: number, text: string): Buffer {
  return der(0x80 + number, Buffer.from(text));
}

function lengthOf(length: number): Buffer {
  if (length < 128) return Buffer.from([length]);
  if (length < 256) return Buffer.from([0x81, length]);
  return Buffer.from([0x82, length >> 8, length & 255]);
}

function toBase128(value: number): number[] {
  const low = value & 127;
  const high = value >> 7;
  return high === 0 ? [low] : [...toBase128(high).map((byte) => byte | 128), low];
}
