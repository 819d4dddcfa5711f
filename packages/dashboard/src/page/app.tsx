import { AlertDialog, Notices } from "./ui/notices.tsx";
import { ChatPane } from "./chat/chat-pane.tsx";
import { WebAppFrame } from "./chat/web-app-frame.tsx";
import { ChatsBeside } from "./chat/chats-beside.tsx";
import { JournalPane } from "./journal/journal-pane.tsx";
import { SideBar } from "./side/side-bar.tsx";
import { TabBar } from "./side/tab-bar.tsx";
import { journalPanel } from "./state/layout.ts";
import { place } from "./state/place.ts";

/**
 * The whole page: chats, the open chat and those of others beside it, the journal; on narrow screens
 * one of them at a time. A chat beside is a page of its own that shows nothing else.
 */
export function App() {
  const { pane, isAlone } = place.value;
  if (isAlone === true) {
    return (
      <div class="app alone">
        <ChatPane />
        <WebAppFrame />
        <Notices />
        <AlertDialog />
      </div>
    );
  }
  return (
    <div class={`app pane-${pane} journal-${journalPanel.value}`}>
      <SideBar />
      <ChatsBeside />
      <JournalPane />
      <TabBar />
      <WebAppFrame />
      <Notices />
      <AlertDialog />
    </div>
  );
}
