import { changeClock, isClockBusy, isClockPaused, telegramNowMs } from "../state/clock.ts";
import { clockTimeWithSeconds, momentText } from "../text/time-text.ts";
import { IconButton } from "../ui/icon-button.tsx";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const STEPS = [
  { label: "+1 min", name: "one minute", ms: MINUTE_MS },
  { label: "+1 h", name: "one hour", ms: HOUR_MS },
  { label: "+1 d", name: "one day", ms: 24 * HOUR_MS },
] as const;

function PauseButton() {
  const isPaused = isClockPaused.value;
  return (
    <IconButton
      icon={isPaused ? "play" : "pause"}
      label={isPaused ? "Let time run" : "Stop time"}
      isPressed={isPaused}
      isDisabled={isClockBusy.value}
      onPress={() => void changeClock(isPaused ? { resume: true } : { pause: true })}
    />
  );
}

/** What is special about the time: that it stands, or that it is another day than here. */
function timeNote(nowMs: number): string {
  const date = new Date(nowMs);
  const day = date.toLocaleDateString([], { day: "numeric", month: "short" });
  const notes = [];
  if (date.toDateString() !== new Date().toDateString()) notes.push(day);
  if (isClockPaused.value) notes.push("stopped");
  return notes.join(", ");
}

function Now() {
  const nowMs = telegramNowMs.value;
  return (
    <span class="clock-now" title={`Telegram's time: ${momentText(nowMs)}`}>
      <time>{clockTimeWithSeconds(nowMs)}</time>
      <small>{timeNote(nowMs)}</small>
    </span>
  );
}

/** Telegram's time and the buttons that steer it: retries, expiry and dates follow it. */
export function ClockStrip() {
  return (
    <div class="clock-strip" role="group" aria-label="Telegram's clock">
      <PauseButton />
      <Now />
      <span class="clock-steps">
        {STEPS.map(({ label, name, ms }) => (
          <button
            key={label}
            type="button"
            class="step"
            title={`Move Telegram's time forward by ${name}: what falls due on the way happens now`}
            disabled={isClockBusy.value}
            onClick={() => void changeClock({ advance_ms: ms })}
          >
            {label}
          </button>
        ))}
      </span>
    </div>
  );
}
