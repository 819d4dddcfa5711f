import { computed, signal } from "@preact/signals";
import type { ChatMessage } from "../control/control-shapes.ts";
import { findTopics, isInTopic } from "./thread-topics.ts";
import { openThread, threads } from "./threads.ts";

const NOTHING: readonly ChatMessage[] = [];

/** The topic that is looked at, by thread: a topic's id, 0 for the general one; absent for all. */
const chosen = signal<ReadonlyMap<string, number>>(new Map());

/** The topics of the open chat; none where it is no forum, or has the general one only. */
export const topics = computed(() =>
  findTopics(threads.value.get(openThread.value ?? "") ?? NOTHING),
);

/** The topic that is looked at; undefined while all of them are. */
export const chosenTopic = computed(() => {
  const id = chosen.value.get(openThread.value ?? "");
  return id === 0 || topics.value.some((topic) => topic.id === id) ? id : undefined;
});

/** The messages of the open chat that the chosen topic lets through. */
export const shownMessages = computed(() => {
  const messages = threads.value.get(openThread.value ?? "") ?? NOTHING;
  const id = chosenTopic.value;
  return id === undefined ? messages : messages.filter((message) => isInTopic(message, id));
});

/** Looks at one topic, and writes there; undefined shows all and writes into the general one. */
export function chooseTopic(id: number | undefined): void {
  const copy = new Map(chosen.value);
  if (id === undefined) copy.delete(openThread.value ?? "");
  else copy.set(openThread.value ?? "", id);
  chosen.value = copy;
}

/** What a new message says about its topic. */
export function topicField(): { readonly message_thread_id?: number } {
  const id = chosenTopic.value ?? 0;
  return id === 0 ? {} : { message_thread_id: id };
}
