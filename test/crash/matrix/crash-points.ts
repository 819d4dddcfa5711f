import type { Failpoint } from "../../../packages/runtime/src/failpoint.ts";

export type StoreName = "sqlite" | "postgres";

/**
 * What happens around the kill:
 * - `talk`: people write while the bot runs;
 * - `replies`: people write, and handlers make a call as a webhook reply;
 * - `outbox`: people write, and handlers enqueue messages;
 * - `flood`: people write, and Telegram answers some calls with 429;
 * - `start`: the bot starts after people have written;
 * - `backlog`: accepted updates wait in the store when the bot starts;
 * - `dead letters`: every update fails at once;
 * - `replay`: a repair replays dead letters;
 * - `retention`: updates of a week ago are removed, while people write;
 * - `take-over`: a node is dead, and the other one takes over its lanes;
 * - `rotation`: the running bot gets a new secret, and its webhook is set again;
 * - `at random`: the bot is killed three times at random moments.
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
  /** What has happened and what has not, in words. */
  readonly point: string;
  /** The point in the runtime's code; undefined if the moment is random. */
  readonly failpoint?: Failpoint;
  /** It is killed at a random pass of the point, up to this one. Default 1. */
  readonly passesMax?: number;
  /** It is killed at exactly this pass. */
  readonly pass?: number;
  readonly scene: SceneName;
  /** The only store on which it exists. Default: both stores have it. */
  readonly only?: StoreName;
  /** Whether the short matrix of `npm test` has it. */
  readonly isShort?: boolean;
}

/** How often a busy bot passes a point of its hot path within the first seconds. */
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
