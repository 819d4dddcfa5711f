import { remembered } from "./remembered.ts";

/** Whether the journal stands beside the chat on wide screens. */
export const journalPanel = remembered("journal", ["shown", "hidden"] as const, "shown");

/** Shows or hides the journal on wide screens. */
export function toggleJournal(): void {
  journalPanel.value = journalPanel.value === "shown" ? "hidden" : "shown";
}

/** Whether there is room for several chats beside each other, as in `layout.css`. */
export function isWide(): boolean {
  return matchMedia("(min-width: 1080px)").matches;
}
