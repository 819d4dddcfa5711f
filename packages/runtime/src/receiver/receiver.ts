import type { Clock } from "@hookgram/bot-api";
import { systemClock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import { RuntimeError } from "../error.ts";
import { failpoint } from "../failpoint.ts";
import type { Acceptance, Inbox, IncomingUpdate } from "../inbox.ts";
import { wholeNumber } from "../whole-number.ts";
import { ANSWERS, type Answer } from "./answer.ts";
import { type Body, BodyCollector, floodLimitBytes } from "./body-collector.ts";
import { Deadlines } from "../deadlines.ts";
import { inspectUpdate, prefixedId } from "./inspect-update.ts";
import { clientAddress, Networks } from "./networks.ts";
import { OccasionalLog } from "./occasional-log.ts";
import type { WebhookReplies, WebhookReplyStats } from "../webhook-reply/webhook-replies.ts";
import type { WebhookSecrets } from "./webhook-secrets.ts";

/** What is known about a request before its body arrives. */
export interface RequestHead {
  readonly method: string;
  /** The request target: the path as it was sent, with or without a query. */
  readonly target: string;
  /** The value of a header, whose name is in lower case. Repeated headers are joined by `, `. */
  header(name: string): string | undefined;
  /** The address of the other end of the connection. Needed only with an allow list. */
  readonly peerAddress?: string | undefined;
}

/** A whole request, for hosts that pass it on in one piece. */
export interface ReceivedRequest extends RequestHead {
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Limits on what a receiver accepts; the same for every host. Numbers are whole and at least 1. */
export interface ReceiverLimits {
  /**
   * Largest body that is stored whole. A larger one is recorded as a dead letter by its beginning and
   * its hash. Default 1 MiB; Telegram's largest update has 512 KiB.
   */
  readonly bodyLimitBytes?: number | undefined;
  /** Longest wait for the commit, after which the answer is 503. Default 4,000 ms. */
  readonly acceptTimeoutMs?: number | undefined;
  /** Time within which a body has to arrive. Default 10,000 ms. */
  readonly bodyTimeoutMs?: number | undefined;
  /**
   * Networks from which requests are accepted; all others get 403. Default: all. Telegram's are in
   * {@link TELEGRAM_NETWORKS}. This is an additional check: what proves a request is the secret.
   */
  readonly allow?: readonly string[] | undefined;
  /** Networks of the proxies in front, whose `X-Forwarded-For` is trusted. Default: none. */
  readonly trustedProxies?: readonly string[] | undefined;
}

/** Options of {@link Receiver}. */
export interface ReceiverOptions extends ReceiverLimits {
  /** The path that the receiver answers, exactly as in the URL: `/telegram/4fJ…`. */
  readonly path: string;
  readonly secrets: WebhookSecrets;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /** Lets answers wait for a call of the handler to carry. Default: no answer carries a call. */
  readonly replies?: WebhookReplies | undefined;
}

/** Why a request was refused, before the store was asked. */
export type RefusalReason = "path" | "method" | "peer" | "secret" | "encoding" | "flood";

/** Counts since the receiver was made. */
export interface ReceiverStats {
  readonly state: "closed" | "open" | "draining";
  /** New updates that were committed. */
  readonly stored: number;
  /** Updates that were delivered again. */
  readonly duplicates: number;
  /** How many of `stored` cannot be handled and became dead letters. */
  readonly parked: number;
  /** Requests that were answered 503. */
  readonly unavailable: number;
  readonly refused: Readonly<Record<RefusalReason, number>>;
  /** Only if answers may carry calls. */
  readonly replies?: WebhookReplyStats;
}

/** Where accepted updates go, and which bot they belong to. */
export interface Door {
  readonly botId: number;
  readonly inbox: Inbox;
}

const BODY_LIMIT_BYTES = 1_048_576;
/** Well before Telegram gives up after 60 s, so that an overloaded store sheds load. */
const ACCEPT_TIMEOUT_MS = 4_000;
const BODY_TIMEOUT_MS = 10_000;

/**
 * Answers webhook requests, for any HTTP host. A host calls {@link Receiver.admit} with the head; if
 * that returns no answer, it reads the body and passes it to {@link Receiver.accept}. Or it calls
 * {@link Receiver.receive}, which does all three steps.
 *
 * States: `closed` (answers 503) → `open` (accepts updates) → `draining` (answers 503 and asks for
 * the connection to be closed). There is no way back.
 *
 * **Invariant:** 200 is answered only after `Inbox.accept` resolved, that is, after the commit.
 *
 * **Invariant:** a request whose secret is not valid costs no body, no store work and no parsing.
 *
 * **Invariant:** every genuine update that can be stored is answered 200, even if nothing can handle
 * it: any other answer makes Telegram hold back its whole chat for up to 24 hours.
 *
 * Nothing here survives the process; what was answered 200 is in the store.
 */
export class Receiver {
  readonly path: string;
  /** How long a body may take, for hosts that read bodies themselves. */
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

  /** @throws RuntimeError `bad-options` */
  constructor(options: ReceiverOptions) {
    this.path = assertPath(options.path);
    this.#secrets = options.secrets;
    this.#bodyLimitBytes = atLeastOne("bodyLimitBytes", options.bodyLimitBytes ?? BODY_LIMIT_BYTES);
    this.#allow = options.allow && new Networks(options.allow);
    this.#trustedProxies = new Networks(options.trustedProxies ?? []);
    this.#clock = options.clock ?? systemClock;
    const { acceptTimeoutMs = ACCEPT_TIMEOUT_MS, bodyTimeoutMs = BODY_TIMEOUT_MS } = options;
    this.bodyDeadlines = new Deadlines(this.#clock, atLeastOne("bodyTimeoutMs", bodyTimeoutMs));
    this.#deadlines = new Deadlines(this.#clock, atLeastOne("acceptTimeoutMs", acceptTimeoutMs));
    this.#log = new OccasionalLog(this.#clock, options.logger);
    this.#replies = options.replies;
  }

  /** Accepts updates from now on. */
  open(door: Door): void {
    if (this.#state !== "closed") return;
    this.#door = door;
    this.#state = "open";
  }

  /** Answers 503 from now on, except to requests whose update is being stored already. */
  drain(): void {
    this.#state = "draining";
    this.#replies?.drain();
    this.#deadlines.leave();
    this.bodyDeadlines.leave();
  }

  /** Resolves when no update is being stored. */
  idle(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  stats(): ReceiverStats {
    const counts = { state: this.#state, ...this.#counts, refused: { ...this.#refused } };
    return this.#replies === undefined ? counts : { ...counts, replies: this.#replies.stats };
  }

  /** Whether a request is for this receiver; a host asks before it takes it from its other routes. */
  isFor(target: string): boolean {
    const { path } = this;
    return target === path || (target.startsWith(path) && target[path.length] === "?");
  }

  /** The answer to a request whose body must not be read; undefined: read the body. */
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

  /** The answer to an admitted request whose body something else has read before. */
  bodyIsGone(): Answer {
    const mend = "mount hookgram before anything that parses bodies";
    this.#log.warn("the body of a webhook request was read by something else", () => ({ mend }));
    return this.#unavailable(ANSWERS.unavailable);
  }

  /** Makes a collector for one body, with this receiver's limit. */
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

  /** Handles a whole request. Rejects only if reading the body does. */
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

/** What the inbox needs to know about a body that came with a valid secret. */
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

/** What is stored in place of a body beyond the limit. */
function oversizeStub(body: Extract<Body, { status: "oversize" }>): Uint8Array {
  const start = Buffer.from(body.start).toString("base64");
  const oversize = { size_bytes: body.sizeBytes, sha256: body.sha256, start_base64: start };
  return Buffer.from(JSON.stringify({ oversize }));
}

/** The option, which is a whole number of at least 1. */
function atLeastOne(name: string, value: number): number {
  return wholeNumber(name, value, { min: 1 });
}

function assertPath(path: string): string {
  if (/^\/[^?#\s]*$/.test(path)) return path;
  const rule = "the webhook path begins with / and has no ?, # or space";
  throw new RuntimeError("bad-options", `${rule}; got ${JSON.stringify(path)}`);
}
