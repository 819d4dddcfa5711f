import { computed, signal } from "@preact/signals";
import { control } from "../control/control-client.ts";
import type { ClockReading } from "../control/control-shapes.ts";
import { attempt } from "./notices.ts";

const TICK_MS = 250;

/** The time on the local Telegram, in milliseconds since the epoch; it moves four times a second. */
export const telegramNowMs = signal(Date.now());
/** The beginning of Telegram's day in the viewer's zone: what says "Today" changes with it only. */
export const telegramDayMs = computed(() => new Date(telegramNowMs.value).setHours(0, 0, 0, 0));
/** Whether Telegram's time stands still. */
export const isClockPaused = signal(false);
/** True while the clock is being moved: everything that falls due on the way happens now. */
export const isClockBusy = signal(false);

let aheadMs = 0;

function tick(): void {
  if (!isClockPaused.value) telegramNowMs.value = Date.now() + aheadMs;
}

function takeReading({ now_ms, paused }: ClockReading): void {
  aheadMs = now_ms - Date.now();
  isClockPaused.value = paused;
  telegramNowMs.value = now_ms;
}

/** Reads the clock again, as after a reconnect, and keeps it moving. */
export async function readClock(): Promise<void> {
  takeReading(await control.clock());
}

/**
 * Takes the time of an entry that just happened. Somebody else may have moved the clock; while it
 * is paused nothing else says how far.
 */
export function noteTime(atMs: number): void {
  if (isClockPaused.value) telegramNowMs.value = Math.max(telegramNowMs.value, atMs);
  else if (Math.abs(atMs - (Date.now() + aheadMs)) > 2000) void attempt(readClock);
}

/** Stops time, lets it run, or moves it forward; shows what the local Telegram refuses. */
export async function changeClock(change: Parameters<typeof control.setClock>[0]): Promise<void> {
  isClockBusy.value = true;
  await attempt(async () => takeReading(await control.setClock(change)));
  isClockBusy.value = false;
}

setInterval(tick, TICK_MS);
