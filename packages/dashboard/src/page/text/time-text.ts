const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
const CLOCK_WITH_SECONDS: Intl.DateTimeFormatOptions = { ...CLOCK, second: "2-digit" };

/** The time of day in the viewer's zone: `14:03`. */
export function clockTime(atMs: number): string {
  return new Date(atMs).toLocaleTimeString([], { ...CLOCK, hourCycle: "h23" });
}

/** The same with seconds: `14:03:27`. */
export function clockTimeWithSeconds(atMs: number): string {
  return new Date(atMs).toLocaleTimeString([], { ...CLOCK_WITH_SECONDS, hourCycle: "h23" });
}

/** A day for people: `Saturday, 21 November`, with the year if it is not the current one. */
export function dayText(atMs: number, nowMs: number): string {
  const date = new Date(atMs);
  if (date.toDateString() === new Date(nowMs).toDateString()) return "Today";
  const isThisYear = date.getFullYear() === new Date(nowMs).getFullYear();
  const year = isThisYear ? {} : ({ year: "numeric" } as const);
  return date.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", ...year });
}

/** For a tooltip: the moment in the viewer's zone and in UTC. */
export function momentText(atMs: number): string {
  const date = new Date(atMs);
  return `${date.toLocaleString()} · ${date.toISOString()}`;
}
