import { useState } from "preact/hooks";
import type { FaultRule, StandingFault, User } from "../control/control-shapes.ts";
import { addFault, clearFault, faults, hasFloodLimits, setFloodLimits } from "../state/faults.ts";
import { conversation } from "../state/place.ts";
import { findBot, world } from "../state/world.ts";
import { Icon } from "../ui/icon.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { MenuButton } from "../ui/menu-button.tsx";
import { RevokeDialog } from "./revoke-dialog.tsx";

/** What can go wrong once. Calls are those of messages: a poll would use a rule for all up. */
const CHOICES: readonly { readonly label: string; readonly rule: FaultRule }[] = [
  {
    label: "Next message: 429, retry after 3 s",
    rule: call({ do: "refuse", error_code: 429, retry_after: 3 }),
  },
  { label: "Next message: 500", rule: call({ do: "refuse", error_code: 500 }) },
  { label: "Next message: sent, answer lost", rule: call({ do: "lost-response" }) },
  { label: "Next message: connection cut", rule: call({ do: "reset" }) },
  { label: "Next update: 5 s late", rule: delivery({ do: "delay", ms: 5000 }) },
  { label: "Next update: delivered twice", rule: delivery({ do: "duplicate" }) },
  { label: "Next update: webhook's answer lost", rule: delivery({ do: "lost-response" }) },
  { label: "Next update: connection cut", rule: delivery({ do: "reset" }) },
];

/** 30 messages a second, one a second in a chat, 20 a minute in a group. */
const LIMITS = "From now on: Telegram's limits";

function call(fault: FaultRule["fault"]): FaultRule {
  return { on: "call", method: "sendMessage", fault };
}

function delivery(fault: FaultRule["fault"]): FaultRule {
  return { on: "delivery", fault };
}

/** A rule in a few words; one from elsewhere may be about anything. */
function faultWords({ on, method, kind, fault, times = 1 }: FaultRule): string {
  const what = on === "call" ? (method ?? "any call") : (kind ?? "any update");
  const code = fault.error_code === undefined ? "" : ` ${fault.error_code}`;
  const often = times === 0 ? "every" : times === 1 ? "next" : `next ${times}`;
  return `${often} ${what}: ${fault.do}${code}`;
}

function Waiting({ fault }: { readonly fault: StandingFault }) {
  const words = faultWords(fault.rule);
  return (
    <li class="fault">
      {words}
      <IconButton
        icon="close"
        label={`Take back: ${words}`}
        onPress={() => void clearFault(fault.id)}
      />
    </li>
  );
}

function FloodLimits() {
  return (
    <li class="fault">
      Telegram's limits for sending
      <IconButton
        icon="close"
        label="Switch Telegram's limits off"
        onPress={() => void setFloodLimits(false)}
      />
    </li>
  );
}

/** The bot of the open chat, or the only one. */
function openBot(): User | undefined {
  const open = conversation.value;
  if (open?.kind === "private") return findBot(open.bot);
  const { bots = [] } = world.value ?? {};
  return bots.length === 1 ? bots[0] : undefined;
}

/** Lets calls and deliveries go wrong by a click, and shows what is still to go wrong. */
export function FaultStrip() {
  const [revoked, setRevoked] = useState<User>();
  const items = CHOICES.map(({ label, rule }) => {
    return { label, onChoose: () => void addFault(rule) };
  });
  const limits = { label: LIMITS, onChoose: () => void setFloodLimits(true) };
  const bot = openBot();
  const revoke = { label: "From now on: token revoked…", onChoose: () => setRevoked(bot) };
  return (
    <div class="fault-strip" role="group" aria-label="What goes wrong">
      <MenuButton
        label="Let something go wrong"
        class="step"
        opens="below-start"
        items={[
          ...items,
          ...(hasFloodLimits.value ? [] : [limits]),
          ...(bot === undefined ? [] : [revoke]),
        ]}
      >
        <Icon name="warning" /> Go wrong…
      </MenuButton>
      {revoked !== undefined && (
        <RevokeDialog bot={revoked} onClose={() => setRevoked(undefined)} />
      )}
      <ul class="faults">
        {hasFloodLimits.value && <FloodLimits />}
        {faults.value.map((fault) => (
          <Waiting key={fault.id} fault={fault} />
        ))}
      </ul>
    </div>
  );
}
