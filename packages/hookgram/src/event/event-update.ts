import { type Chat, type Update, updateKind, type UpdateKind, type User } from "@hookgram/bot-api";
import type { Json } from "../dispatch/invocation.ts";
import { HookgramError } from "../error.ts";
import { checkSchema } from "../state/standard-schema.ts";
import {
  type AnyEventKind,
  type AnyKind,
  type EventField,
  type EventKind,
  isEventKind,
} from "./event-kind.ts";

/**
 * What the field of an own event holds, as it is stored. Where it belongs is said in the same words
 * as in Telegram's own messages.
 */
export interface EventBody {
  readonly data: Json;
  readonly chat?: Chat;
  readonly from?: User;
  readonly message_thread_id?: number;
  readonly is_topic_message?: true;
  readonly business_connection_id?: string;
  /** Milliseconds since the epoch. */
  readonly emitted_at_ms: number;
  readonly key?: string;
  readonly is_guest?: true;
  /** The event is a timer's. */
  readonly timer?: TimerBody;
}

/** Of which timer an event comes. */
export interface TimerBody {
  /** Names it among all timers of the bot. */
  readonly key: string;
  readonly name: string;
  /** Milliseconds since the epoch, as the one below. */
  readonly due_at_ms: number;
  readonly set_at_ms: number;
  /** Tells it from earlier and later timers with its key; a host that stores timers adds it. */
  readonly generation?: number;
}

/** An update that carries an own event: the number 0, and one field. */
export type EventUpdate = { readonly update_id: number } & {
  readonly [K in UpdateKind]?: undefined;
} & { readonly [F in EventField]?: EventBody };

/** To which conversation an event belongs. */
export interface EventTarget {
  /**
   * The chat in which its handler replies and whose lane it waits in. For a number the rest is told
   * from the sign: 7 is the private chat with user 7, -7 a group. Give a channel as an object.
   */
  readonly chat?: Chat | number | undefined;
  /** Whose states its handler sees. Default: the other side of a private chat. */
  readonly user?: User | number | undefined;
  /** The topic of a forum. */
  readonly topicId?: number | undefined;
  readonly businessConnectionId?: string | undefined;
}

/** How an event is emitted. */
export interface EmitOptions extends EventTarget {
  /**
   * Names this event among those of its kind: a second one with the same key is not stored, as long
   * as the first is remembered (`dedupeWindowMs`). Up to 512 characters.
   */
  readonly key?: string | undefined;
  /** The lane in which it waits its turn. Default: that of its chat; without a chat, no order. */
  readonly lane?: string | undefined;
}

/** An event that is ready to be stored. */
export interface Emission {
  readonly update: Update;
  /** Unique for the bot: the name of the kind and the given key. */
  readonly key: string | undefined;
  readonly lane: string | undefined;
}

/** Above this, chats are basic groups; below, supergroups and channels. */
const GROUP_ID_MIN = -999_999_999_999;

const KEY_LENGTH_MAX = 512;

/** What is said about an event by those who make it. */
export interface EmissionOptions extends EmitOptions {
  readonly nowMs: number;
  readonly isGuest?: boolean | undefined;
  readonly timer?: TimerBody | undefined;
}

/**
 * Makes the update of an event. Most programs call `emit` instead.
 * @throws HookgramError `bad-event-data` when the schema does not accept the data or it is not
 * JSON, `bad-argument` for a key that is empty or too long.
 */
export async function toEmission(
  kind: AnyEventKind,
  data: unknown,
  options: EmissionOptions,
): Promise<Emission> {
  return buildEmission(kind, await toEventData(kind, data), options);
}

/** As {@link toEmission}, of data that is checked already. */
export function buildEmission(
  kind: AnyEventKind,
  data: Json,
  { key, lane, nowMs, isGuest, timer, ...target }: EmissionOptions,
): Emission {
  assertWord(kind, "key", key);
  assertWord(kind, "lane", lane);
  const body: EventBody = {
    data,
    ...toPlace(target),
    ...(isGuest === true ? { is_guest: true } : {}),
    emitted_at_ms: nowMs,
    ...(timer === undefined ? {} : { timer }),
    ...(key === undefined ? {} : { key }),
  };
  const update = { update_id: 0, [kind.kind]: body } as unknown as Update;
  return { update, key: key === undefined ? undefined : `${kind.name}/${key}`, lane };
}

