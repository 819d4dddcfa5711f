import { signal } from "@preact/signals";
import { control, type Where } from "../control/control-client.ts";
import { safeLink } from "../text/safe-link.ts";
import { attempt, notify } from "./notices.ts";

/** A Web App that the person looks at. */
export interface OpenWebApp {
  /** With what the app is told, signed, behind the `#`. */
  readonly url: string;
  readonly title: string;
  readonly where: Where;
  /** The button of the reply keyboard that opened it; apps of other buttons send no data. */
  readonly keyboardButton?: string;
}

/** The Web App in front of the chat. */
export const openedWebApp = signal<OpenWebApp | undefined>(undefined);

/**
 * Opens the Web App of a button in front of the chat, or that of the menu button where no label is
 * given. Apps of the reply keyboard's buttons are told nothing, and may send data.
 */
export async function openWebApp(
  button: Where & { readonly label?: string; readonly message_id?: number },
  title: string,
): Promise<void> {
  await attempt(async () => {
    const { url, source } = await control.launch(button);
    const link = safeLink(url);
    if (link === undefined || !/^https?:/.test(link)) {
      return notify("error", "The address of this Web App is none.");
    }
    const { person, bot, chat } = button;
    const where = {
      person,
      ...(bot === undefined ? {} : { bot }),
      ...(chat === undefined ? {} : { chat }),
    };
    openedWebApp.value = {
      url: link,
      title,
      where,
      ...(source === "keyboard" && button.label !== undefined
        ? { keyboardButton: button.label }
        : {}),
    };
  });
}

/** Puts the Web App away. */
export function closeWebApp(): void {
  openedWebApp.value = undefined;
}

/** What the app gives to `Telegram.WebApp.sendData` goes to the bot, and the app closes. */
export async function sendWebAppData(app: OpenWebApp, data: string): Promise<void> {
  const { where, keyboardButton: button_text } = app;
  if (button_text === undefined) {
    return notify("error", "Only the Web App of a keyboard button can send data to the bot.");
  }
  if (await attempt(() => control.webAppData({ ...where, button_text, data }))) closeWebApp();
}
