import { control } from "../control/control-client.ts";
import type { User } from "../control/control-shapes.ts";
import { attempt, notify } from "../state/notices.ts";
import { Dialog } from "../ui/dialog.tsx";

/** Asks before a bot loses its token. The new one is a secret, so that this page does not show it. */
export function RevokeDialog({
  bot,
  onClose,
}: {
  readonly bot: User;
  readonly onClose: () => void;
}) {
  const name = `@${bot.username}`;
  const revoke = async (): Promise<void> => {
    onClose();
    const isDone = await attempt(() => control.revokeToken({ bot: bot.id }));
    if (isDone) notify("toast", `${name} is answered 401 from now on`);
  };
  return (
    <Dialog title={`Revoke the token of ${name}?`} onClose={onClose}>
      <p>
        Whatever the bot calls is answered with 401 from now on, and its webhook is gone. To let it
        in again, choose its token with <code>POST /control/revoke-token</code>.
      </p>
      <div class="dialog-actions">
        <button type="button" class="button quiet" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="button danger" onClick={() => void revoke()}>
          Revoke
        </button>
      </div>
    </Dialog>
  );
}
