import { SEND_PRIORITIES, SEND_STATES, type SendDecision } from "./outbox-store.ts";

/** `outbox.state` as both stores keep it: the place in {@link SEND_STATES}. */
export const READY = SEND_STATES.indexOf("ready");
export const SCHEDULED = SEND_STATES.indexOf("scheduled");
export const HELD = SEND_STATES.indexOf("held");
export const SENDING = SEND_STATES.indexOf("sending");
export const PARKED = SEND_STATES.indexOf("parked");
export const SENT = SEND_STATES.indexOf("sent");
export const FAILED = SEND_STATES.indexOf("failed");

/** `outbox.priority` of a broadcast. */
export const BULK = SEND_PRIORITIES.indexOf("bulk");

/** Scheduled sends that fall due, or lanes that are looked at, in one turn; the next goes on. */
export const TURN_ROWS_MAX = 500;

/** A running broadcast has so many sends of its own in the outbox at least, while it lasts. */
export const FED_MIN = 100;

/** No window is longer: what is older says nothing about a limit. */
export const LONGEST_WINDOW_MS = 120_000;

/** What is said of a send whose process died and that must not be repeated. */
export const DIED = "the process died while it was being sent";

/** States of a send in which a person may say this of it. */
export const MAY_DECIDE: Readonly<Record<SendDecision, readonly number[]>> = {
  sent: [READY, HELD, SCHEDULED, PARKED],
  drop: [READY, HELD, SCHEDULED, PARKED],
  again: [PARKED, FAILED],
};
