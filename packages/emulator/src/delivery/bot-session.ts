import type { Clock, UpdateKind, UpdatePayload, User } from "@hookgram/bot-api";
import { toAsciiJson } from "../http/raw-json.ts";
import type { Journal } from "../journal/journal.ts";
import type { BotAccount } from "../methods/method.ts";
import { AllowedUpdates } from "./allowed-updates.ts";
import { ConflictThrottle } from "./conflict-throttle.ts";
import { LongPoll } from "./long-poll.ts";
import { queueKey } from "./queue-key.ts";
import { updateExpiry } from "./update-lifetime.ts";
import { UpdateQueue } from "./update-queue.ts";

/** Updates without an order key of their own get keys from here up, each a different one. */
const UNIQUE_KEY_START = 1n << 60n;

export interface BotSessionOptions {
  readonly user: User;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly random: () => number;
}

/**
 * One bot on this server: its queue and how it gets its updates.
 *
 * A crash loses nothing that the last snapshot of the server holds.
 */
export class BotSession implements BotAccount {
  readonly user: User;
  readonly queue: UpdateQueue;
  readonly allowed = new AllowedUpdates();
  readonly conflicts: ConflictThrottle;
  readonly polling: LongPoll;
  readonly #clock: Clock;
  readonly #journal: Journal;
  #uniqueKey = UNIQUE_KEY_START;

  constructor(options: BotSessionOptions) {
    const { user, clock, journal, random } = options;
    this.user = user;
    this.#clock = clock;
    this.#journal = journal;
    this.queue = new UpdateQueue(random);
    this.conflicts = new ConflictThrottle(clock);
    const { queue, allowed, conflicts } = this;
    this.polling = new LongPoll({ clock, queue, allowed, conflicts });
  }

  get id(): number {
    return this.user.id;
  }

  publish<K extends UpdateKind>(kind: K, payload: UpdatePayload<K>): void {
    if (!this.allowed.includes(kind)) return;
    const nowS = Math.floor(this.#clock.now() / 1000);
    const expiresAtS = updateExpiry(kind, payload, nowS);
    if (expiresAtS === undefined) return;
    const key = queueKey(kind, payload) ?? this.#uniqueKey++;
    const json = `"${kind}":${toAsciiJson(payload)}`;
    const queued = this.queue.push({ kind, json, expiresAtS, key });
    if (queued === undefined) return;
    this.#journal.append({ type: "update", bot_id: this.id, update_id: queued.id, kind });
    this.polling.wake();
  }
}
