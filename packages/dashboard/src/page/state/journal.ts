import { computed, signal } from "@preact/signals";
import { control } from "../control/control-client.ts";
import type { JournalEntry } from "../control/control-shapes.ts";
import { deliveryStates } from "./delivery-state.ts";
import { filterEntries, type JournalFilter } from "./journal-filter.ts";

/** More than one reads, few enough for a phone. The server keeps more. */
const ENTRIES_MAX = 1500;
const PAGE_SIZE = 1000;

/** The newest entries, oldest first. */
export const journal = signal<readonly JournalEntry[]>([]);
/** What the person wants to see of them. */
export const journalFilter = signal<JournalFilter>({ shown: "traffic", words: "" });
/** Entries up to this one were cleared from the view. They stay in the server's journal. */
export const clearedSeq = signal(0);

/** What the journal pane shows, newest first. */
export const shownEntries = computed(() => {
  const fresh = journal.value.filter(({ seq }) => seq > clearedSeq.value);
  return filterEntries(fresh, journalFilter.value).toReversed();
});

/** How far each message of a person has come on its way to the bots. */
export const deliveries = computed(() => deliveryStates(journal.value));

/** Appends what just happened. */
export function addEntries(entries: readonly JournalEntry[]): void {
  journal.value = [...journal.value, ...entries].slice(-ENTRIES_MAX);
}

/** Empties the view; what happens from now on shows again. */
export function clearJournal(): void {
  clearedSeq.value = journal.value.at(-1)?.seq ?? 0;
}

/** Reads the newest part of the journal. Returns the cursor from which the live events go on. */
export async function readJournal(): Promise<number> {
  let entries: readonly JournalEntry[] = [];
  for (let after = 0; ;) {
    const page = await control.journal({ after, limit: PAGE_SIZE });
    entries = [...entries, ...page.entries].slice(-ENTRIES_MAX);
    after = page.cursor;
    if (page.entries.length < PAGE_SIZE) {
      journal.value = entries;
      return after;
    }
  }
}
