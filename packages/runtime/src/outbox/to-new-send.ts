import { isInputFile, type MethodName } from "@hookgram/bot-api";
import type { SendOptions, SendPriority, WhenAmbiguous } from "hookgram";

import { RuntimeError } from "../error.ts";
import { type NewSend, SEND_PRIORITIES } from "../store/outbox/outbox-store.ts";
import { storedText } from "../stored-text.ts";

/** Any method's parameters. */
export type SendParams = Readonly<Record<string, unknown>>;

/** On whose behalf a call is enqueued, with the defaults for its options. */
export interface Sender {
  readonly botId: number;
  /** The default of {@link SendOptions.ambiguous}. */
  readonly ambiguous: WhenAmbiguous;
  readonly priority: SendPriority;
}

/** Keys are in an index, so they must not be long. */
const KEY_LENGTH_MAX = 500;

/** A call as a send. @throws RuntimeError `bad-options` for what cannot be stored. */
export function toNewSend(
  call: { readonly method: MethodName; readonly params: SendParams; readonly options: SendOptions },
  { botId, ambiguous, priority: fallback }: Sender,
): NewSend {
  const { method, params, options } = call;
  const { at, key } = options;
  const priority = options.priority ?? (at === undefined ? fallback : "normal");
  return {
    botId,
    ...toStoredCall(method, params),
    priority: checkPriority(priority),
    atMs: at === undefined ? undefined : checkTime(at),
    key: key === undefined ? undefined : checkKey(key),
    parks: (options.ambiguous ?? ambiguous) === "park",
  };
}

/** A call as it is stored. @throws RuntimeError `bad-options` */
export function toStoredCall(
  method: MethodName,
  params: SendParams,
): Pick<NewSend, "lane" | "method" | "params" | "cost"> {
  const lane = sendLane(method, params);
  const { chat_id: _chat, ...rest } = params;
  const kept = isChat(lane) ? rest : params;
  return {
    lane,
    method,
    params: toJson(method, kept),
    cost: Math.max(1, messageCost(method, params)),
  };
}

/** The parameters as Telegram gets them. */
export function toParams(lane: string, params: SendParams): SendParams {
  if (/^-?\d+$/.test(lane)) return { chat_id: Number(lane), ...params };
  return lane.startsWith("@") ? { chat_id: lane, ...params } : params;
}

/** The lane in which a call keeps its order: that of its chat, else of its user, else of its method. */
export function sendLane(method: string, params: SendParams): string {
  const { chat_id: chatId, user_id: userId } = params;
  if (typeof chatId === "number" || typeof chatId === "string") {
    const lane = String(chatId).trim().toLowerCase();
    if (isChat(lane)) return lane;
    const rule = "chat_id is a whole number or a public @name";
    throw new RuntimeError("bad-options", `${method}: ${rule}; got ${JSON.stringify(chatId)}`);
  }
  return typeof userId === "number" ? `user:${userId}` : `method:${method}`;
}

/** The chat that a lane stands for; undefined if it stands for none. */
export function chatOfLane(lane: string): number | string | undefined {
  if (!isChat(lane)) return undefined;
  return lane.startsWith("@") ? lane : Number(lane);
}

function isChat(lane: string): boolean {
  return /^(-?\d{1,16}|@\w+)$/.test(lane);
}

/**
 * How many messages a call counts as in Telegram's limits: albums and lists count as the messages in
 * them, calls that show nothing new in a chat as none.
 */
export function messageCost(method: string, params: SendParams): number {
  if (!/^(send|forward|copy|editMessage)/.test(method)) return 0;
  if (method === "sendChatAction" || method === "sendMessageDraft") return 0;
  const { media, message_ids: messageIds } = params;
  if (method === "sendMediaGroup" && Array.isArray(media)) return Math.max(1, media.length);
  return Array.isArray(messageIds) ? Math.max(1, messageIds.length) : 1;
}

function toJson(method: string, params: SendParams): string {
  const text = JSON.stringify(params, (name, value: unknown) => {
    if (!isInputFile(value)) return value;
    const mend = "upload it first and give its file_id, or send it with the api";
    throw new RuntimeError(
      "bad-options",
      `${method}: the outbox keeps no files (${name}); ${mend}`,
    );
  });
  return text;
}

function checkPriority(priority: SendPriority): number {
  const index = SEND_PRIORITIES.indexOf(priority);
  if (index !== -1) return index;
  const rule = `priority is one of ${SEND_PRIORITIES.join(", ")}`;
  throw new RuntimeError("bad-options", `${rule}; got ${JSON.stringify(priority)}`);
}

function checkTime(at: number | Date): number {
  const atMs = Math.ceil(Number(at));
  if (Number.isSafeInteger(atMs)) return atMs;
  const rule = "at is a Date, or milliseconds since the epoch";
  throw new RuntimeError("bad-options", `${rule}; got ${String(at)}`);
}

/** @throws RuntimeError `bad-options` */
export function checkKey(key: string): string {
  if (key !== "" && key.length <= KEY_LENGTH_MAX && !key.includes("\0")) return storedText(key);
  const rule = `key has 1 to ${KEY_LENGTH_MAX} characters, none of them U+0000`;
  throw new RuntimeError("bad-options", `${rule}; got ${JSON.stringify(key.slice(0, 50))}`);
}
