const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * How long it is until something happens, in its two largest units: `8 s`, `1 min 5 s`, `2 h 3 min`.
 * Rounded up, so that the text says `now` only when the time has come.
 */
export function countdownText(leftMs: number): string {
  if (leftMs <= 0) return "now";
  const left = Math.ceil(leftMs / SECOND_MS) * SECOND_MS;
  const units = [
    ["d", DAY_MS],
    ["h", HOUR_MS],
    ["min", MINUTE_MS],
    ["s", SECOND_MS],
  ] as const;
  const first = units.findIndex(([, sizeMs]) => left >= sizeMs);
  let rest = left;
  const parts = units.slice(first, first + 2).map(([name, sizeMs]) => {
    const count = Math.floor(rest / sizeMs);
    rest -= count * sizeMs;
    return count === 0 ? "" : `${count} ${name}`;
  });
  return parts.filter((part) => part !== "").join(" ");
}

/** How long something took: `0.4 ms`, `14 ms`, `1.2 s`, `75 s`. */
export function durationText(durationMs: number): string {
  if (durationMs < 1) return `${durationMs.toFixed(1)} ms`;
  if (durationMs < SECOND_MS) return `${Math.round(durationMs)} ms`;
  const seconds = durationMs / SECOND_MS;
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

/** The size of a file: `812 B`, `14 kB`, `3.2 MB`. Decimal units, as Telegram's limits are. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** An amount in the smallest units of its currency: `€12.50`, `50 Stars`. */
export function priceText(amount: number, currency: string): string {
  if (currency === "XTR") return amount === 1 ? "1 Star" : `${amount} Stars`;
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
    return format.format(amount / 10 ** digits);
  } catch {
    return `${amount} ${currency}`;
  }
}
