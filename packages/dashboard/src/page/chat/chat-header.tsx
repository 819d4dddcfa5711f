import { useState } from "preact/hooks";
import { control } from "../control/control-client.ts";
import type { Group, User } from "../control/control-shapes.ts";
import { journalPanel, toggleJournal } from "../state/layout.ts";
import { attempt } from "../state/notices.ts";
import { conversation, place } from "../state/place.ts";
import { chatActions, openThread, whereNow } from "../state/threads.ts";
import { findBot, findGroup, fullName, isBlocked, presentMembers } from "../state/world.ts";
import { chatActionText } from "../text/chat-action-text.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Icon } from "../ui/icon.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { MembersDialog } from "./members-dialog.tsx";

function Subtitle({ text, isGroup }: { readonly text: string; readonly isGroup: boolean }) {
  const shown = chatActions.value.get(openThread.value ?? "");
  if (shown === undefined) return <p class="subtitle">{text}</p>;
  const words = chatActionText(shown.action);
  const bot = isGroup ? `${findBot(shown.botId)?.first_name ?? "The bot"} is ` : "";
  return (
    <p class="subtitle active" role="status">
      {bot}
      {words}
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
    </p>
  );
}

function JournalToggle() {
  const isShown = journalPanel.value === "shown";
  return (
    <IconButton
      class="journal-toggle"
      icon="journal"
      label={isShown ? "Hide the journal" : "Show the journal"}
      isPressed={isShown}
      onPress={toggleJournal}
    />
  );
}

function BlockButton({ bot }: { readonly bot: User }) {
  const blocked = isBlocked(place.value.person ?? 0, bot.id);
  const toggle = (): void => {
    const change = blocked ? control.unblock : control.block;
    const { person } = whereNow();
    void attempt(() => change({ person, bot: bot.id }));
  };
  return (
    <button
      type="button"
      class={`button small ${blocked ? "warning" : "quiet"}`}
      aria-pressed={blocked}
      onClick={toggle}
    >
      <Icon name="block" /> <span>{blocked ? "Unblock" : "Block"}</span>
    </button>
  );
}

function PrivateHeader({ bot }: { readonly bot: User }) {
  const name = fullName(bot);
  return (
    <header class="chat-head">
      <Avatar id={bot.id} name={name} kind="bot" />
      <div class="chat-title">
        <h2>{name}</h2>
        <Subtitle text={`@${bot.username}`} isGroup={false} />
      </div>
      <BlockButton bot={bot} />
      <JournalToggle />
    </header>
  );
}

function GroupHeader({ group }: { readonly group: Group }) {
  const [isOpen, setOpen] = useState(false);
  const count = presentMembers(group).length;
  const text = `${group.type}, ${count} ${count === 1 ? "member" : "members"}`;
  return (
    <header class="chat-head">
      <Avatar id={group.id} name={group.title} kind="group" />
      <div class="chat-title">
        <h2>{group.title}</h2>
        <Subtitle text={text} isGroup={true} />
      </div>
      <button type="button" class="button small quiet" onClick={() => setOpen(true)}>
        <Icon name="users" /> Members
      </button>
      <JournalToggle />
      {isOpen && <MembersDialog group={group} onClose={() => setOpen(false)} />}
    </header>
  );
}

/** Whose chat it is, what the bot is doing, and what one can do with the chat as a whole. */
export function ChatHeader() {
  const open = conversation.value;
  if (open?.kind === "private") return <PrivateHeader bot={findBot(open.bot)!} />;
  return <GroupHeader group={findGroup(open?.chat)!} />;
}
