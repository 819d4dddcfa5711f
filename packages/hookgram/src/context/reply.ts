import { ALBUM_KIND } from "../album/incoming-album.ts";
import type { Chat, Message, MethodParams } from "@hookgram/bot-api";
import { HookgramError } from "../error.ts";
import { textParams } from "../format/text-params.ts";
import { isEventField } from "../event/event-kind.ts";
import type { Reply } from "./context.ts";
import type { Origin } from "./origin.ts";
import type { Attempt } from "./scope.ts";

/**
 * `reply` for updates from a chat; undefined for others, and for three kinds in which it would
 * reach the wrong people: a guest message is answered by `answer`, who asks to join is not in the
 * chat yet, and the chat of a poll answer is the voter.
 */
export function replyFor(attempt: Attempt): Reply | undefined {
  const { kind, origin, api, isHook = false } = attempt;
  const none = isHook ? replyFromHook : undefined;
  if (kind === "guest_message" || kind === "chat_join_request" || kind === "poll_answer")
    return none;
  if (origin.chat === undefined) {
    if (isEventField(kind)) return replyFromNowhere;
    return kind === "callback_query" ? replyToNobody : none;
  }
  const target = { ...placeOf(origin.chat, origin), ...directMessagesTopic(attempt) };
  return (text, params) => api.sendMessage({ ...target, ...textParams(text), ...params });
}

/** Where an update came from, as calls take it. */
export function placeOf(
  { id }: Chat,
  { topicId, businessConnectionId }: Origin,
): Pick<
  MethodParams<"sendChatAction">,
  "chat_id" | "message_thread_id" | "business_connection_id"
> {
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

const replyFromNowhere: Reply = () =>
  Promise.reject(
    new HookgramError(
      "no-target",
      "reply: the event belongs to no chat; emit it with one, or use api.sendMessage()",
    ),
  );

const replyFromHook: Reply = () =>
  Promise.reject(
    new HookgramError(
      "no-target",
      "reply: the update that changed the scene came from no chat; use api.sendMessage()",
    ),
  );

const replyToNobody: Reply = () =>
  Promise.reject(
    new HookgramError(
      "no-target",
      "reply: the button belongs to a message that was sent by inline query, so there is no chat " +
        "to reply to; use edit(), answer() or api.sendMessage()",
    ),
  );
