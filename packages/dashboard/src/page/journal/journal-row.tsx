import { computed } from "@preact/signals";
import { useState } from "preact/hooks";
import type { JournalEntry } from "../control/control-shapes.ts";
import { telegramNowMs } from "../state/clock.ts";
import { pendingRetries } from "../state/delivery-state.ts";
import { journal } from "../state/journal.ts";
import { findBot, world } from "../state/world.ts";
import { countdownText, durationText } from "../text/quantity-text.ts";
import { clockTimeWithSeconds, momentText } from "../text/time-text.ts";
import { JsonView } from "../ui/json-view.tsx";
import { summarizeEntry } from "./entry-summary.ts";
import { updateName, updateWords } from "./update-words.ts";

const retries = computed(() => pendingRetries(journal.value));
const words = computed(() => updateWords(journal.value));

const DIRECTION_NAMES = { in: "To the bot", out: "From the bot", note: "" } as const;
const DIRECTION_SIGNS = { in: "→", out: "←", note: "·" } as const;

function Countdown({ toMs }: { readonly toMs: number }) {
  const text = countdownText(toMs - telegramNowMs.value);
  return <span class="countdown">{text === "now" ? "retrying now" : `retry in ${text}`}</span>;
}

function RetryCountdown({ seq }: { readonly seq: number }) {
  const dueMs = retries.value.get(seq);
  return dueMs === undefined ? null : <Countdown toMs={dueMs} />;
}

/** With several bots, whose traffic it is. */
function BotName({ id }: { readonly id: number | undefined }) {
  if (id === undefined || (world.value?.bots.length ?? 0) < 2) return null;
  return <span class="entry-bot">@{findBot(id)?.username ?? id}</span>;
}

/** What the message says that an update or its delivery is about. */
function UpdateWords({ entry }: { readonly entry: JournalEntry }) {
  if (entry.type !== "delivery" && entry.type !== "update") return null;
  const text = words.value.get(updateName(entry.bot_id, entry.update_id));
  return text === undefined ? null : <q>{text}</q>;
}

/** One entry in one or two lines; a click shows all of it. */
export function JournalRow({ entry }: { readonly entry: JournalEntry }) {
  const [isOpen, setOpen] = useState(false);
  const { direction, title, details, result, durationMs } = summarizeEntry(entry);
  return (
    <article class={`entry ${direction} ${result?.tone ?? ""}`}>
      <button
        type="button"
        class="entry-line"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <span class="entry-sign" title={DIRECTION_NAMES[direction]}>
          {DIRECTION_SIGNS[direction]}
        </span>
        <span class="entry-title">{title}</span>
        {result !== undefined && <span class={`pill ${result.tone}`}>{result.text}</span>}
        {durationMs !== undefined && <span class="entry-took">{durationText(durationMs)}</span>}
        <time title={momentText(entry.at_ms)}>{clockTimeWithSeconds(entry.at_ms)}</time>
        <span class="entry-details">
          <BotName id={entry.bot_id} />
          <UpdateWords entry={entry} />
          {details}
          <RetryCountdown seq={entry.seq} />
        </span>
      </button>
      {isOpen && <JsonView value={entry} />}
    </article>
  );
}
