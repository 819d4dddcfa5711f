import type { Clock } from "@hookgram/bot-api";
import { systemClock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import { RuntimeError } from "../error.ts";
import { failpoint } from "../failpoint.ts";
import type { Acceptance, Inbox, IncomingUpdate } from "../inbox.ts";
import { ANSWERS, type Answer } from "./answer.ts";
import { type Body, BodyCollector, floodLimitBytes } from "./body-collector.ts";
import { Deadlines } from "../deadlines.ts";
import { inspectUpdate, prefixedId } from "./inspect-update.ts";
import { clientAddress, Networks } from "./networks.ts";
import { OccasionalLog } from "./occasional-log.ts";
import type { WebhookReplies, WebhookReplyStats } from "../webhook-reply/webhook-replies.ts";
import type { WebhookSecrets } from "./webhook-secrets.ts";

/** What is known of a request before its body. */
export interface RequestHead {
  readonly method: string;
  /** The request target: the path as it was sent, with or without a query. */
  readonly target: string;
  /** The header with this name, which is in lower case. Repeated ones are joined by `, `. */
  header(name: string): string | undefined;
  /** The address of the other end of the connection. Needed only with an allow list. */
  readonly peerAddress?: string | undefined;
}

/** A whole request, for hosts that hand it over in one piece. */
export interface ReceivedRequest extends RequestHead {
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Limits of what a receiver takes; the same for every host. */
export interface ReceiverLimits {
  /** Largest body that is stored whole. Default 1 MiB; Telegram's largest update is 512 KiB. */
  readonly bodyLimitBytes?: number | undefined;
  /** Longest wait for the commit; after it the answer is 503. Default 4 seconds. */
  readonly acceptTimeoutMs?: number | undefined;
  /** Longest time in which a body must arrive. Default 10 seconds. */
  readonly bodyTimeoutMs?: number | undefined;
  /**
   * Networks from which requests are taken; everybody else gets 403. Default: all.
   * {@link TELEGRAM_NETWORKS} has Telegram's. Depth only: the secret is the proof.
   */
  readonly allow?: readonly string[] | undefined;
  /** Networks of the proxies in front, whose `X-Forwarded-For` is believed. Default: none. */
  readonly trustedProxies?: readonly string[] | undefined;
}

export interface ReceiverOptions extends ReceiverLimits {
  /** The path that is answered, exactly as it is in the URL: `/telegram/4fJ…`. */
  readonly path: string;
  readonly secrets: WebhookSecrets;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /** Has answers wait for a call of the handler to carry. Without it none ever does. */
  readonly replies?: WebhookReplies | undefined;
}

/** Why requests were refused without touching the store. */
export type RefusalReason = "path" | "method" | "peer" | "secret" | "encoding" | "flood";

/** Counts since the receiver was made. */
export interface ReceiverStats {
  readonly state: "closed" | "open" | "draining";
  readonly stored: number;
  readonly duplicates: number;
  /** Of those stored, the ones that nothing can handle and a person should look at. */
  readonly parked: number;
  /** Answered 503. */
  readonly unavailable: number;
  readonly refused: Readonly<Record<RefusalReason, number>>;
  /** Only where answers may carry calls. */
  readonly replies?: WebhookReplyStats;
}

/** Where accepted updates go, and whose they are. */
export interface Door {
  readonly botId: number;
  readonly inbox: Inbox;
}

const BODY_LIMIT_BYTES = 1_048_576;
/** An overloaded store must be noticed before Telegram's 60 s, and soon enough to shed load. */
const ACCEPT_TIMEOUT_MS = 4_000;
const BODY_TIMEOUT_MS = 10_000;

/**
 * Decides about webhook requests, for any HTTP host. A host asks {@link Receiver.admit} with the
 * head, reads the body only when that gives no answer, and gives it to {@link Receiver.accept}; or
 * it calls {@link Receiver.receive}, which does these three steps.
 *
 * States: `closed` (made, answers 503) → `open` (takes updates) → `draining` (answers 503 again and
 * asks for the connection to be closed). There is no way back.
 *
 * **Invariant:** 200 is answered only after `Inbox.accept` resolved, that is, after the commit.
 *
 * **Invariant:** a request whose secret is not valid costs no body, no store work and no parsing.
 *
 * **Invariant:** every genuine update that can be stored is answered 200, also when nothing can
 * handle it: any other answer makes Telegram hold back its whole chat for up to 24 hours.
 *
 * Nothing here survives the process; what was answered 200 is the inbox's to keep.
 */
export class Receiver {
  readonly path: string;
  /** For hosts that read bodies themselves: how long one may take. */
  readonly bodyDeadlines: Deadlines;
  readonly #secrets: WebhookSecrets;
  readonly #bodyLimitBytes: number;
  readonly #allow: Networks | undefined;
  readonly #trustedProxies: Networks;
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #log: OccasionalLog;
  readonly #replies: WebhookReplies | undefined;
  readonly #counts = { stored: 0, duplicates: 0, parked: 0, unavailable: 0 };
  readonly #refused = { path: 0, method: 0, peer: 0, secret: 0, encoding: 0, flood: 0 };
  readonly #idleWaiters: (() => void)[] = [];
  #state: ReceiverStats["state"] = "closed";
  #door: Door | undefined;
  #pending = 0;

  constructor(options: ReceiverOptions) {
    this.path = assertPath(options.path);
    this.#secrets = options.secrets;
    this.#bodyLimitBytes = options.bodyLimitBytes ?? BODY_LIMIT_BYTES;
    this.#allow = options.allow && new Networks(options.allow);
    this.#trustedProxies = new Networks(options.trustedProxies ?? []);
    this.#clock = options.clock ?? systemClock;
    this.bodyDeadlines = new Deadlines(this.#clock, options.bodyTimeoutMs ?? BODY_TIMEOUT_MS);
    this.#deadlines = new Deadlines(this.#clock, options.acceptTimeoutMs ?? ACCEPT_TIMEOUT_MS);
    this.#log = new OccasionalLog(this.#clock, options.logger);
    this.#replies = options.replies;
  }

  /** From now on updates are taken. */
  open(door: Door): void {
    if (this.#state !== "closed") return;
    this.#door = door;
    this.#state = "open";
  }

  /** From now on every update is answered 503; those that are being stored still get their answer. */
  drain(): void {
    this.#state = "draining";
    this.#replies?.drain();
    this.#deadlines.leave();
    this.bodyDeadlines.leave();
  }

  /** Resolves when no update is being stored at this moment. */
  idle(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  stats(): ReceiverStats {
    const counts = { state: this.#state, ...this.#counts, refused: { ...this.#refused } };
    return this.#replies === undefined ? counts : { ...counts, replies: this.#replies.stats };
  }

  /** Whether a request is meant for this receiver: a host asks before it takes one from others. */
  isFor(target: string): boolean {
    const { path } = this;
    return target === path || (target.startsWith(path) && target[path.length] === "?");
  }

  /** The answer to a request whose body must not be read, or undefined: read it. */
  admit(head: RequestHead): Answer | undefined {
    if (!this.isFor(head.target)) return this.#refuse("path", ANSWERS.notFound);
    if (head.method !== "POST") return this.#refuse("method", ANSWERS.methodRefused);
    if (!this.#allows(head)) return this.#refuse("peer", ANSWERS.peerRefused);
    if (!this.#secrets.accepts(head.header("x-telegram-bot-api-secret-token"))) {
      return this.#refuse("secret", ANSWERS.secretRefused);
    }
    if (this.#state !== "open") return this.#unavailable(ANSWERS.notServing);
    const encoding = head.header("content-encoding");
    if (encoding !== undefined && encoding !== "identity") {
      return this.#refuse("encoding", ANSWERS.encodingRefused);
    }
    const announced = Number(head.header("content-length") ?? 0);
    if (announced > floodLimitBytes(this.#bodyLimitBytes)) {
      return this.#refuse("flood", ANSWERS.flood);
    }
    return undefined;
  }

  /** The answer when something else has read the body of an admitted request before. */
  bodyIsGone(): Answer {
    const mend = "mount hookgram before anything that parses bodies";
    this.#log.warn("the body of a webhook request was read by something else", () => ({ mend }));
    return this.#unavailable(ANSWERS.unavailable);
  }

  /** A collector with this receiver's limit. */
  collector(): BodyCollector {
    return new BodyCollector(this.#bodyLimitBytes);
  }

  /** Stores the body of an admitted request. Never rejects. */
  accept(body: Body): Promise<Answer> {
    if (body.status === "flood") return Promise.resolve(this.#refuse("flood", ANSWERS.flood));
    if (this.#state !== "open") return Promise.resolve(this.#unavailable(ANSWERS.notServing));
    const { botId } = this.#door!;
    const update = toIncomingUpdate(body, { botId, receivedAtMs: this.#clock.now() });
    const { updateId, parkedBecause } = update;
    if (this.#replies === undefined || updateId === undefined || parkedBecause !== undefined) {
      return this.#store(update);
    }
    return this.#replies.answer(updateId, () => this.#store(update));
  }

  #store(update: IncomingUpdate): Promise<Answer> {
    const { inbox } = this.#door!;
    this.#pending += 1;
    return new Promise((resolve) => {
      let settled = false;
      const settle = (answer: () => Answer): void => {
        if (settled) return;
        settled = true;
        this.#deadlines.end(deadline);
        this.#pending -= 1;
        if (this.#pending === 0) for (const wake of this.#idleWaiters.splice(0)) wake();
        resolve(answer());
      };
      const deadline = this.#deadlines.begin(() => settle(() => this.#notStored(LATE)));
      inbox.accept(update).then(
        (acceptance) => settle(() => this.#stored(acceptance, update)),
        (error: unknown) => settle(() => this.#notStored(error)),
      );
    });
  }

  /** Handles a whole request. Rejects only when reading the body does. */
  async receive(request: ReceivedRequest): Promise<Answer> {
    const answer = this.admit(request);
    if (answer !== undefined) return answer;
    const collector = this.collector();
    for await (const chunk of request.body) if (!collector.push(chunk)) break;
    return this.accept(collector.finish());
  }

  #allows(head: RequestHead): boolean {
    if (this.#allow === undefined) return true;
    const route = { peerAddress: head.peerAddress, forwardedFor: head.header("x-forwarded-for") };
    return this.#allow.includes(clientAddress(route, this.#trustedProxies));
  }

  #stored(acceptance: Acceptance, update: IncomingUpdate): Answer {
    failpoint("update.stored");
    if (acceptance === "duplicate") {
      this.#counts.duplicates += 1;
      if (update.updateId !== undefined) this.#replies?.duplicate(update.updateId);
      return ANSWERS.stored;
    }
    this.#counts.stored += 1;
    const { updateId, parkedBecause } = update;
    if (parkedBecause !== undefined) {
      this.#counts.parked += 1;
      const total = this.#counts.parked;
      const message = `stored an update that cannot be handled: ${parkedBecause}`;
      this.#log.warn(message, () => ({ updateId, total }));
    }
    return ANSWERS.stored;
  }

  #notStored(error: unknown): Answer {
    const reason = error instanceof RuntimeError ? error.code : "unexpected";
    const message = error instanceof Error ? error.message : String(error);
    this.#log.warn(`an update was not stored: ${reason}`, () => ({ error: message, status: 503 }));
    return this.#unavailable(ANSWERS.unavailable);
  }

  #unavailable(answer: Answer): Answer {
    this.#counts.unavailable += 1;
    return answer;
  }

  #refuse(reason: RefusalReason, answer: Answer): Answer {
    this.#refused[reason] += 1;
    const total = this.#refused[reason];
    this.#log.warn(`refused a webhook request: ${reason}`, () => ({
      status: answer.status,
      total,
    }));
    return answer;
  }
}

const LATE = new RuntimeError("store-unavailable", "the store did not commit in time");

/** Everything that the inbox needs to know of a body that came with a valid secret. */
function toIncomingUpdate(
  body: Exclude<Body, { status: "flood" }>,
  origin: { readonly botId: number; readonly receivedAtMs: number },
): IncomingUpdate {
  if (body.status === "oversize") {
    const updateId = prefixedId(body.start);
    return { ...origin, updateId, raw: oversizeStub(body), parkedBecause: "too-large" };
  }
  const raw = body.bytes;
  const found = inspectUpdate(raw);
  const { updateId, fault } = found;
  const { botId, receivedAtMs } = origin;
  return fault === undefined
    ? { botId, updateId, raw, content: found.content, receivedAtMs }
    : { botId, updateId, raw, receivedAtMs, parkedBecause: fault };
}

/** What is stored in place of a body that is over the limit. */
function oversizeStub(body: Extract<Body, { status: "oversize" }>): Uint8Array {
  const start = Buffer.from(body.start).toString("base64");
  const oversize = { size_bytes: body.sizeBytes, sha256: body.sha256, start_base64: start };
  return Buffer.from(JSON.stringify({ oversize }));
}

function assertPath(path: string): string {
  if (/^\/[^?#\s]*$/.test(path)) return path;
  const rule = "the webhook path begins with / and has no ?, # or space";
  throw new RuntimeError("bad-options", `${rule}; got ${JSON.stringify(path)}`);
}
