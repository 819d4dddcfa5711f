import { journalFilter } from "../state/journal.ts";
import type { ShownEntries } from "../state/journal-filter.ts";
import { Icon } from "../ui/icon.tsx";

const CHOICES: readonly {
  readonly shown: ShownEntries;
  readonly label: string;
  readonly hint: string;
}[] = [
  { shown: "traffic", label: "Traffic", hint: "Deliveries to the bots and calls by them" },
  { shown: "deliveries", label: "Updates", hint: "Updates as they are queued and delivered" },
  { shown: "calls", label: "Calls", hint: "All Bot API calls, also idle polls" },
  { shown: "problems", label: "Problems", hint: "Failed deliveries and refused calls" },
  { shown: "everything", label: "All", hint: "Everything, also what people do" },
];

/** Chooses which entries are shown: by kind, and by words that they contain. */
export function FilterStrip() {
  const filter = journalFilter.value;
  return (
    <div class="filter-strip">
      <div class="segments" role="group" aria-label="Kind of entries">
        {CHOICES.map(({ shown, label, hint }) => (
          <button
            key={shown}
            type="button"
            title={hint}
            aria-pressed={filter.shown === shown}
            onClick={() => (journalFilter.value = { ...filter, shown })}
          >
            {label}
          </button>
        ))}
      </div>
      <label class="search">
        <Icon name="search" />
        <input
          type="search"
          placeholder="Filter: sendMessage 400"
          aria-label="Words that the entry contains"
          value={filter.words}
          onInput={(event) => {
            journalFilter.value = { ...filter, words: event.currentTarget.value };
          }}
        />
      </label>
    </div>
  );
}
