import { useState } from "preact/hooks";
import { connection } from "../state/live.ts";
import { THEMES, theme, type Theme } from "../state/theme.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { ConversationList } from "./conversation-list.tsx";
import { NewGroupDialog } from "./new-group-dialog.tsx";
import { NewPersonDialog } from "./new-person-dialog.tsx";
import { PersonMenu } from "./person-menu.tsx";

const CONNECTION_TEXTS = {
  connecting: "Connecting to the local Telegram…",
  open: "Live: connected to the local Telegram",
  lost: "Connection lost. Trying again…",
} as const;

const THEME_ICONS: Readonly<Record<Theme, IconName>> = { auto: "auto", light: "sun", dark: "moon" };

function ThemeSwitch() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!;
  const label = `Colours: ${theme.value}. Change to ${next}`;
  const change = (): void => {
    theme.value = next;
  };
  return <IconButton icon={THEME_ICONS[theme.value]} label={label} onPress={change} />;
}

function Brand() {
  const text = CONNECTION_TEXTS[connection.value];
  return (
    <header class="brand">
      <svg class="brand-sign" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="9" />
        <path d="M11 6.5v12.2a5.3 5.3 0 0 0 10.6 0v-2.2m0 0-2.9 2.4m2.9-2.4 2.7 2.7" />
        <circle cx="11" cy="6.8" r="2.3" />
      </svg>
      <div class="brand-words">
        <h1>hookgram</h1>
        <p class={`connection ${connection.value}`} role="status" title={text}>
          {connection.value === "open" ? "live" : connection.value}
        </p>
      </div>
      <ThemeSwitch />
    </header>
  );
}

/** Who plays, and which chats there are. */
export function SideBar() {
  const [dialog, setDialog] = useState<"person" | "group">();
  const close = (): void => setDialog(undefined);
  return (
    <aside class="side-bar" aria-label="People and chats">
      <Brand />
      <PersonMenu onNewPerson={() => setDialog("person")} />
      <ConversationList />
      <footer class="side-foot">
        <button type="button" class="button quiet wide" onClick={() => setDialog("group")}>
          <Icon name="plus" /> New group
        </button>
        <p class="api-root">
          Bot API: <code>{location.origin}</code>
        </p>
      </footer>
      {dialog === "person" && <NewPersonDialog onClose={close} />}
      {dialog === "group" && <NewGroupDialog onClose={close} />}
    </aside>
  );
}
