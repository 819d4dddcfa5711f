import type {
  BroadcastState,
  OutboxTimes,
  SendEnd,
  SendFailure,
  SendResult,
} from "./outbox-store.ts";
import { FAILED, HELD, PARKED, READY, SENDING, SENT } from "./send-states.ts";

/** A send as it stands in the store. */
export interface Standing {
  readonly id: number;
  readonly botId: number;
  readonly lane: string;
  readonly state: number;
  readonly attempts: number;
  readonly doubts: number;
  readonly broadcastId: number | undefined;
  readonly broadcastState: BroadcastState | undefined;
}

/** What an end does to the rows of a send, of its lane, its bot and its broadcast. */
export interface SendChange {
  readonly standing: Standing;
  /** The row goes; otherwise it gets what follows. */
  readonly removes: boolean;
  readonly state: number;
  readonly messageId: number | undefined;
  readonly reason: SendFailure | undefined;
  /** Undefined leaves what is there. */
  readonly error: string | undefined;
  /** Added to what is there. */
  readonly doubts: number;
  readonly failures: number;
  /** The lane's send is not in flight any more. */
  readonly frees: boolean;
  /** Times before which the lane must not go on; 0: it may. */
  readonly readyMs: number;
  readonly blockedMs: number;
  readonly botBlockedMs: number;
  /** How the broadcast counts it. */
  readonly counts: "sent" | "failed" | undefined;
  /** The lane to which all sends of this one move. */
  readonly movesTo: string | undefined;
}

/**
 * What has to change. What is known to be sent or refused counts also when somebody has taken the
 * claim for lost meanwhile, as long as nobody has claimed the send anew. Undefined: nothing, because
 * the end is applied already or is that of an older claim.
 */
export function changeFor(
  standing: Standing,
  { attempt, end }: SendResult,
  times: OutboxTimes,
): SendChange | undefined {
  if (standing.attempts !== attempt) return undefined;
  const { state } = standing;
  const isFinal = end.to === "sent" || end.to === "failed";
  const isOpen = state === SENDING || (isFinal && [READY, HELD, PARKED].includes(state));
  if (!isOpen) return undefined;
  return { ...unchanged(standing), frees: state === SENDING, ...effectOf(standing, end, times) };
}

/** A claim is taken back that nobody carries out any more. */
export function changeForLost(standing: Standing, isDoubtful: boolean, parks: boolean): SendChange {
  const base = { ...unchanged(standing), frees: true, doubts: isDoubtful ? 1 : 0 };
  return isDoubtful && parks ? { ...base, state: PARKED } : { ...base, ...waiting(standing) };
}

function unchanged(standing: Standing): SendChange {
  return {
    standing,
    removes: false,
    state: standing.state,
    messageId: undefined,
    reason: undefined,
    error: undefined,
    doubts: 0,
    failures: 0,
    frees: false,
    readyMs: 0,
    blockedMs: 0,
    botBlockedMs: 0,
    counts: undefined,
    movesTo: undefined,
  };
}

function effectOf(standing: Standing, end: SendEnd, times: OutboxTimes): Partial<SendChange> {
  switch (end.to) {
    case "sent": {
      // A broadcast's own rows are only counted: there may be millions.
      const removes = standing.broadcastId !== undefined && standing.doubts === 0;
      return { removes, state: SENT, messageId: end.messageId, counts: "sent" };
    }
    case "failed":
      return { state: FAILED, reason: end.reason, error: end.error, counts: "failed" };
    case "parked":
      return { state: PARKED, doubts: 1, error: end.error };
    case "again": {
      const readyMs = untilMs(times, end.delayMs);
      const doubts = end.doubtful ? 1 : 0;
      return { ...waiting(standing), doubts, failures: 1, error: end.error, readyMs };
    }
    case "limited": {
      const until = untilMs(times, end.delayMs);
      const block =
        end.scope === "bot" ? { botBlockedMs: until } : { readyMs: until, blockedMs: until };
      return { ...waiting(standing), ...block };
    }
    case "moved":
      return { ...waiting(standing), movesTo: end.lane };
    case "unsent":
      return waiting(standing);
  }
}

/** Where a send goes back to depends on what was done to its broadcast meanwhile. */
function waiting({ broadcastState }: Standing): Partial<SendChange> {
  if (broadcastState === "cancelled") return { removes: true };
  return { state: broadcastState === "paused" ? HELD : READY };
}

function untilMs({ steadyMs }: OutboxTimes, delayMs: number): number {
  return Math.ceil(steadyMs + delayMs);
}
