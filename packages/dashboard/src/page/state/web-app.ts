import { control, type Where } from "../control/control-client.ts";
import { safeLink } from "../text/safe-link.ts";
import { attempt, notify } from "./notices.ts";

/**
 * Opens the Web App of a button in a tab of its own, as a browser of Telegram would: what the app is
 * told stands signed behind the `#`, or nothing when the button is one of the reply keyboard.
 */
export async function openWebApp(
  button: Where & { readonly label: string; readonly message_id?: number },
): Promise<void> {
  await attempt(async () => {
    const link = safeLink((await control.launch(button)).url);
    if (link === undefined) return notify("error", "The address of this Web App is none.");
    window.open(link, "_blank", "noopener,noreferrer");
  });
}
