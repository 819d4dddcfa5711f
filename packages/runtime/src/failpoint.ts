import { env, kill, pid } from "node:process";

/**
 * The points at which the crash matrix (`npm run crash`) kills the process, along the life of an
 * update. Each is named after what has just happened; the next step has not.
 */
export const FAILPOINTS = [
  "connection.accepted",
  "body.read",
  /** PostgreSQL: the lanes of new updates are taken, the updates are not stored. */
  "lane.taken",
  /** The row is there, its bytes are not. */
  "update.inserted",
  /** Everything of a transaction is written, nothing is committed. */
  "batch.written",
  /** It is committed, and nobody has been told. */
  "batch.committed",
  /** The receiver knows that the update is safe, Telegram does not. */
  "update.stored",
  "update.answered",
  /** An update that waited in the store has come into memory. */
  "lane.claimed",
  /** The attempt is counted and has not run. */
  "attempt.counted",
  /** An API call or a step is about to be made. */
  "effect.begins",
  /** It was made, and its result is nowhere. */
  "effect.done",
  /** Its result is in the journal, and the handler does not have it. */
  "effect.recorded",
  /** A request whose answer is to carry a call is taken, and nothing of that is written down. */
  "reply.taken",
  /** It is written down that the call goes out by the answer, and no byte of it has left. */
  "reply.noted",
  /** The answer is written whole, and the journal does not know. */
  "reply.written",
  /** The journal knows, and the handler does not. */
  "reply.recorded",
  /** The handler has returned or failed, and nothing of that is written. */
  "attempt.ended",
  /** The update is ended, the state that belongs to it is not written, nothing is committed. */
  "update.settled",
  /** The end is committed, and the lane still holds the update. */
  "ending.committed",
  /** The lane begins to wait for the next attempt. */
  "lane.asleep",
  /** A dead letter has its new place, its bytes have not. */
  "update.replayed",
  /** Retention has removed the bytes of some updates, not yet their journal. */
  "retention.deleted",
  /** A step of the schema is made and not committed. */
  "schema.migrated",
  /** PostgreSQL: a dead node is removed, its lanes are not free yet. */
  "node.removed",
  /** The outbox: a send is claimed on disk, and no byte of it has left. */
  "send.claimed",
  /** Its call has begun. */
  "send.begun",
  /** The call has ended, and its end is nowhere. */
  "send.answered",
  /** The ends of sends are written, nothing is committed. */
  "send.ended",
  /** A 429 is committed, and the chat or the bot waits. */
  "send.limited",
  /** A generated secret is on disk, and Telegram does not know it. */
  "secret.kept",
  /** Telegram is about to be told of the webhook, and with it of the secret that is current. */
  "webhook.begins",
  /** Telegram has the webhook, and nobody has looked whether it is the right one. */
  "webhook.set",
] as const;

export type Failpoint = (typeof FAILPOINTS)[number];

/** The environment variable that arms a point. Only tests set it. */
export const FAILPOINT_VARIABLE = "HOOKGRAM_FAILPOINT";

const [armed, passes = "1"] = env[FAILPOINT_VARIABLE]?.split("@") ?? [];
let passesLeft = Number(passes);

/**
 * Kills the process as `kill -9` does, if `HOOKGRAM_FAILPOINT=NAME@N` is set and this thread passes the
 * point NAME for the N-th time. Without the variable, it costs one comparison.
 */
export function failpoint(name: Failpoint): void {
  if (armed === undefined || armed !== name) return;
  passesLeft -= 1;
  if (passesLeft === 0) kill(pid, "SIGKILL");
}
