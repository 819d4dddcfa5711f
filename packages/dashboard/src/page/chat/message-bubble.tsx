import { useState } from "preact/hooks";
import { control } from "../control/control-client.ts";
import type { ChatMessage } from "../control/control-shapes.ts";
import { writeAbout } from "../state/compose.ts";
import type { ChatRow } from "../state/message-layout.ts";
import { attempt } from "../state/notices.ts";
import { conversation, place } from "../state/place.ts";
import { chosenTopic, topics } from "../state/topics.ts";
import type { Topic } from "../state/thread-topics.ts";
import { previewText } from "../state/thread-messages.ts";
import { whereNow } from "../state/threads.ts";
import { fullName } from "../state/world.ts";
import { clockTime, momentText } from "../text/time-text.ts";
import { Avatar } from "../ui/avatar.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { JsonDialog } from "../ui/json-dialog.tsx";
import { DeliveryTicks } from "./delivery-ticks.tsx";
import { InlineKeyboard } from "./inline-keyboard.tsx";
import { MessageContent } from "./message-content.tsx";

type BubbleProps = Extract<ChatRow, { kind: "bubble" }>;

function senderName({ from, sender_chat }: ChatMessage): string {
  return sender_chat?.title ?? (from === undefined ? "Somebody" : fullName(from));
}

/** Where a forwarded message comes from. */
function originName({ forward_origin: origin }: ChatMessage): string | undefined {
  switch (origin?.type) {
    case undefined:
      return undefined;
    case "user":
      return fullName(origin.sender_user);
    case "hidden_user":
      return origin.sender_user_name;
    case "chat":
      return origin.sender_chat.title ?? "a chat";
    case "channel":
      return origin.chat.title ?? "a channel";
  }
}

/** The topic of a message, while the messages of all topics are shown. */
function topicOf(message: ChatMessage): Topic | undefined {
  if (chosenTopic.value !== undefined || message.is_topic_message !== true) return undefined;
  return topics.value.find(({ id }) => id === message.message_thread_id);
}

function scrollToMessage(messageId: number): void {
  const target = document.querySelector<HTMLElement>(`[data-message="${messageId}"]`);
  target?.scrollIntoView({ block: "center", behavior: "smooth" });
  target?.focus({ preventScroll: true });
}

function ReplyQuote({ message }: { readonly message: ChatMessage }) {
  const replied = message.reply_to_message as ChatMessage | undefined;
  if (replied === undefined) return null;
  return (
    <button
      type="button"
      class="reply-quote"
      onClick={() => scrollToMessage(replied.message_id)}
      aria-label={`In reply to ${senderName(replied)}: ${previewText(replied)}`}
    >
      <strong>{senderName(replied)}</strong>
      <span>{message.quote?.text ?? previewText(replied)}</span>
    </button>
  );
}

function Footer({ message, isMine }: { readonly message: ChatMessage; readonly isMine: boolean }) {
  const sentMs = message.date * 1000;
  return (
    <footer class="message-foot">
      {message.via_bot !== undefined && <span>via @{message.via_bot.username}</span>}
      {message.edit_date !== undefined && (
        <span title={momentText(message.edit_date * 1000)}>edited</span>
      )}
      <time dateTime={new Date(sentMs).toISOString()} title={momentText(sentMs)}>
        {clockTime(sentMs)}
      </time>
      {isMine && <DeliveryTicks message={message} />}
    </footer>
  );
}

function deleteMessages(messages: readonly ChatMessage[]): void {
  void attempt(async () => {
    for (const { message_id } of messages) await control.delete({ ...whereNow(), message_id });
  });
}

interface ActionsProps {
  readonly messages: readonly [ChatMessage, ...ChatMessage[]];
  readonly isMine: boolean;
}

/** What one can do with a message: shown while the pointer or the focus is on it. */
function Actions({ messages, isMine }: ActionsProps) {
  const [isJsonOpen, setJsonOpen] = useState(false);
  const [message] = messages;
  const canDelete = isMine || conversation.value?.kind === "private";
  const hasWords = (message.text ?? message.caption) !== undefined;
  return (
    <div class="message-actions" role="toolbar" aria-label="Message">
      <IconButton icon="reply" label="Reply" onPress={() => writeAbout("reply", message)} />
      {isMine && hasWords && (
        <IconButton icon="edit" label="Edit" onPress={() => writeAbout("edit", message)} />
      )}
      {canDelete && (
        <IconButton icon="trash" label="Delete" onPress={() => deleteMessages(messages)} />
      )}
      <IconButton icon="code" label="Show as JSON" onPress={() => setJsonOpen(true)} />
      {isJsonOpen && (
        <JsonDialog
          title={`Message ${message.message_id}`}
          value={messages.length === 1 ? message : messages}
          onClose={() => setJsonOpen(false)}
        />
      )}
    </div>
  );
}

/** Somebody's message, or the parts of an album, with everything that belongs to it. */
export function MessageBubble({ messages, isFirstOfRun, isLastOfRun }: BubbleProps) {
  const [message] = messages;
  const isMine = message.from?.id === place.value.person;
  const isGroup = conversation.value?.kind === "group";
  const name = senderName(message);
  const origin = originName(message);
  const topic = isFirstOfRun ? topicOf(message) : undefined;
  const sides = `${isMine ? "mine" : "theirs"} ${isFirstOfRun ? "first" : ""} ${isLastOfRun ? "last" : ""}`;
  return (
    <div class={`bubble-row ${sides}`}>
      {isGroup && !isMine && (
        <span class="bubble-avatar">
          {isLastOfRun && (
            <Avatar
              id={message.from?.id ?? 0}
              name={name}
              kind={message.from?.is_bot === true ? "bot" : "person"}
              size="small"
            />
          )}
        </span>
      )}
      <div class="bubble-column">
        <article
          class="message"
          tabIndex={-1}
          data-message={message.message_id}
          aria-label={`${name}, ${clockTime(message.date * 1000)}`}
        >
          {isGroup && !isMine && isFirstOfRun && <strong class="sender">{name}</strong>}
          {topic !== undefined && <p class="topic-name">{topic.name}</p>}
          {origin !== undefined && <p class="forwarded">Forwarded from {origin}</p>}
          <ReplyQuote message={message} />
          <MessageContent messages={messages} />
          <Footer message={messages.at(-1)!} isMine={isMine} />
          <Actions messages={messages} isMine={isMine} />
        </article>
        <InlineKeyboard message={message} />
      </div>
    </div>
  );
}
