/**
 * What the handler of the crash bot does to the world: a step to a service, a message, a call that may
 * go out in the answer to Telegram's request, and a message that it only enqueues.
 */
export type EffectName = "service" | "reply" | "answer" | "send";

/**
 * One thing that happened to a bot that is killed, as somebody outside of the runtime saw it: Telegram,
 * the service that the handler calls, or the handler itself, which writes to a file that survives its
 * process. The moments are those of one machine's clock.
 */
export type HistoryEvent = { readonly atMs: number } & (
  | {
      /** Telegram has an update for the bot. Of one queue it sends them one after the other. */
      readonly type: "sent";
      readonly updateId: number;
      readonly queue: string;
    }
  /** The bot has answered 2xx. */
  | { readonly type: "acknowledged"; readonly updateId: number }
  | { readonly type: "begun"; readonly updateId: number; readonly attempt: number }
  | {
      /** Seen by the one to whom it was done. */
      readonly type: "effect";
      readonly updateId: number;
      readonly effect: EffectName;
      /** It was a webhook reply, which the contract allows once at most. */
      readonly isWebhookReply?: boolean;
    }
  /** The handler has the effect's result. */
  | {
      readonly type: "returned";
      readonly updateId: number;
      readonly effect: EffectName;
      readonly attempt: number;
    }
  /** A process was killed. */
  | { readonly type: "killed" }
  /** A dead letter was put back at the end of its lane. */
  | { readonly type: "replayed"; readonly updateId: number }
  /** At the end: it is in the state of its chat, after those that are named before. */
  | { readonly type: "applied"; readonly updateId: number }
  /** At the end: it is applied, and so this effect must have happened. */
  | { readonly type: "owed"; readonly updateId: number; readonly effect: EffectName }
  /** At the end: the runtime says that an effect may be there more than once, or not at all. */
  | { readonly type: "doubted"; readonly updateId: number }
  /** At the end: it is a dead letter. It is due when its handler can do nothing but fail. */
  | { readonly type: "parked"; readonly updateId: number; readonly isDue: boolean }
);

/** One event per line. */
export function toJsonLines(history: readonly HistoryEvent[]): string {
  return history.map((event) => `${JSON.stringify(event)}\n`).join("");
}

/** A line that a kill has cut off is no event. */
export function fromJsonLines(text: string): HistoryEvent[] {
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as HistoryEvent);
}
