import { DEFAULT_UPDATE_KINDS, UPDATE_KINDS } from "@hookgram/bot-api";
import type { UpdateKind } from "@hookgram/bot-api";

/** Kinds that Telegram's server knows and never documents or shows; a bot may name them. */
const HIDDEN_KINDS: readonly string[] = ["custom_event", "custom_query"];
const KNOWN: ReadonlySet<string> = new Set([...UPDATE_KINDS, ...HIDDEN_KINDS]);
const DEFAULT: ReadonlySet<string> = new Set([...DEFAULT_UPDATE_KINDS, ...HIDDEN_KINDS]);

/**
 * Which kinds of updates a bot gets. One setting for polling and webhook; it survives
 * `deleteWebhook` and restarts. It filters when an update is made, so queued ones still arrive.
 */
export class AllowedUpdates {
  #kinds: ReadonlySet<string> = DEFAULT;

  includes(kind: UpdateKind): boolean {
    return this.#kinds.has(kind);
  }

  /** The kinds as getWebhookInfo lists them; undefined while they are the default. */
  get listed(): readonly UpdateKind[] | undefined {
    if (this.#kinds === DEFAULT) return undefined;
    return UPDATE_KINDS.filter((kind) => this.#kinds.has(kind));
  }

  /**
   * Applies the text of an `allowed_updates` parameter and says whether it changed anything. What
   * is not a JSON array of strings is ignored without an error; unknown names are skipped; an array
   * without a known name means the default.
   */
  apply(text: string | undefined): boolean {
    const names = parseNames(text);
    if (names === undefined) return false;
    const kinds = new Set(
      names.map((name) => name.toLowerCase()).filter((name) => KNOWN.has(name)),
    );
    const next = kinds.size === 0 || isSame(kinds, DEFAULT) ? DEFAULT : kinds;
    if (isSame(next, this.#kinds)) return false;
    this.#kinds = next;
    return true;
  }

  /** The names to keep in a snapshot; undefined for the default, so that new kinds join it. */
  snapshot(): readonly string[] | undefined {
    return this.#kinds === DEFAULT ? undefined : [...this.#kinds];
  }

  restore(names: readonly string[] | undefined): void {
    this.#kinds = names === undefined ? DEFAULT : new Set(names);
  }
}

function parseNames(text: string | undefined): readonly string[] | undefined {
  if (text === undefined || text === "") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const isList = Array.isArray(value) && value.every((name) => typeof name === "string");
    return isList ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((name) => b.has(name));
}
