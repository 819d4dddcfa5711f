import { computed, signal } from "@preact/signals";
import {
  BESIDE_MAX,
  formatPlace,
  parsePlace,
  type Conversation,
  type Pane,
  type Place,
} from "./place-url.ts";

/** What the address bar says: who plays, which chat is open, and on a phone which tab. */
export const place = signal<Place>(parsePlace(location.search));

/** The chat that is open, or undefined while none is chosen. */
export const conversation = computed(() => place.value.conversation);

function show(next: Place, isNewStep: boolean): void {
  const url = `${location.pathname}${formatPlace(next)}`;
  if (isNewStep) history.pushState(null, "", url);
  else history.replaceState(null, "", url);
  place.value = next;
}

/** Opens a chat. The address changes with it, and the browser's back button returns. */
export function openConversation(next: Conversation): void {
  show({ ...place.value, conversation: next, pane: "chat" }, true);
}

/** Lets another person play. The open chat stays open: theirs with the same bot, or the group. */
export function playAs(person: number): void {
  const beside = place.value.beside?.filter((id) => id !== person) ?? [];
  show({ ...place.value, person, beside }, true);
}

/** Shows another person's chat beside one's own. */
export function putBeside(person: number): void {
  const beside = [...(place.value.beside ?? []), person].slice(0, BESIDE_MAX);
  show({ ...place.value, beside }, true);
}

/** Takes a chat beside away. */
export function putAway(person: number): void {
  const beside = place.value.beside?.filter((id) => id !== person) ?? [];
  show({ ...place.value, beside }, true);
}

/** Shows another tab (only narrow screens have them). */
export function openPane(pane: Pane): void {
  if (place.value.pane !== pane) show({ ...place.value, pane }, true);
}

/** Corrects the place without a step in the history, as when a deleted chat was open. */
export function replacePlace(next: Place): void {
  show(next, false);
}

addEventListener("popstate", () => {
  place.value = parsePlace(location.search);
});
