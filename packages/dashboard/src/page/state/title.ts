import { effect } from "@preact/signals";
import { conversation } from "./place.ts";
import { unreadCounts } from "./threads.ts";
import { findBot, findGroup, fullName } from "./world.ts";

function openName(): string | undefined {
  const open = conversation.value;
  if (open?.kind === "group") return findGroup(open.chat)?.title;
  const bot = findBot(open?.bot);
  return bot === undefined ? undefined : fullName(bot);
}

/** The tab's title names the open chat and counts what is unread. */
export function followTitle(): void {
  effect(() => {
    const unread = [...unreadCounts.value.values()].reduce((sum, count) => sum + count, 0);
    const name = openName();
    const words = name === undefined ? "hookgram" : `${name} · hookgram`;
    document.title = unread === 0 ? words : `(${unread}) ${words}`;
  });
}
