import { openConversation, place } from "../state/place.ts";
import { isSameConversation, threadKey, type Conversation } from "../state/place-url.ts";
import { previewText } from "../state/thread-messages.ts";
import { threads, unreadCounts } from "../state/threads.ts";
import { fullName, isMember, presentMembers, world } from "../state/world.ts";
import { clockTime } from "../text/time-text.ts";
import { Avatar } from "../ui/avatar.tsx";

interface Row {
  readonly conversation: Conversation;
  readonly id: number;
  readonly name: string;
  readonly kind: "bot" | "group";
  readonly hint: string;
}

function rows(): Row[] {
  const { bots = [], chats = [] } = world.value ?? {};
  return [
    ...bots.map((bot): Row => ({
      conversation: { kind: "private", bot: bot.id },
      id: bot.id,
      name: fullName(bot),
      kind: "bot",
      hint: `@${bot.username}`,
    })),
    ...chats.map((group): Row => ({
      conversation: { kind: "group", chat: group.id },
      id: group.id,
      name: group.title,
      kind: "group",
      hint: isMember(group, place.value.person ?? 0)
        ? `${presentMembers(group).length} members`
        : "you are not a member",
    })),
  ];
}

function ConversationRow({ conversation, id, name, kind, hint }: Row) {
  const key = threadKey(place.value.person ?? 0, conversation);
  const last = threads.value.get(key)?.at(-1);
  const unread = unreadCounts.value.get(key) ?? 0;
  const isOpen = isSameConversation(place.value.conversation, conversation);
  return (
    <li>
      <button
        type="button"
        class="conversation"
        aria-current={isOpen ? "true" : undefined}
        onClick={() => openConversation(conversation)}
      >
        <Avatar id={id} name={name} kind={kind} />
        <span class="conversation-words">
          <span class="conversation-top">
            <strong>{name}</strong>
            {last !== undefined && <time>{clockTime(last.date * 1000)}</time>}
          </span>
          <span class="conversation-bottom">
            <span class="preview">{last === undefined ? hint : previewText(last)}</span>
            {unread > 0 && (
              <span class="badge" aria-label={`${unread} unread`}>
                {unread}
              </span>
            )}
          </span>
        </span>
      </button>
    </li>
  );
}

/** The chats of the person that plays: one with each bot, and the groups. */
export function ConversationList() {
  const all = rows();
  return (
    <nav class="conversations" aria-label="Chats">
      {world.value !== undefined && all.length === 0 && (
        <p class="empty">
          No bot yet. Start one whose API root is <code>{location.origin}</code> and it appears
          here.
        </p>
      )}
      <ul>
        {all.map((row) => (
          <ConversationRow key={row.id} {...row} />
        ))}
      </ul>
    </nav>
  );
}
