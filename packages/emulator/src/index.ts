export { startTelegram } from "./telegram.ts";
export type { Telegram } from "./telegram.ts";
export type { TelegramOptions } from "./telegram-options.ts";
export { VirtualClock } from "./clock/virtual-clock.ts";
export type { AdvanceOptions, VirtualClockOptions } from "./clock/virtual-clock.ts";
export { Journal } from "./journal/journal.ts";
export type { JournalPage } from "./journal/journal.ts";
export type { JournalEntry, JournalEvent } from "./journal/journal-entry.ts";
export { EmulatorError } from "./world/emulator-error.ts";
export type { EmulatorErrorCode } from "./world/emulator-error.ts";
export { parseWorldFile } from "./world/world-file.ts";
export type { NewBot, NewChat, NewMember, NewPerson, WorldFile } from "./world/world-file.ts";
export type { FloodLimits } from "./faults/flood-limits.ts";
export type { FaultBook, StandingFault } from "./faults/fault-book.ts";
export type {
  CallFault,
  CallFaultRule,
  DeliveryFault,
  DeliveryFaultRule,
  FaultRule,
  FaultScope,
} from "./faults/fault.ts";
export { parseRecording } from "./recording/recording.ts";
export type {
  RecordedCall,
  RecordedDelivery,
  RecordedLine,
  RecordedUpdate,
} from "./recording/recording.ts";
export type { ReplayReport, SessionReplay } from "./recording/session-replay.ts";
export { connectUsers } from "./client/connect-users.ts";
export { ControlClient } from "./client/control-client.ts";
export type { ControlOutcome } from "./client/control-client.ts";
export { TelegramUsers, UserClient } from "./client/user-client.ts";
export type {
  NewUser,
  Patience,
  Place,
  PressResult,
  SayDetails,
  WebAppSession,
} from "./client/user-client.ts";
export type { World } from "./world/world.ts";
export { COMPATIBILITY } from "./methods/compatibility.ts";
export type { Compatibility } from "./methods/compatibility.ts";
