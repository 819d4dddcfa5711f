import { useLayoutEffect, useRef } from "preact/hooks";
import { connection } from "../state/live.ts";
import { alertText, dismissNotice, notices } from "../state/notices.ts";
import { Dialog } from "./dialog.tsx";
import { IconButton } from "./icon-button.tsx";

/** The lines that come and go at the top: toasts of bots, errors of the local Telegram. */
export function Notices() {
  const ref = useRef<HTMLDivElement>(null);
  const shown = notices.value;
  useLayoutEffect(() => {
    // Above whatever window is open: what was shown last is in front.
    ref.current!.hidePopover();
    ref.current!.showPopover();
  }, [shown]);
  return (
    <div ref={ref} class="notices" popover="manual" role="status" aria-live="polite">
      {connection.value === "lost" && (
        <div class="notice error lost">The local Telegram does not answer. Trying again…</div>
      )}
      {shown.map(({ id, kind, text }) => (
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
