export { startTelegram } from "./telegram.ts";
export type { Telegram, TelegramOptions } from "./telegram.ts";
export { VirtualClock } from "./clock/virtual-clock.ts";
export type { AdvanceOptions, VirtualClockOptions } from "./clock/virtual-clock.ts";
export { Journal } from "./journal/journal.ts";
export type { JournalPage } from "./journal/journal.ts";
export type { JournalEntry, JournalEvent } from "./journal/journal-entry.ts";
