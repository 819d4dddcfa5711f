import { control } from "../control/control-client.ts";
import type { Group } from "../control/control-shapes.ts";
import { attempt } from "../state/notices.ts";
import { place } from "../state/place.ts";

/** Instead of the field, while the person has blocked the bot. */
export function BlockedBar({ bot }: { readonly bot: number }) {
  const unblock = (): void => {
    void attempt(() => control.unblock({ person: place.value.person!, bot }));
  };
  return (
    <section class="composer barred">
      <p>You blocked this bot: it can neither hear nor answer you.</p>
      <button type="button" class="button primary" onClick={unblock}>
        Unblock
      </button>
    </section>
  );
}

/** Instead of the field, while the person is not in the group. */
export function JoinBar({ group }: { readonly group: Group }) {
  const join = (): void => {
    void attempt(() => control.join({ person: place.value.person!, chat: group.id }));
  };
  return (
    <div class="barred">
      <p>You are not in this group.</p>
      <button type="button" class="button primary" onClick={join}>
        Join
      </button>
    </div>
  );
}
