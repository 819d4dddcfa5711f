import type { Failpoint } from "../../../packages/runtime/src/failpoint.ts";

export type StoreName = "sqlite" | "postgres";

/**
 * What goes on around the kill:
 * - `talk`: people write while the bot runs;
 * - `replies`: so too, and handlers make a call in the answer to Telegram's request;
 * - `outbox`: so too, and the handlers enqueue messages;
 * - `flood`: so too, and Telegram answers 429 now and then;
 * - `start`: the bot starts, and people have written already;
 * - `backlog`: accepted updates wait in the store when the bot starts;
 * - `dead letters`: everything that people write fails at once;
 * - `replay`: a repair puts dead letters back;
 * - `retention`: what a week ago was handled is forgotten, while people write;
 * - `take-over`: a node is dead, and the other one takes what it had;
 * - `rotation`: the running bot gets a new secret, and its webhook is set once more;
 * - `at random`: nothing but the moment is chosen, three times.
 */
export type SceneName =
  | "talk"
  | "replies"
  | "outbox"
  | "flood"
  | "start"
  | "backlog"
  | "dead letters"
  | "replay"
  | "retention"
  | "take-over"
  | "rotation"
  | "at random";

/** A row of the crash matrix: where the process is killed, and when. */
export interface CrashPoint {
  /** In words: what has happened, and what has not. */
  readonly point: string;
  /** The name in the runtime's code; none when the moment is random. */
  readonly failpoint?: Failpoint;
  /** It is killed at one of the first so many times that it comes there. Default 1. */
  readonly passesMax?: number;
  /** It is killed at exactly this time. */
  readonly pass?: number;
  readonly scene: SceneName;
  /** Default: both. */
  readonly only?: StoreName;
  /** Part of the short form. */
  readonly isShort?: boolean;
}

/** Times that a busy bot comes to a point of its hot path within the first seconds. */
const MANY = 40;

export const CRASH_POINTS: readonly CrashPoint[] = [
  { point: "socket accepted", failpoint: "connection.accepted", passesMax: 2, scene: "talk" },
  { point: "body read", failpoint: "body.read", passesMax: MANY, scene: "talk" },
  {
    point: "lanes taken, updates not stored",
    failpoint: "lane.taken",
    passesMax: 20,
    scene: "talk",
    only: "postgres",
  },
  {
    point: "row inserted, bytes not",
    failpoint: "update.inserted",
    passesMax: MANY,
    scene: "talk",
    isShort: true,
  },
  { point: "written, not committed", failpoint: "batch.written", passesMax: MANY, scene: "talk" },
  {
    point: "committed, nobody told",
    failpoint: "batch.committed",
    passesMax: MANY,
    scene: "talk",
    isShort: true,
  },
  { point: "stored, not answered", failpoint: "update.stored", passesMax: MANY, scene: "talk" },
  { point: "answered, not begun", failpoint: "update.answered", passesMax: MANY, scene: "talk" },
  { point: "claimed into memory", failpoint: "lane.claimed", passesMax: 20, scene: "backlog" },
  {
    point: "attempt counted, not run",
    failpoint: "attempt.counted",
    passesMax: MANY,
    scene: "talk",
  },
  { point: "before an external call", failpoint: "effect.begins", passesMax: MANY, scene: "talk" },
  {
    point: "call made, not recorded",
    failpoint: "effect.done",
    passesMax: MANY,
    scene: "talk",
    isShort: true,
  },
  {
    point: "call recorded, not returned",
    failpoint: "effect.recorded",
    passesMax: MANY,
    scene: "talk",
  },
  {
    point: "handler done, nothing written",
    failpoint: "attempt.ended",
    passesMax: MANY,
    scene: "talk",
  },
  {
    point: "update ended, state not written",
    failpoint: "update.settled",
    passesMax: MANY,
    scene: "talk",
  },
  {
    point: "applied, lane still held",
    failpoint: "ending.committed",
    passesMax: MANY,
    scene: "talk",
  },
  { point: "answer taken for a call", failpoint: "reply.taken", passesMax: 10, scene: "replies" },
  { point: "reply noted, not written", failpoint: "reply.noted", passesMax: 10, scene: "replies" },
  {
    point: "reply given to the socket, not known to be written",
    failpoint: "update.answered",
    passesMax: 20,
    scene: "replies",
  },
  {
    point: "reply written, not recorded",
    failpoint: "reply.written",
    passesMax: 10,
    scene: "replies",
    isShort: true,
  },
  {
    point: "reply recorded, not returned",
    failpoint: "reply.recorded",
    passesMax: 10,
    scene: "replies",
  },
  { point: "lane waits for a retry", failpoint: "lane.asleep", passesMax: 3, scene: "talk" },
  {
    point: "dead letter written, not committed",
    failpoint: "update.settled",
    passesMax: 20,
    scene: "dead letters",
  },
  { point: "send claimed, not begun", failpoint: "send.claimed", passesMax: 10, scene: "outbox" },
  { point: "send under way", failpoint: "send.begun", passesMax: 10, scene: "outbox" },
  {
    point: "send answered, not marked",
    failpoint: "send.answered",
    passesMax: 10,
    scene: "outbox",
  },
  { point: "send marked, not committed", failpoint: "send.ended", passesMax: 10, scene: "outbox" },
  { point: "429 kept, chat waits", failpoint: "send.limited", passesMax: 5, scene: "flood" },
  {
    point: "in the middle of a bulk replay",
    failpoint: "update.replayed",
    passesMax: 10,
    scene: "replay",
  },
  {
    point: "in the middle of retention",
    failpoint: "retention.deleted",
    passesMax: 2,
    scene: "retention",
  },
  { point: "schema made, not committed", failpoint: "schema.migrated", scene: "start" },
  { point: "secret kept, not announced", failpoint: "secret.kept", scene: "start" },
  { point: "webhook set, not verified", failpoint: "webhook.set", scene: "start" },
  {
    point: "secret rotated, not announced",
    failpoint: "webhook.begins",
    pass: 2,
    scene: "rotation",
  },
  {
    point: "webhook set again, not verified",
    failpoint: "webhook.set",
    pass: 2,
    scene: "rotation",
  },
  {
    point: "dead node removed, its lanes not free",
    failpoint: "node.removed",
    scene: "take-over",
    only: "postgres",
  },
  { point: "random moments", scene: "at random" },
];
