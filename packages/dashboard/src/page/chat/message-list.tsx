import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { control } from "../control/control-client.ts";
import { telegramDayMs } from "../state/clock.ts";
import { sayNow } from "../state/compose.ts";
import { layoutMessages, type ChatRow } from "../state/message-layout.ts";
import { place } from "../state/place.ts";
import { attempt } from "../state/notices.ts";
import {
  chatActions,
  drafts,
  markRead,
  menus,
  openThread,
  threads,
  whereNow,
  type ShownDraft,
} from "../state/threads.ts";
import { shownMessages } from "../state/topics.ts";
import { FormattedText } from "../text/formatted-text.tsx";
import { richWords } from "../text/rich-words.ts";
import { dayText } from "../text/time-text.ts";
import { Icon } from "../ui/icon.tsx";
import { MessageBubble } from "./message-bubble.tsx";

/** More than this is shown only when asked for: each new message draws the whole list. */
const MESSAGES_STEP = 200;

/** Closer than this to the end counts as being there. */
const END_MARGIN_PX = 80;

function EmptyThread() {
  const menu = menus.value.get(openThread.value ?? "");
  const isPrivate = place.value.conversation?.kind === "private";
  return (
    <div class="empty-thread">
      {menu?.description ? <p class="bot-description">{menu.description}</p> : null}
      <p>
        {isPrivate
          ? "Nothing was said yet. Press Start, or write something below."
          : "Nothing was said yet. Write something below; who speaks is chosen there too."}
      </p>
      {isPrivate && (
        <button type="button" class="button primary" onClick={() => void sayNow("/start")}>
          Start
        </button>
      )}
    </div>
  );
}

function Row({ row }: { readonly row: ChatRow }) {
  switch (row.kind) {
    case "day":
      return <h3 class="day">{dayText(row.dateMs, telegramDayMs.value)}</h3>;
    case "service":
      return <p class="service">{row.text}</p>;
    case "bubble":
      return <MessageBubble {...row} />;
  }
}

function Dots() {
  return (
    <span class="dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}

/** What the bot is writing, as far as it has come. */
function DraftBubble({ draft }: { readonly draft: ShownDraft }) {
  const { text, entities, rich_message: rich } = draft.content;
  const words = rich === undefined ? (text ?? "") : richWords(rich);
  const stop = (): void => {
    void attempt(() => control.stopDraft({ ...whereNow(), draft_id: draft.id }));
  };
  return (
    <div class="draft" role="group" aria-label="The bot is writing">
      {words !== "" && <FormattedText text={words} entities={entities} />}
      <p class="draft-foot">
        <Dots />
        {draft.canStop && (
          <button type="button" class="button small quiet" onClick={stop}>
            Stop
          </button>
        )}
      </p>
    </div>
  );
}

function TypingBubble() {
  const key = openThread.value ?? "";
  const draft = drafts.value.get(key);
  if (draft !== undefined) return <DraftBubble draft={draft} />;
  if (!chatActions.value.has(key)) return null;
  return (
    <div class="typing-bubble">
      <Dots />
    </div>
  );
}

function isAtEnd(list: HTMLElement): boolean {
  return list.scrollHeight - list.scrollTop - list.clientHeight < END_MARGIN_PX;
}

/** Keeps the end in sight while one is there, and says when one is not. */
function useStickToEnd() {
  const ref = useRef<HTMLDivElement>(null);
  const wasAtEnd = useRef(true);
  const [isAway, setAway] = useState(false);
  const toEnd = (): void => {
    const list = ref.current;
    if (list !== null) list.scrollTop = list.scrollHeight;
  };
  const last = shownMessages.value.at(-1);
  useLayoutEffect(() => {
    // Whoever writes wants to see it, wherever the list was.
    if (last?.from?.id === place.peek().person) toEnd();
  }, [last?.message_id]);
  useLayoutEffect(() => {
    if (wasAtEnd.current) toEnd();
  });
  useEffect(() => {
    // Keyboards and the composer change the height; so do pictures that arrive.
    const observer = new ResizeObserver(() => wasAtEnd.current && toEnd());
    observer.observe(ref.current!);
    observer.observe(ref.current!.firstElementChild!);
    return () => observer.disconnect();
  }, []);
  const onScroll = (): void => {
    wasAtEnd.current = isAtEnd(ref.current!);
    setAway(!wasAtEnd.current);
  };
  return { ref, isAway, toEnd, onScroll };
}

/** Arrow keys walk from message to message. */
function walkMessages(event: KeyboardEvent): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const target = event.target as HTMLElement;
  if (step === undefined || target.closest("button, a, input, pre") !== null) return;
  const all = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(".message")];
  const index = all.indexOf(target.closest<HTMLElement>(".message")!);
  const next = index === -1 ? all.at(-1) : all[index + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** What was said in the open chat, newest at the end. */
export function MessageList() {
  const [shownMax, setShownMax] = useState(MESSAGES_STEP);
  const rows = layoutMessages(shownMessages.value.slice(-shownMax));
  const { ref, isAway, toEnd, onScroll } = useStickToEnd();
  const key = openThread.value ?? "";
  const pane = place.value.pane;
  useEffect(() => {
    if (pane !== "chats") markRead(key);
  }, [key, pane, shownMessages.value]);
  return (
    <div class="message-area">
      <div
        ref={ref}
        class="message-list"
        role="log"
        aria-label="Messages"
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={walkMessages}
      >
        <div class="message-rows">
          {rows.length === 0 && threads.value.has(key) && <EmptyThread />}
          {shownMessages.value.length > shownMax && (
            <button
              type="button"
              class="button small quiet earlier"
              onClick={() => setShownMax(shownMax + MESSAGES_STEP)}
            >
              Show earlier messages
            </button>
          )}
          {rows.map((row) => (
            <Row key={row.key} row={row} />
          ))}
          <TypingBubble />
        </div>
      </div>
      {isAway && (
        <button type="button" class="to-end" aria-label="To the newest message" onClick={toEnd}>
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}
