import type { UpdateKind, UpdatePayload, User } from "@hookgram/bot-api";
import type { FaultBook } from "../faults/fault-book.ts";
import type { DeliveryFault } from "../faults/fault.ts";
import { withoutCredentials } from "../http/call-journal.ts";
import { toAsciiJson } from "../http/raw-json.ts";
import { roundMs } from "../journal/round-ms.ts";
import type { Journal } from "../journal/journal.ts";
import type { UpdateEvent } from "../journal/journal-entry.ts";
import type { BotAccount } from "../methods/method.ts";
import { AllowedUpdates } from "./allowed-updates.ts";
import { ConflictThrottle } from "./conflict-throttle.ts";
import { LongPoll } from "./long-poll.ts";
import { queueKey } from "./queue-key.ts";
import { SessionLife } from "./session-life.ts";
import { updateExpiry } from "./update-lifetime.ts";
import { UpdateQueue } from "./update-queue.ts";
import type { QueuedUpdate } from "./update-queue.ts";
import type { QueueSnapshot } from "./update-queue.ts";
import { WebhookControl } from "./webhook-control.ts";
import type { WebhookSnapshot } from "./webhook-control.ts";
import type { WebhookReply } from "./webhook-reply.ts";
import type { AttemptReport } from "./webhook-sender.ts";
import type { WebhookEnvironment } from "./webhook.ts";

/** Updates without an order key of their own get keys from here up, each a different one. */
const UNIQUE_KEY_START = 1n << 60n;

export interface BotSessionOptions extends Omit<WebhookEnvironment, "faultFor"> {
  readonly faults?: FaultBook | undefined;
  readonly user: User;
  readonly journal: Journal;
  /** When the server started, on the clock's monotonic scale. */
  readonly serverStartedAtMs: number;
  /** Hears of each update that joins the queue. */
  readonly onUpdate?: ((update: QueuedEvent) => void) | undefined;
  /** Runs a method call that came in the answer to a delivery. */
  readonly onReply: (bot: BotSession, reply: WebhookReply) => void;
}

/** An update as it joins a bot's queue. */
export interface QueuedEvent {
  readonly bot_id: number;
  readonly update_id: number;
  readonly kind: UpdateKind;
  readonly payload: object;
}

/** The JSON form of a session, for snapshots. */
export interface SessionSnapshot {
  readonly queue: QueueSnapshot;
  readonly allowed_updates?: readonly string[];
  readonly webhook?: WebhookSnapshot;
}

/** What an update is about, for whoever follows its delivery in the journal. */
function subjectOf(payload: object): Pick<UpdateEvent, "chat_id" | "message_id" | "words"> {
  const { chat, message_id, data, query } = payload as {
    readonly chat?: { readonly id: number };
    readonly message_id?: number;
    readonly data?: string;
    readonly query?: string;
  };
  if (chat !== undefined && message_id !== undefined) return { chat_id: chat.id, message_id };
  const words = data ?? query;
  return words === undefined ? {} : { words };
}

/** The chat of an update, which stands in its JSON before any other chat; 0 without one. */
function chatIdOf(json: string): number {
  return Number(/"chat":\{"id":(-?\d+)/.exec(json)?.[1] ?? 0);
}

/** One bot on this server: its queue, and how it gets its updates. */
export class BotSession implements BotAccount {
  readonly user: User;
  readonly queue: UpdateQueue;
  readonly allowed = new AllowedUpdates();
  readonly conflicts: ConflictThrottle;
  readonly polling: LongPoll;
  readonly webhook: WebhookControl;
  readonly life: SessionLife;
  readonly #options: BotSessionOptions;
  #uniqueKey = UNIQUE_KEY_START;

  constructor(options: BotSessionOptions) {
    const { user, clock, random, resolver, isCloud } = options;
    this.user = user;
    this.#options = options;
    this.queue = new UpdateQueue(random);
    this.conflicts = new ConflictThrottle(clock);
    const { queue, allowed, conflicts } = this;
    this.polling = new LongPoll({ clock, queue, allowed, conflicts });
    const { polling } = this;
    const faultFor = (update: QueuedUpdate): DeliveryFault | undefined =>
      options.faults?.takeDelivery({
        botId: user.id,
        kind: update.kind,
        chatId: chatIdOf(update.json),
      });
    const environment = { clock, random, resolver, isCloud, faultFor };
    this.webhook = new WebhookControl({
      ...environment,
      queue,
      allowed,
      conflicts,
      polling,
      onAttempt: (report) => this.#recordAttempt(report),
      onReply: (reply) => options.onReply(this, reply),
      onChanged: (state, url) => this.#recordWebhook(state, url),
    });
    const { serverStartedAtMs } = options;
    const { webhook } = this;
    this.life = new SessionLife({ clock, serverStartedAtMs, queue, webhook, polling });
  }

  get id(): number {
    return this.user.id;
  }

  publish<K extends UpdateKind>(kind: K, payload: UpdatePayload<K>): void {
    if (!this.allowed.includes(kind)) return;
    const nowS = Math.floor(this.#options.clock.now() / 1000);
    const expiresAtS = updateExpiry(kind, payload, nowS);
    if (expiresAtS === undefined) return;
    const key = queueKey(kind, payload) ?? this.#uniqueKey++;
    const json = `"${kind}":${toAsciiJson(payload)}`;
    const queued = this.queue.push({ kind, json, expiresAtS, key });
    if (queued === undefined) return;
    const { journal, onUpdate } = this.#options;
    onUpdate?.({ bot_id: this.id, update_id: queued.id, kind, payload });
    const about = subjectOf(payload);
    journal.append({ type: "update", bot_id: this.id, update_id: queued.id, kind, ...about });
    this.polling.wake();
    this.webhook.update();
  }

  snapshot(): SessionSnapshot {
    const allowedUpdates = this.allowed.snapshot();
    const webhook = this.webhook.snapshot();
    return {
      queue: this.queue.snapshot(),
      ...(allowedUpdates && { allowed_updates: allowedUpdates }),
      ...(webhook && { webhook }),
    };
  }

  /** Goes on from a snapshot, with no update id below `nextUpdateIdMin`. */
  restore(snapshot: SessionSnapshot, nextUpdateIdMin = 0): void {
    this.queue.restore(snapshot.queue, nextUpdateIdMin);
    this.allowed.restore(snapshot.allowed_updates);
    if (snapshot.webhook !== undefined) this.webhook.restore(snapshot.webhook);
  }

  /** Drops all waiting updates; the webhook stays, with new connections. */
  dropUpdates(): void {
    const webhook = this.webhook.suspend();
    this.queue.keepNewest(0);
    if (webhook !== undefined) this.webhook.restore(webhook);
  }

  /** Ends a waiting poll and cuts the connections to the webhook. */
  stop(): void {
    this.polling.finish();
    this.webhook.suspend();
  }

  #recordAttempt(report: AttemptReport): void {
    const { update, attempt, status, error, durationMs, retryInS, outcome } = report;
    this.#options.journal.append({
      type: "delivery",
      bot_id: this.id,
      update_id: update.id,
      kind: update.kind,
      attempt,
      status: status ?? null,
      ...(error === undefined ? {} : { error }),
      duration_ms: roundMs(durationMs),
      ...(retryInS === undefined ? {} : { retry_in_s: retryInS }),
      outcome,
    });
  }

  #recordWebhook(state: "set" | "deleted", url: string): void {
    const shown = withoutCredentials(url);
    this.#options.journal.append({ type: "webhook", bot_id: this.id, state, url: shown });
  }
}
