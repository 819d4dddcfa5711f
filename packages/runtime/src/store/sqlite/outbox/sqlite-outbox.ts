import type { Clock } from "@hookgram/bot-api";

import type {
  OutboxAnswers,
  OutboxAsk,
  OutboxStore,
  OutboxTimes,
} from "../../outbox/outbox-store.ts";

type AskAny = (ask: OutboxAsk) => Promise<OutboxAnswers[OutboxAsk["do"]]>;

/** The outbox of a SQLite store, as the other side of its thread sees it. */
export class SqliteOutbox implements OutboxStore {
  readonly lookAroundMs = undefined;
  readonly #clock: Clock;
  readonly #ask: AskAny;
  /** What has to be added to the monotonic time of this process. */
  #steadyBaseMs: number;

  /** `ask` rejects as the store does; it may throw, too. */
  constructor(clock: Clock, ask: AskAny) {
    this.#clock = clock;
    this.#ask = ask;
    this.#steadyBaseMs = clock.now() - clock.monotonic();
  }

  async ask<A extends OutboxAsk>(ask: A): Promise<OutboxAnswers[A["do"]]> {
    const answer = await this.#ask(ask);
    // Limits go on from where the process before left them, even if the clock was set back.
    if (ask.do === "recover") this.#goOnFrom((answer as OutboxAnswers["recover"]).steadyMs);
    return answer as OutboxAnswers[A["do"]];
  }

  times(): OutboxTimes {
    return { nowMs: Math.floor(this.#clock.now()), steadyMs: Math.floor(this.#steady()) };
  }

  #steady(): number {
    return this.#steadyBaseMs + this.#clock.monotonic();
  }

  #goOnFrom(steadyMs: number): void {
    this.#steadyBaseMs += Math.max(0, steadyMs - this.#steady());
  }
}
