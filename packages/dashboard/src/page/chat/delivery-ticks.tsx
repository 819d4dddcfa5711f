import { computed } from "@preact/signals";
import type { ChatMessage } from "../control/control-shapes.ts";
import { telegramNowMs } from "../state/clock.ts";
import { messageKey, type DeliveryState } from "../state/delivery-state.ts";
import { deliveries } from "../state/journal.ts";
import { conversation } from "../state/place.ts";
import { countdownText } from "../text/quantity-text.ts";
import { Icon } from "../ui/icon.tsx";

const botOfChat = computed(() =>
  conversation.value?.kind === "private" ? conversation.value.bot : undefined,
);

function Countdown({ toMs }: { readonly toMs: number }) {
  return <span>{countdownText(toMs - telegramNowMs.value)}</span>;
}

function Retrying({ state }: { readonly state: DeliveryState }) {
  const status = state.lastStatus === null ? "no answer" : `status ${state.lastStatus}`;
  return (
    <span class="ticks retrying" title={`Attempt ${state.attempts} failed: ${status}`}>
      <Icon name="reset" />
      {state.retryAtMs !== undefined && <Countdown toMs={state.retryAtMs} />}
    </span>
  );
}

/** Whether the bot took the update of this message: from the journal of deliveries. */
export function DeliveryTicks({ message }: { readonly message: ChatMessage }) {
  const key = messageKey(message.chat.id, botOfChat.value, message.message_id);
  const state = deliveries.value.get(key);
  switch (state?.stage) {
    case undefined:
      return null;
    case "queued":
      return (
        <span
          class="ticks queued"
          role="img"
          aria-label="Waits for the bot"
          title="Waits for the bot"
        >
          <Icon name="clock" />
        </span>
      );
    case "retrying":
      return <Retrying state={state} />;
    case "delivered":
      return (
        <span
          class="ticks delivered"
          role="img"
          aria-label="The bot took it"
          title="The bot took it"
        >
          <Icon name="check" />
          <Icon name="check" />
        </span>
      );
    case "dropped":
      return (
        <span class="ticks dropped" role="img" aria-label="Given up" title="Telegram gave up">
          <Icon name="warning" />
        </span>
      );
  }
}
