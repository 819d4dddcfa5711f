/**
 * What a Web App in a frame asks its app of Telegram for: a JSON text with `eventType` and
 * `eventData`, as `telegram-web-app.js` posts it to its parent.
 * @see https://core.telegram.org/api/web-events
 */
export interface WebAppMessage {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads what a frame has posted; undefined when it is something else. */
export function readWebAppMessage(posted: unknown): WebAppMessage | undefined {
  if (typeof posted !== "string") return undefined;
  try {
    const { eventType: type, eventData } = (JSON.parse(posted) ?? {}) as Record<string, unknown>;
    if (typeof type !== "string") return undefined;
    // Old versions of the script post the data as JSON inside of the JSON.
    const inner: unknown = typeof eventData === "string" ? JSON.parse(eventData) : eventData;
    const isObject = typeof inner === "object" && inner !== null;
    return { type, data: isObject ? (inner as WebAppMessage["data"]) : {} };
  } catch {
    return undefined;
  }
}

/** One of the data that has to be a text; empty for anything else. */
export function textIn(data: WebAppMessage["data"], name: string): string {
  const value = data[name];
  return typeof value === "string" ? value : "";
}

/** The same for what the frame is told. */
export function writeWebAppMessage(eventType: string, eventData: object = {}): string {
  return JSON.stringify({ eventType, eventData });
}
