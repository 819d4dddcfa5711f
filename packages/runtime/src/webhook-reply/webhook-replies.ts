import type { Clock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import { wholeNumber } from "../whole-number.ts";
import { ANSWERS, type Answer, replyAnswer } from "../receiver/answer.ts";
import { type Deadline, Deadlines } from "../deadlines.ts";

/** Options of the entry points' `webhookReply`. */
export interface WebhookReplyOptions {
  /**
   * Longest time that an answer waits for a call of the handler, from the commit of the update on.
   * Then it is a plain 200, and the call is a request as usual. Default 1,000 ms, 1 to 20,000. While
   * an answer waits, Telegram sends nothing more from its chat and keeps a connection occupied.
   */
  readonly budgetMs?: number | undefined;
}

/** What has become of an answer that carries a call. */
export type ReplyOutcome =
  /** It was written whole. Whether Telegram has read it and executed the call is not known. */
  | "written"
  /** The connection broke while it was written. Nobody knows how much has arrived. */
  | "cut"
  /** Nothing of it was written. */
  | "gone";

/** Counts of replies since the start. */
export interface WebhookReplyStats {
  /** Replies that were written whole. */
  readonly written: number;
  /** Replies that were cut off by a broken connection. */
  readonly cut: number;
  /** Replies that Telegram has not read, which is known because it sent the update again. */
  readonly lost: number;
}

const BUDGET_MS = 1_000;
/** Telegram gives up after 60 s, and proxies in front often after 30. */
const BUDGET_MAX_MS = 20_000;

/** How many replied updates are remembered, to notice those that Telegram sends again. */
const REMEMBERED_MAX = 1_000;

/**
 * The requests of one bot whose answers wait for a call to carry.
 *
 * States of a request: waiting (its update is being stored or handled) → taken (the attempt records
 * that a call will go out by it) → answered. The answer is plain if the attempt ends or the budget is
 * over before, if the receiver drains, or if the update was not stored by this request.
 *
 * **Invariant:** a request is answered once, and never with a call before the commit of its update,
 * because its attempt only begins then.
 *
 * Nothing here survives the process: Telegram sends unanswered updates again, and they are stored.
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

  /** The answer to the request with this update, which `store` stores. Rejects only as `store` does. */
  async answer(updateId: number, store: () => Promise<Answer>): Promise<Answer> {
    // If the first request with this update still waits, this one is a repetition.
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

  /** The update had been stored before, so no attempt belongs to this request. */
  duplicate(updateId: number): void {
    this.release({ updateId });
    if (!this.#replied.delete(updateId)) return;
    this.#counts.lost += 1;
    const message = "Telegram sends an update again: it has not read the webhook reply to it";
    this.#logger?.warn({ updateId, total: this.#counts.lost }, message);
  }

  /**
   * Takes the request with this update, if it waits. The result answers it with a call, and resolves
   * when the host has written that answer or given up.
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

  /** Answers the request with this update plainly, if it waits. */
  release({ updateId }: { readonly updateId: number | undefined }): void {
    if (updateId !== undefined) this.#waiting.get(updateId)?.release();
  }

  /** Answers every waiting request plainly, and every later one without a wait. */
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
