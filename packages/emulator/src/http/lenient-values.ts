const INT64_MIN = -(2n ** 63n);

/**
 * Reads an integer the way Telegram's server does: an optional minus, then digits as far as they
 * go; what follows is ignored and no digits at all are 0. Wraps around at 64 bits like the original.
 */
export function lenientInteger(text: string): number {
  const digits = /^-?\d*/.exec(text)?.[0] ?? "";
  if (digits === "" || digits === "-") return 0;
  if (digits.length <= 15) return Number(digits);
  const wrapped = BigInt.asIntN(64, BigInt(digits));
  return Number(wrapped === INT64_MIN ? INT64_MIN + 1n : wrapped);
}

/** `true`, `yes` and `1` in any letter case, with spaces around them, are true; all else is false. */
export function lenientBoolean(text: string | undefined): boolean {
  return text !== undefined && /^\s*(?:true|yes|1)\s*$/i.test(text);
}

/** A 32-bit integer parameter with a default for "absent or empty", clamped to a range. */
export function clampedInteger(
  text: string | undefined,
  range: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  const value = text === undefined || text === "" ? range.fallback : lenientInteger(text) | 0;
  return Math.max(range.min, Math.min(range.max, value));
}

/** Decodes `%XX`; a percent sign without two hexadecimal digits stays as it is. */
export function percentDecode(text: string, plusIsSpace: boolean): string {
  const spaced = plusIsSpace ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  const bytes: Uint8Array[] = [];
  for (const piece of spaced.split(/(%[0-9A-Fa-f]{2})/)) {
    const isCode = piece.length === 3 && /^%[0-9A-Fa-f]{2}$/.test(piece);
    bytes.push(isCode ? Buffer.of(Number.parseInt(piece.slice(1), 16)) : Buffer.from(piece));
  }
  return Buffer.concat(bytes).toString("utf8");
}