/** The data as it is stored. @throws HookgramError `bad-event-data`, `bad-argument` for no kind. */
export async function toEventData(kind: AnyEventKind, data: unknown): Promise<Json> {
  if (!isEventKind(kind))
    throw new HookgramError("bad-argument", "An event is of a kind that eventKind() gives");
  const stored = toJson(kind, data);
  const checked = await checkSchema(kind.schema ?? ANYTHING, stored);
  if (checked.ok) return stored;
  throw badData(kind, checked.problem);
}

/** What the kind's schema makes of stored data. @throws HookgramError `bad-event-data` */
export async function fromEventData(kind: AnyEventKind, stored: unknown): Promise<unknown> {
  if (kind.schema === null) return stored;
  const checked = await checkSchema(kind.schema, stored);
  if (checked.ok) return checked.value;
  throw badData(kind, checked.problem);
}

/**
 * The data of an own event's update, as the kind's schema gives it.
 * @throws HookgramError `bad-event-data` when it does not fit the kind any more.
 */
export function readEventData<Data>(kind: EventKind<never, Data>, update: Update): Promise<Data> {
  return fromEventData(kind, eventBody(update, kind.kind).data) as Promise<Data>;
}

/** The kind of an update; undefined for one that is newer than this version of hookgram. */
export function anyKindOf(update: Update): AnyKind | undefined {
  return updateKind(update) ?? Object.keys(update).find(isOwnField);
}

function isOwnField(field: string): field is EventField {
  return field.startsWith("event:");
}

/** What an update of this kind carries. */
export function eventBody(update: Update, kind: EventField): EventBody {
  return (update as { readonly [F in EventField]?: EventBody })[kind]!;
}

function assertWord(kind: AnyEventKind, option: string, word: string | undefined): void {
  if (word === undefined) return;
  if (word !== "" && word.length <= KEY_LENGTH_MAX && !word.includes("\0")) return;
  const rule = `${option} has 1 to ${KEY_LENGTH_MAX} characters, none of them U+0000`;
  throw new HookgramError("bad-argument", `Event ${kind.name}: ${rule}; it has ${word.length}`);
}

const ANYTHING = {
  "~standard": { version: 1, vendor: "hookgram", validate: (value: unknown) => ({ value }) },
} as const;

function toJson(kind: AnyEventKind, data: unknown): Json {
  try {
    const text = JSON.stringify(data) as string | undefined;
    if (text !== undefined) return JSON.parse(text) as Json;
  } catch (error) {
    throw badData(kind, `it is not JSON: ${String(error)}`);
  }
  throw badData(kind, `it is not JSON: ${typeof data}; an event without data has null`);
}

function badData({ name }: AnyEventKind, problem: string): HookgramError {
  return new HookgramError("bad-event-data", `Event ${name} cannot have the data: ${problem}`);
}

type Place = Pick<
  EventBody,
  "chat" | "from" | "message_thread_id" | "is_topic_message" | "business_connection_id"
>;

function toPlace({ chat, user, topicId, businessConnectionId }: EventTarget): Place {
  const place = typeof chat === "number" ? toChat(chat) : chat;
  const other = place?.type === "private" && user === undefined ? place.id : user;
  const from = typeof other === "number" ? toUser(other, place) : other;
  return {
    ...(place === undefined ? {} : { chat: place }),
    ...(from === undefined ? {} : { from }),
    ...(topicId === undefined ? {} : { message_thread_id: topicId, is_topic_message: true }),
    ...(businessConnectionId === undefined ? {} : { business_connection_id: businessConnectionId }),
  };
}

function toChat(id: number): Chat {
  if (id > 0) return { id, type: "private" } as Chat;
  return { id, type: id >= GROUP_ID_MIN ? "group" : "supergroup" } as Chat;
}

function toUser(id: number, chat: Chat | undefined): User {
  const name = chat?.id === id ? chat.first_name : undefined;
  return { id, is_bot: false, first_name: name ?? "" };
}
