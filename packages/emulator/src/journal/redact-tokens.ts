/** A bot token anywhere in a text: bot id, colon (possibly percent-encoded), 24 or more characters. */
const TOKEN = /\b(\d{1,17})(?::|%3[Aa])[A-Za-z0-9_-]{24,}/g;

/**
 * The same value with every bot token in it replaced by `BOT_ID:<token>`. People put their token
 * into the path of their webhook, and it must not be readable on a shared screen.
 * Returns the value itself where nothing had to be replaced.
 */
export function redactTokens<T>(value: T): T {
  return redact(value) as T;
}

function redact(value: unknown): unknown {
  if (typeof value === "string") return value.replace(TOKEN, "$1:<token>");
  if (Array.isArray(value)) return redactList(value);
  if (typeof value === "object" && value !== null) return redactObject(value);
  return value;
}

function redactList(list: readonly unknown[]): readonly unknown[] {
  const copy = list.map(redact);
  return copy.every((item, index) => item === list[index]) ? list : copy;
}

function redactObject(object: object): object {
  let copy: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(object)) {
    const clean = redact(value);
    if (clean === value) continue;
    copy ??= { ...object };
    copy[key] = clean;
  }
  return copy ?? object;
}
