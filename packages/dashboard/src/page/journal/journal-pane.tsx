import { useState } from "preact/hooks";
import { control } from "../control/control-client.ts";
import { clearJournal, journal, shownEntries } from "../state/journal.ts";
import { attempt } from "../state/notices.ts";
import { world } from "../state/world.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { ClockStrip } from "./clock-strip.tsx";
import { FaultStrip } from "./fault-strip.tsx";
import { FilterStrip } from "./filter-strip.tsx";
import { JournalRow } from "./journal-row.tsx";

/** More rows than this would make each new one slow; the filter reaches the older ones. */
const ROWS_MAX = 300;

interface ResetDialogProps {
  readonly onClose: () => void;
}

function countText(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function ResetDialog({ onClose }: ResetDialogProps) {
  const { people = [], chats = [], private_chats = [] } = world.value ?? {};
  const messages = private_chats.reduce((sum, { message_count }) => sum + message_count, 0);
  const reset = async (): Promise<void> => {
    if (await attempt(control.reset)) onClose();
  };
  return (
    <Dialog title="Reset the local Telegram?" onClose={onClose}>
      <p>
        This forgets {countText(people.length, "person", "people")},{" "}
        {countText(chats.length, "group")}, {countText(messages, "private message")} and everything
        that waits for a bot. The world is then as it was at the start. Bots stay, with their
        webhooks and with what they have stored themselves. It cannot be undone.
      </p>
      <div class="dialog-actions">
        <button type="button" class="button quiet" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="button danger" onClick={() => void reset()}>
          Forget everything
        </button>
      </div>
    </Dialog>
  );
}

function Head() {
  const [isResetOpen, setResetOpen] = useState(false);
  return (
    <header class="journal-head">
      <h2>Journal</h2>
      <button
        type="button"
        class="button small quiet"
        title="Empty this list. The local Telegram keeps its journal."
        onClick={clearJournal}
      >
        Clear
      </button>
      <IconButton
        icon="reset"
        label="Reset the local Telegram…"
        onPress={() => setResetOpen(true)}
      />
      {isResetOpen && <ResetDialog onClose={() => setResetOpen(false)} />}
    </header>
  );
}

function EmptyJournal() {
  // What people and chats came to be is there from the start, and hidden unless all is shown.
  const isFiltered = journal.value.some(({ type }) => type !== "world");
  return (
    <div class="empty">
      <Icon name="journal" />
      <p>
        {isFiltered
          ? "Nothing here matches. Older entries may be cleared or filtered out."
          : "What Telegram delivers to your bot and what the bot calls appears here, as it happens."}
      </p>
    </div>
  );
}

/** What happens between the local Telegram and the bots, live, newest first. */
export function JournalPane() {
  const entries = shownEntries.value;
  const hidden = entries.length - ROWS_MAX;
  return (
    <section class="journal-pane" aria-label="Journal">
      <Head />
      <ClockStrip />
      <FaultStrip />
      <FilterStrip />
      <div
        class="journal-list"
        role="log"
        aria-live="off"
        aria-label="Entries, newest first"
        tabIndex={0}
      >
        {entries.length === 0 && <EmptyJournal />}
        {entries.slice(0, ROWS_MAX).map((entry) => (
          <JournalRow key={entry.seq} entry={entry} />
        ))}
        {hidden > 0 && <p class="empty">{hidden} older entries: filter to see them.</p>}
      </div>
    </section>
  );
}
