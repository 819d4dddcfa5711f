import { type Update, updateKind } from "@hookgram/bot-api";
import { createHash } from "node:crypto";

import type { StateWrite, Store } from "../store/store.ts";

/** Kinds whose payload is a message: what is sent again under a new update id is one of these. */
const MESSAGE_KINDS: ReadonlySet<string> = new Set([
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "business_message",
  "edited_business_message",
]);

/** No key of conversation state begins so: they begin with the bot's id. */
const KEY_PREFIX = "content:";

/** Writes of conversation state, without the marks that only {@link SeenContents} reads. */
export function withoutMarks(writes: readonly StateWrite[]): readonly StateWrite[] {
  // This runs for every update, and most write nothing.
  return writes.length === 0 ? writes : writes.filter(({ key }) => !key.startsWith(KEY_PREFIX));
}

/** What is known about an update's content. */
export type Content =
  /** An update with this id had the same content and was handled. */
  | { readonly status: "seen"; readonly updateId: number }
  /** It is new; `mark` belongs into the commit that ends the update. */
  | { readonly status: "new"; readonly mark: StateWrite };

interface SeenUpdate {
  readonly botId: number;
  readonly updateId: number | undefined;
  readonly receivedAtMs: number;
}

/**
 * Recognises messages that were handled before under another update id: with the same bot, kind,
 * chat and content.
 *
 * The marks are records of state. They are committed together with "update done", so that of two
 * updates with the same content that are handled at the same moment only one commits.
 */
export class SeenContents {
  readonly #store: Pick<Store, "readState">;
  readonly #windowMs: number;

  constructor(store: Pick<Store, "readState">, windowMs: number) {
    this.#store = store;
    this.#windowMs = windowMs;
  }

  /** What is known about an update's content; undefined when it is not a message. */
  async look(
    update: Update,
    { botId, updateId, receivedAtMs }: SeenUpdate,
  ): Promise<Content | undefined> {
    const kind = updateKind(update);
    if (updateId === undefined || kind === undefined || !MESSAGE_KINDS.has(kind)) return undefined;
    const text = JSON.stringify([kind, update[kind]], sorted);
    const digest = createHash("sha256").update(text).digest("base64url");
    const key = `${KEY_PREFIX}${botId}:${digest}`;
    const { version, record } = await this.#store.readState(key);
    if (record !== undefined && record.data !== updateId && receivedAtMs < record.expiresAtMs!) {
      return { status: "seen", updateId: record.data as number };
    }
    const expiresAtMs = receivedAtMs + this.#windowMs;
    const seen = { state: "content:seen", data: updateId, schemaVersion: 1, expiresAtMs };
    return { status: "new", mark: { key, record: seen, expectedVersion: version } };
  }
}

/** Sorts keys, because Telegram may write the same fields in another order. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
