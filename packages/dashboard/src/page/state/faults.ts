import { signal } from "@preact/signals";
import { control } from "../control/control-client.ts";
import type { FaultRule, JournalEntry, StandingFault } from "../control/control-shapes.ts";
import { attempt } from "./notices.ts";

/** What goes wrong on purpose, the newest first. */
export const faults = signal<readonly StandingFault[]>([]);

/** Whether messages that come faster than Telegram allows are refused. */
export const hasFloodLimits = signal(false);

/** Reads whether the limits are on. */
export async function readFloodLimits(): Promise<void> {
  hasFloodLimits.value = (await control.floodLimits()).on;
}

/** Switches Telegram's limits for sending on or off. */
export async function setFloodLimits(on: boolean): Promise<void> {
  await attempt(async () => {
    hasFloodLimits.value = (await control.setFloodLimits(on)).on;
  });
}

/** Reads the rules again: others may have made some, and those that have hit are gone. */
export async function readFaults(): Promise<void> {
  faults.value = (await control.faults()).faults;
}

/** Lets something go wrong; shows what the local Telegram refuses. */
export async function addFault(rule: FaultRule): Promise<void> {
  await attempt(async () => {
    await control.addFault(rule);
    await readFaults();
  });
}

/** Takes a rule back. */
export async function clearFault(id: number): Promise<void> {
  await attempt(async () => {
    await control.clearFaults({ fault_id: id });
    await readFaults();
  });
}

/** A call or a delivery may have used up a rule. */
export function noteFaults(entries: readonly JournalEntry[]): void {
  if (faults.value.length === 0) return;
  const mayHit = entries.some(({ type }) => type === "api-call" || type === "delivery");
  if (mayHit) void attempt(readFaults);
}
