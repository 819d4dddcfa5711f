import { AlertDialog, Notices } from "./ui/notices.tsx";
import { ChatPane } from "./chat/chat-pane.tsx";
import { JournalPane } from "./journal/journal-pane.tsx";
import { SideBar } from "./side/side-bar.tsx";
import { TabBar } from "./side/tab-bar.tsx";
import { journalPanel } from "./state/layout.ts";
import { place } from "./state/place.ts";

/** The whole page: chats, the open chat, the journal; on narrow screens one of them at a time. */
export function App() {
  return (
    <div class={`app pane-${place.value.pane} journal-${journalPanel.value}`}>
      <SideBar />
      <ChatPane />
      <JournalPane />
      <TabBar />
      <Notices />
      <AlertDialog />
    </div>
  );
}
