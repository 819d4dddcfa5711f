import type { Clock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import { wholeNumber } from "../whole-number.ts";
import { ANSWERS, type Answer, replyAnswer } from "../receiver/answer.ts";
import { type Deadline, Deadlines } from "../deadlines.ts";

/** How long Telegram waits for an answer that may carry a call. */
export interface WebhookReplyOptions {
  /**
   * Longest wait for the handler, from the commit of its update on; then the answer is a plain 200,
   * and the call is made by the API as usual. Default 1,000 ms, 1 to 20,000. While an answer waits,
   * Telegram sends nothing more of the same chat, and one of its connections is occupied.
   */
  readonly budgetMs?: number | undefined;
}

/** What has become of an answer that carries a call. */
export type ReplyOutcome =
  /** It was handed over whole. Whether Telegram has read it and carried it out is not known. */
  | "written"
  /** The connection broke before its end: nobody knows how much has arrived. */
  | "cut"
  /** Nothing of it was written. */
  | "gone";

/** Counts since the start. */
export interface WebhookReplyStats {
  readonly written: number;
  readonly cut: number;
  /** Telegram has sent an update again that was answered by a reply, so it has not read the reply. */
  readonly lost: number;
}

const BUDGET_MS = 1_000;
/** Telegram gives up after 60 s, and proxies in front often after 30. */
const BUDGET_MAX_MS = 20_000;

/** Replied updates that are remembered, to notice the ones that Telegram sends again. */
const REMEMBERED_MAX = 1_000;

/**
 * The requests of one bot whose answers wait for a call to carry.
 *
 * A request's states: waiting (its update is being stored or handled) → taken (the attempt has a call for
 * it and writes that down) → answered, by the call, or plainly: at the attempt's end, when the
 * budget is over, when the receiver drains, or when the update was not stored by this request.
 *
 * **Invariant:** a request is answered once, and with a call only after the update's commit, for only then
 * does its attempt begin.
 *
 * Nothing survives the process: Telegram sends what was not answered again, and finds it stored.
 */
export class WebhookReplies {
  readonly #deadlines: Deadlines;
  readonly #logger: Logger | undefined;
  readonly #waiting = new Map<number, WaitingRequest>();
  readonly #replied = new Set<number>();
  readonly #counts = { written: 0, cut: 0, lost: 0 };
  #isDraining = false;

  /** @throws RuntimeError `bad-options` */
  constructor(options: WebhookReplyOptions & { readonly clock: Clock; readonly logger?: Logger }) {
    const { budgetMs = BUDGET_MS, clock, logger } = options;
    wholeNumber("webhookReply.budgetMs", budgetMs, { min: 1, max: BUDGET_MAX_MS });
    this.#deadlines = new Deadlines(clock, budgetMs);
    this.#logger = logger;
  }

  get stats(): WebhookReplyStats {
    return { ...this.#counts };
  }

  /** The answer to a request with this update, which `store` stores. Never rejects if that does not. */
  async answer(updateId: number, store: () => Promise<Answer>): Promise<Answer> {
    // The first request with an update still waits: this one is Telegram's second thought.
    if (this.#isDraining || this.#waiting.has(updateId)) return store();
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const request = new WaitingRequest(resolve, () => this.#waiting.delete(updateId));
    this.#waiting.set(updateId, request);
    const answer = await store();
    if (answer !== ANSWERS.stored) {
      request.abandon();
      return answer;
    }
    if (request.isOver) return promise;
    const deadline: Deadline = this.#deadlines.begin(() => request.release());
    return promise.finally(() => this.#deadlines.end(deadline));
  }

  /** The update was there already, so no attempt belongs to this request. */
  duplicate(updateId: number): void {
    this.release({ updateId });
    if (!this.#replied.delete(updateId)) return;
    this.#counts.lost += 1;
    const message = "Telegram sends an update again: it has not read the webhook reply to it";
    this.#logger?.warn({ updateId, total: this.#counts.lost }, message);
  }

  /**
   * Takes the request with this update, if it waits. `write` answers it with the call; what it resolves
   * to is known when the host has written the answer or given it up.
   */
  take(updateId: number): ((body: Uint8Array) => Promise<ReplyOutcome>) | undefined {
    const request = this.#waiting.get(updateId);
    if (request?.take() !== true) return undefined;
    return async (body) => {
      const outcome = await request.write(body);
      if (outcome === "gone") return outcome;
      this.#counts[outcome] += 1;
      this.#remember(updateId);
      return outcome;
    };
  }

  /** Nothing more comes for the request with this update. */
  release({ updateId }: { readonly updateId: number | undefined }): void {
    if (updateId !== undefined) this.#waiting.get(updateId)?.release();
  }

  /** From now on every answer is plain, at once. */
  drain(): void {
    this.#isDraining = true;
    this.#deadlines.leave();
    for (const request of this.#waiting.values()) request.release();
  }

  #remember(updateId: number): void {
    this.#replied.add(updateId);
    if (this.#replied.size <= REMEMBERED_MAX) return;
    for (const oldest of this.#replied) return void this.#replied.delete(oldest);
  }
}

/** One request; see {@link WebhookReplies} for its states. */
class WaitingRequest {
  isOver = false;
  readonly #resolve: (answer: Answer) => void;
  readonly #leave: () => void;
  #isTaken = false;
  #answer: Answer | undefined;

  constructor(resolve: (answer: Answer) => void, leave: () => void) {
    this.#resolve = resolve;
    this.#leave = leave;
  }

  take(): boolean {
    if (this.#isTaken || this.isOver) return false;
    this.#isTaken = true;
    return true;
  }

  write(body: Uint8Array): Promise<ReplyOutcome> {
    if (this.isOver) return Promise.resolve("gone");
    const { promise, resolve } = Promise.withResolvers<ReplyOutcome>();
    this.#end(replyAnswer(body, resolve));
    return promise;
  }

  release(): void {
    if (!this.isOver) this.#end(ANSWERS.stored);
  }

  /** It is answered without us. An attempt that began with an earlier request may have used it already. */
  abandon(): void {
    this.release();
    this.#answer?.sent?.("gone");
  }

  #end(answer: Answer): void {
    this.isOver = true;
    this.#answer = answer;
    this.#leave();
    this.#resolve(answer);
  }
}
