import type { JournalEntry } from "../control/control-shapes.ts";

/** Which part of the journal is shown. */
export type ShownEntries = "traffic" | "deliveries" | "calls" | "problems" | "everything";

/** What the journal pane lets through. */
export interface JournalFilter {
  readonly shown: ShownEntries;
  /** Every word must appear somewhere in the entry. */
  readonly words: string;
}

/** A delivery that failed, or a call that was refused. */
export function isProblem(entry: JournalEntry): boolean {
  if (entry.type === "delivery") return entry.outcome !== "delivered";
  return entry.type === "api-call" && !entry.ok;
}

/** A poller asks again and again; a call that brought nothing is no news. */
function isIdlePoll(entry: JournalEntry): boolean {
  return entry.type === "api-call" && entry.method === "getUpdates" && entry.ok;
}

function isShown(entry: JournalEntry, shown: ShownEntries): boolean {
  switch (shown) {
    case "traffic":
      if (entry.type === "delivery" || entry.type === "webhook") return true;
      return entry.type === "api-call" && !isIdlePoll(entry);
    case "deliveries":
      return entry.type === "delivery" || entry.type === "update";
    case "calls":
      return entry.type === "api-call";
    case "problems":
      return isProblem(entry);
    case "everything":
      return true;
  }
}

/** The entries that the filter lets through, in their order. */
export function filterEntries(
  entries: readonly JournalEntry[],
  { shown, words }: JournalFilter,
): readonly JournalEntry[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    if (!isShown(entry, shown)) return false;
    if (wanted.length === 0) return true;
    const text = JSON.stringify(entry).toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
