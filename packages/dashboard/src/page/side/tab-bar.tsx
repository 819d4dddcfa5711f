import { computed } from "@preact/signals";
import { shownEntries } from "../state/journal.ts";
import { isProblem } from "../state/journal-filter.ts";
import { openPane, place } from "../state/place.ts";
import type { Pane } from "../state/place-url.ts";
import { unreadCounts } from "../state/threads.ts";
import { Icon, type IconName } from "../ui/icon.tsx";

const unreadTotal = computed(() => {
  return [...unreadCounts.value.values()].reduce((sum, count) => sum + count, 0);
});
const hasProblem = computed(() => shownEntries.value.slice(0, 20).some(isProblem));

const TABS: readonly { readonly pane: Pane; readonly label: string; readonly icon: IconName }[] = [
  { pane: "chats", label: "Chats", icon: "chats" },
  { pane: "chat", label: "Chat", icon: "chat" },
  { pane: "journal", label: "Journal", icon: "journal" },
];

function Badge({ pane }: { readonly pane: Pane }) {
  if (pane === "chats" && unreadTotal.value > 0) {
    return <span class="badge">{unreadTotal.value}</span>;
  }
  if (pane !== "journal" || !hasProblem.value) return null;
  return <span class="badge problem" aria-label="has problems" />;
}

/** The tabs at the bottom of a narrow screen. */
export function TabBar() {
  return (
    <nav class="tab-bar" aria-label="Parts of the page">
      {TABS.map(({ pane, label, icon }) => (
        <button
          key={pane}
          type="button"
          class={`tab tab-${pane}`}
          aria-current={place.value.pane === pane ? "page" : undefined}
          onClick={() => openPane(pane)}
        >
          <Icon name={icon} />
          {label}
          <Badge pane={pane} />
        </button>
      ))}
    </nav>
  );
}
