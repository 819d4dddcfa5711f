/**
 * What a Mini App says about who opened it. Names are those of the wire.
 * @see https://core.telegram.org/bots/webapps#webappinitdata
 */
export interface InitData {
  /** When the Mini App was opened, in seconds since the epoch. */
  readonly auth_date: number;
  /** For `answerWebAppQuery`. */
  readonly query_id?: string;
  /** Who opened it. */
  readonly user?: InitDataUser;
  /** The other one in a private chat in which it was opened from the attachment menu. */
  readonly receiver?: InitDataUser;
  /** The group or channel in which it was opened from the attachment menu. */
  readonly chat?: InitDataChat;
  /** For links: the kind of the chat, `sender` for the private chat with whoever sent the link. */
  readonly chat_type?: string;
  /** For links: tells chats apart, and is no chat id. */
  readonly chat_instance?: string;
  /** The payload of the link. */
  readonly start_param?: string;
  /** Seconds after which `answerWebAppQuery` may be called. */
  readonly can_send_after?: number;
}

/** @see https://core.telegram.org/bots/webapps#webappuser */
export interface InitDataUser {
  readonly id: number;
  readonly first_name: string;
  readonly is_bot?: boolean;
  readonly last_name?: string;
  readonly username?: string;
  readonly language_code?: string;
  readonly is_premium?: boolean;
  readonly added_to_attachment_menu?: boolean;
  readonly allows_write_to_pm?: boolean;
  readonly photo_url?: string;
}

/** @see https://core.telegram.org/bots/webapps#webappchat */
export interface InitDataChat {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly username?: string;
  readonly photo_url?: string;
}

/** Fields by name, decoded, as they were sent. */
export type InitDataFields = ReadonlyMap<string, string>;

/**
 * The fields of a query string, or undefined when one comes twice: nobody could say which of them
 * was signed.
 */
export function parseFields(text: string): InitDataFields | undefined {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (fields.has(name)) return undefined;
    fields.set(name, value);
  }
  return fields;
}

/** What is signed: the fields but those that sign, in order, each on a line. */
export function dataCheckString(fields: InitDataFields, signing: readonly string[]): string {
  // By code units: an order by language would be another one on another machine.
  return [...fields]
    .filter(([name]) => !signing.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");
}

/** The fields with their types, or undefined when one is not what Telegram sends. */
export function readInitData(fields: InitDataFields): InitData | undefined {
  const found: Record<string, unknown> = {};
  for (const [name, value] of fields) {
    const read = READERS[name];
    if (read === undefined) continue;
    found[name] = read(value);
    if (found[name] === undefined) return undefined;
  }
  return found["auth_date"] === undefined ? undefined : (found as unknown as InitData);
}

type Reader = (value: string) => unknown;

const READERS: Readonly<Record<string, Reader>> = {
  auth_date: readSeconds,
  can_send_after: readSeconds,
  user: readUser,
  receiver: readUser,
  chat: readChat,
  query_id: String,
  chat_type: String,
  chat_instance: String,
  start_param: String,
} satisfies Record<keyof InitData, Reader>;

/** A whole number of seconds; undefined for anything else. */
function readSeconds(value: string): number | undefined {
  return /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

function readUser(value: string): unknown {
  return readObject(value, ["first_name"]);
}

function readChat(value: string): unknown {
  return readObject(value, ["type", "title"]);
}

function readObject(value: string, texts: readonly string[]): unknown {
  try {
    const object = JSON.parse(value) as Record<string, unknown> | null;
    const isValid =
      Number.isSafeInteger(object?.["id"]) &&
      texts.every((name) => typeof object?.[name] === "string");
    return isValid ? object : undefined;
  } catch {
    return undefined;
  }
}
