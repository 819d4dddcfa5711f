import { connection } from "../state/live.ts";
import { alertText, dismissNotice, notices } from "../state/notices.ts";
import { Dialog } from "./dialog.tsx";
import { IconButton } from "./icon-button.tsx";

/** The lines that come and go at the top: toasts of bots, errors of the local Telegram. */
export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {connection.value === "lost" && (
        <div class="notice error lost">The local Telegram does not answer. Trying again…</div>
      )}
      {notices.value.map(({ id, kind, text }) => (
        <div key={id} class={`notice ${kind}`}>
          <span>{text}</span>
          <IconButton icon="close" label="Dismiss" onPress={() => dismissNotice(id)} />
        </div>
      ))}
    </div>
  );
}

/** The answer of a bot that wants to be confirmed (`show_alert`). */
export function AlertDialog() {
  if (alertText.value === undefined) return null;
  const close = (): void => {
    alertText.value = undefined;
  };
  return (
    <Dialog title="The bot says" onClose={close}>
      <p class="alert-text">{alertText.value}</p>
      <div class="dialog-actions">
        <button type="button" class="button primary" onClick={close}>
          OK
        </button>
      </div>
    </Dialog>
  );
}
