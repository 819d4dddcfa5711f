import type { ConversationRecord } from "./conversation.ts";
import { userOf } from "./directory.ts";
import { inlineMessageId } from "./inline-message.ts";
import { inlineResult } from "./inline-result.ts";
import type { NewMessage } from "./post-message.ts";
import { postMessage } from "./post-message.ts";
import { newQueryId } from "./query-id.ts";
import type { ResultQueryRecord } from "./query-record.ts";
import { RESULT_ANSWER_MAX_MS, forgetOldQueries } from "./query-record.ts";
import type { World } from "./world.ts";
import { conversationKey } from "./world-state.ts";

/** Begins a query that the bot answers with one message into the conversation; gives its id. */
export function openResultQuery(
  world: World,
  { chatId, botId, businessConnectionId }: ConversationRecord,
  asked: Pick<ResultQueryRecord, "kind" | "botId" | "personId">,
): string {
  const { resultQueries } = world.state;
  const atMs = world.ports.clock.now();
  forgetOldQueries(resultQueries, atMs - RESULT_ANSWER_MAX_MS);
  const id = newQueryId(world, asked.personId);
  const key = conversationKey(chatId, botId, businessConnectionId);
  resultQueries.set(id, { id, ...asked, key, atMs });
  return id;
}

/**
 * The bot's answer becomes a message: of the person by way of the bot for a Web App, of the bot for
 * a guest query. The query is over then. Gives the message's inline identifier.
 */
export function answerResultQuery(
  world: World,
  query: ResultQueryRecord,
  result: Readonly<Record<string, unknown>>,
): { readonly inlineId: string; readonly hasKeyboard: boolean } {
  const conversation = world.state.conversations.get(query.key)!;
  const { content, markup } = inlineResult(world, result);
  const message: NewMessage =
    query.kind === "guest"
      ? {
          senderId: query.botId,
          content: { ...content, guest_bot_caller_user: userOf(world, query.personId)! },
          markup,
        }
      : {
          senderId: query.personId,
          content: { ...content, via_bot: userOf(world, query.botId)! },
          markup,
        };
  world.state.resultQueries.delete(query.id);
  const stored = postMessage(world, conversation, message);
  return { inlineId: inlineMessageId(conversation, stored), hasKeyboard: markup !== undefined };
}
