import { signal } from "@preact/signals";
import { control, type WhichMessage } from "../control/control-client.ts";
import type { CallbackAnswerEntry } from "../control/control-shapes.ts";
import { safeLink } from "../text/safe-link.ts";
import { alertText, attempt, notify } from "./notices.ts";

/** A real app stops waiting for a silent bot, too; the button can then be pressed again. */
const SPIN_MAX_MS = 30_000;
/** Answers that come before the press itself was acknowledged wait here; a few are enough. */
const EARLY_ANSWERS_MAX = 50;

/** The buttons that spin: they were pressed and the bot has not answered. */
export const spinningButtons = signal<ReadonlySet<string>>(new Set());

const buttonByQuery = new Map<string, string>();
const earlyAnswers = new Map<string, CallbackAnswerEntry>();

function stopSpinning(button: string): void {
  spinningButtons.value = new Set([...spinningButtons.value].filter((name) => name !== button));
}

function showAnswer({ text, show_alert: isAlert, url }: CallbackAnswerEntry): void {
  const link = url === undefined ? undefined : safeLink(url);
  if (link !== undefined) window.open(link, "_blank", "noopener,noreferrer");
  if (text === undefined || text === "") return;
  if (isAlert === true) alertText.value = text;
  else notify("toast", text);
}

/** The bot answered a press: its button stops, the text shows. Presses of others are ignored. */
export function takeCallbackAnswer(entry: CallbackAnswerEntry): void {
  const button = buttonByQuery.get(entry.callback_query_id);
  if (button === undefined) {
    earlyAnswers.set(entry.callback_query_id, entry);
    if (earlyAnswers.size > EARLY_ANSWERS_MAX) {
      earlyAnswers.delete(earlyAnswers.keys().next().value!);
    }
    return;
  }
  buttonByQuery.delete(entry.callback_query_id);
  stopSpinning(button);
  showAnswer(entry);
}

/**
 * Presses a button with callback data. The answer comes as a live event and not in the answer of
 * the request: a browser opens six connections to a server, and silent bots would use them up.
 */
export async function pressButton(which: WhichMessage, label: string, data: string): Promise<void> {
  const button = buttonName(which.message_id, label, data);
  if (spinningButtons.value.has(button)) return;
  spinningButtons.value = new Set([...spinningButtons.value, button]);
  setTimeout(() => stopSpinning(button), SPIN_MAX_MS);
  const isPressed = await attempt(async () => {
    const { callback_query_id: query } = await control.pressInline({ ...which, data, wait_ms: 0 });
    if (query === undefined) return stopSpinning(button);
    buttonByQuery.set(query, button);
    const answer = earlyAnswers.get(query);
    earlyAnswers.delete(query);
    if (answer !== undefined) takeCallbackAnswer(answer);
  });
  if (!isPressed) stopSpinning(button);
}

/** The name of a button among those that spin. */
export function buttonName(messageId: number, label: string, data: string): string {
  return JSON.stringify([messageId, label, data]);
}
