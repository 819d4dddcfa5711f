import { ALBUM_KIND } from "../album/incoming-album.ts";
import type { Chat, Message, MethodArguments } from "@hookgram/bot-api";
import { HookgramError } from "../error.ts";
import { textParams } from "../format/text-params.ts";
import { isEventField } from "../event/event-kind.ts";
import type { Place, Reply, Send, SendMethod, SendParams } from "./context.ts";
import type { Origin } from "./origin.ts";
import type { Attempt } from "./scope.ts";

/** `reply` for updates from a chat; undefined for others. */
export function replyFor(attempt: Attempt): Reply | undefined {
  const target = targetOf(attempt);
  if (target === undefined) return undefined;
  if (typeof target === "string") return () => refuse("reply", target);
  return (text, params) => attempt.api.sendMessage({ ...target, ...textParams(text), ...params });
}

/** `send` for the same updates. */
export function sendFor(attempt: Attempt): Send | undefined {
  const target = targetOf(attempt);
  if (target === undefined) return undefined;
  if (typeof target === "string") return () => refuse("send", target);
  return <M extends SendMethod>(method: M, params?: SendParams<M>) => {
    const args = [{ ...target, ...params }] as unknown as MethodArguments<M>;
    return attempt.api.call(method, ...args);
  };
}

/**
 * Where `reply` and `send` lead, or why they cannot. Undefined for updates from no chat, and for three
 * kinds in which they would reach the wrong people: a guest message is answered by `answer`, who asks
 * to join is not in the chat yet, and the chat of a poll answer is the voter.
 */
function targetOf(attempt: Attempt): Place | string | undefined {
  const { kind, origin, isHook = false } = attempt;
  const none = isHook ? HOOK_FROM_NOWHERE : undefined;
  if (kind === "guest_message" || kind === "chat_join_request" || kind === "poll_answer")
    return none;
  if (origin.chat !== undefined)
    return { ...placeOf(origin.chat, origin), ...directMessagesTopic(attempt) };
  if (isEventField(kind)) return EVENT_FROM_NOWHERE;
  return kind === "callback_query" ? BUTTON_FROM_NOWHERE : none;
}

/** Where an update came from, as calls take it. */
export function placeOf({ id }: Chat, { topicId, businessConnectionId }: Origin): Place {
  return {
    chat_id: id,
    ...(topicId === undefined ? {} : { message_thread_id: topicId }),
    ...(businessConnectionId === undefined ? {} : { business_connection_id: businessConnectionId }),
  };
}

/** Direct messages to a channel are answered in the topic of the person who wrote. */
function directMessagesTopic({ payload, kind }: Attempt): { direct_messages_topic_id?: number } {
  const { message: below, parts } = payload as { message?: unknown; parts?: readonly unknown[] };
  const inAlbum = kind === ALBUM_KIND.kind ? parts?.[0] : payload;
  const message = (kind === "callback_query" ? below : inAlbum) as Message | undefined;
  const topic = message?.direct_messages_topic;
  return topic === undefined ? {} : { direct_messages_topic_id: topic.topic_id };
}

const EVENT_FROM_NOWHERE =
  "the event belongs to no chat; emit it with one, or use api.sendMessage()";

const HOOK_FROM_NOWHERE =
  "the update that changed the scene came from no chat; use api.sendMessage()";

const BUTTON_FROM_NOWHERE =
  "the button belongs to a message that was sent by inline query, so there is no chat to reply to; " +
  "use edit(), answer() or api.sendMessage()";

function refuse(helper: string, problem: string): Promise<never> {
  return Promise.reject(new HookgramError("no-target", `${helper}: ${problem}`));
}
