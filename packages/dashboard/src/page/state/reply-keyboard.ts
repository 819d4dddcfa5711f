import { computed, effect, signal, untracked } from "@preact/signals";
import { control } from "../control/control-client.ts";
import type { PersonKeyboard } from "../control/control-shapes.ts";
import { sayNow, writeAbout } from "./compose.ts";
import { attempt } from "./notices.ts";
import { shareLocation } from "./share.ts";
import { menus, openThread, threads, whereNow } from "./threads.ts";
import { openWebApp } from "./web-app.ts";

/** The reply keyboard or the forced reply that the person sees in the open chat. */
export const personKeyboard = computed<PersonKeyboard | undefined>(
  () => menus.value.get(openThread.value ?? "")?.keyboard,
);

/** Keyboards that were put away, by what they are: a new one shows again. */
const hiddenKeyboards = signal<ReadonlySet<string>>(new Set());

const keyboardName = computed(() => JSON.stringify([openThread.value, personKeyboard.value]));

/** Whether the person put the keyboard of the open chat away. */
export const isKeyboardHidden = computed(() => hiddenKeyboards.value.has(keyboardName.value));

/** Puts the keyboard of the open chat away, or brings it back. */
export function toggleKeyboard(): void {
  const hidden = new Set(hiddenKeyboards.value);
  if (!hidden.delete(keyboardName.value)) hidden.add(keyboardName.value);
  hiddenKeyboards.value = hidden;
}

interface ReplyButton {
  readonly text: string;
  readonly request_location?: boolean;
  readonly web_app?: object;
}

/** Whether the button does more than send its text. */
function asksForSomething(button: ReplyButton): boolean {
  return Object.keys(button).some((name) => name.startsWith("request_"));
}

/** Presses a button of the reply keyboard. A one-time keyboard goes away with that. */
export async function pressReplyButton(button: ReplyButton): Promise<void> {
  const keyboard = personKeyboard.value;
  const isOneTime = keyboard !== undefined && "keyboard" in keyboard && keyboard.one_time_keyboard;
  if (isOneTime === true && !isKeyboardHidden.value) toggleKeyboard();
  if (button.request_location === true) return shareLocation();
  if (button.web_app !== undefined)
    return openWebApp({ ...whereNow(), label: button.text }, button.text);
  if (!asksForSomething(button)) return sayNow(button.text);
  await attempt(() => control.pressReply({ ...whereNow(), label: button.text, wait_ms: 0 }));
}

/** A forced reply opens the reply by itself, once, as the real apps do. */
export function followForcedReplies(): void {
  let answered = "";
  effect(() => {
    const keyboard = personKeyboard.value;
    const name = keyboardName.value;
    if (keyboard === undefined || !("force_reply" in keyboard) || name === answered) return;
    answered = name;
    untracked(() => {
      const messages = threads.value.get(openThread.value ?? "") ?? [];
      const asking = messages.findLast(
        ({ reply_markup }) => reply_markup !== undefined && "force_reply" in reply_markup,
      );
      if (asking !== undefined) writeAbout("reply", asking);
    });
  });
}
