import type { AnyCall, BotApi, Clock, MethodName } from "@hookgram/bot-api";
import type { Logger, UpdateHandler } from "hookgram";

import { errorText } from "../error-text.ts";
import { RuntimeError } from "../error.ts";
import { failpoint } from "../failpoint.ts";
import type {
  CallWant,
  ClaimedSend,
  OutboxStore,
  OutboxTurned,
  SeenLimit,
  SendEnd,
  SendResult,
} from "../store/outbox/outbox-store.ts";
import { FloodScopes } from "./flood-scopes.ts";
import type { SendLimits } from "./send-limits.ts";
import { SendJudge } from "./send-judge.ts";
import { toParams, type SendParams } from "./to-new-send.ts";

/** A bot that the sender sends for. */
export interface SendingBot {
  readonly id: number;
  readonly api: BotApi;
  /** Applies the bot's outgoing middlewares to the client. */
  readonly handler: Pick<UpdateHandler, "withOutgoing">;
}

/** A send that has failed for good. */
export interface EndedSend {
  readonly send: ClaimedSend;
  readonly end: Extract<SendEnd, { to: "failed" }>;
}

export interface OutboxSenderOptions {
  readonly outbox: OutboxStore;
  readonly bots: readonly SendingBot[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly limits: SendLimits;
  readonly concurrencyMax: number;
  readonly giveUpAfterMs: number;
  /** Called for each send that has failed for good, after the commit. */
  readonly failed: (ended: EndedSend) => void;
}

/** A handler that waits for permission to make a call. */
interface Waiting {
  readonly want: CallWant;
  /** 0: make the call. Otherwise the wait that is left, after which to ask again. */
  readonly answer: (waitMs: number) => void;
}

const STORE_RETRY_MS = 50;
const STORE_RETRY_MAX_MS = 1_000;

/**
 * Carries sends out. It takes turns with the store, each of which applies the ends of sends and claims
 * those that may go next; in between, it calls Telegram.
 *
 * States: new → running (by {@link OutboxSender.start}) → draining (by {@link OutboxSender.drain}:
 * claims nothing more) → stopped (by {@link OutboxSender.stop}).
 *
 * **Invariant:** at most one turn is under way. Sends that end meanwhile wait for the next one, so that
 * they share commits however fast they end.
 *
 * **Invariant:** a send counts as in flight until its end is committed, so that a recovery never takes
 * it for lost.
 *
 * Nothing here survives the process: the store knows what was claimed, and the next sender recovers it.
 */
export class OutboxSender {
  readonly #options: OutboxSenderOptions;
  readonly #bots: Map<number, SendingBot>;
  /** Removed bots, whose sends may still be under way. */
  readonly #removed = new Map<number, SendingBot>();
  readonly #clients = new Map<number, BotApi>();
  readonly #scopes = new FloodScopes();
  readonly #judge: SendJudge;
  readonly #inFlight = new Map<number, ClaimedSend>();
  readonly #abort = new AbortController();
  readonly #quietWaiters: (() => void)[] = [];
  #results: SendResult[] = [];
  #waiting: Waiting[] = [];
  #seen: SeenLimit[] = [];
  #state: "new" | "running" | "draining" | "stopped" = "new";
  #isTurning = false;
  #isWanted = false;
  #mustRecover = true;
  #hasRecovered = false;
  #lookedAtMs = 0;
  #retryMs = STORE_RETRY_MS;
  #cancelTimer: (() => void) | undefined;

  constructor(options: OutboxSenderOptions) {
    this.#options = options;
    this.#bots = new Map(options.bots.map((bot) => [bot.id, bot]));
    this.#judge = new SendJudge({ ...options, scopes: this.#scopes });
  }

  add(bot: SendingBot): void {
    this.#bots.set(bot.id, bot);
    this.#removed.delete(bot.id);
    this.#clients.delete(bot.id);
  }

  /** Claims no more sends of this bot. */
  remove(botId: number): void {
    const bot = this.#bots.get(botId);
    if (bot === undefined) return;
    this.#bots.delete(botId);
    this.#removed.set(botId, bot);
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  start(): void {
    this.#state = "running";
    this.kick();
  }

  /** Takes a turn soon, because there may be something to do. */
  kick(): void {
    this.#isWanted = true;
    if (this.#isTurning || !this.#isActive) return;
    this.#isTurning = true;
    void this.#takeTurns().finally(() => {
      this.#isTurning = false;
      // Somebody may have asked for a turn just when the last one ended.
      if (this.#isWanted && this.#cancelTimer === undefined) this.kick();
      this.#tellQuiet();
    });
  }

  /** Claims nothing more. Handlers may still make their calls. */
  drain(): void {
    if (this.#state === "running") this.#state = "draining";
    this.kick();
  }

  /** Resolves when no send is in flight, and all ends are committed. */
  quiet(): Promise<void> {
    if (this.#isQuiet) return Promise.resolve();
    return new Promise((resolve) => this.#quietWaiters.push(resolve));
  }

  /** Aborts the calls in flight; whether they took effect is then unknown. */
  abort(): void {
    this.#abort.abort(new Error("the runtime is stopping"));
  }

  stop(): void {
    this.#state = "stopped";
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (const { answer } of this.#waiting.splice(0)) answer(Infinity);
    this.#tellQuiet();
  }

  /**
   * Asks for permission to make a call. 0: make it now, it is counted already. Otherwise the time in
   * milliseconds after which to ask again; Infinity when the sender is stopped.
   */
  ask(want: CallWant): Promise<number> {
    if (!this.#isActive) return Promise.resolve(this.#state === "new" ? 0 : Infinity);
    return new Promise((answer) => {
      this.#waiting.push({ want, answer });
      this.kick();
    });
  }

  /** Called when a handler's call succeeded. */
  succeeded(botId: number): void {
    this.#scopes.succeeded(botId);
  }

  /** Called when a handler's call was answered with 429. */
  limited(botId: number, lane: string | undefined, delayMs: number): void {
    const scope = lane === undefined ? "bot" : this.#scopes.limited(botId, lane);
    this.#seen.push({ botId, lane: scope === "bot" ? undefined : lane, delayMs });
    this.kick();
  }

  get #isActive(): boolean {
    return this.#state === "running" || this.#state === "draining";
  }

  get #isQuiet(): boolean {
    return this.#state === "stopped" || (!this.#isTurning && this.#inFlight.size === 0);
  }

  #tellQuiet(): void {
    if (this.#isQuiet) for (const resolve of this.#quietWaiters.splice(0)) resolve();
  }

  async #takeTurns(): Promise<void> {
    while (this.#isWanted && this.#isActive) {
      this.#isWanted = false;
      this.#cancelTimer?.();
      this.#cancelTimer = undefined;
      try {
        if (this.#mustRecover) await this.#recover();
        await this.#turn();
        this.#retryMs = STORE_RETRY_MS;
      } catch (error) {
        this.#mustRecover = true;
        if (!this.#retryLater(error)) return;
      }
    }
  }

  /** Plans another turn if the store is only away; otherwise stops. Ends of sends are kept. */
  #retryLater(error: unknown): boolean {
    const isPassing = error instanceof RuntimeError && error.code === "store-unavailable";
    if (!isPassing) {
      const isStopping = error instanceof RuntimeError && error.code === "stopping";
      const fields = { error: errorText(error) };
      if (!isStopping) this.#options.logger.error(fields, "the outbox has lost its store");
      this.stop();
      return false;
    }
    this.#isWanted = false;
    this.#kickAfter(this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, STORE_RETRY_MAX_MS);
    return true;
  }

  async #recover(): Promise<void> {
    const { outbox, logger } = this.#options;
    const isStart = !this.#hasRecovered;
    const inFlight = [...this.#inFlight.keys()];
    const recovery = { ...outbox.times(), inFlight, isStart };
    const { found } = await outbox.ask({ do: "recover", recovery });
    this.#mustRecover = false;
    this.#hasRecovered = true;
    this.#lookedAtMs = this.#options.clock.monotonic();
    if (found > 0) logger.warn({ sends: found }, "took back sends that nobody carried out");
  }

  async #turn(): Promise<void> {
    const { outbox, limits, concurrencyMax } = this.#options;
    const [results, waiting, seen] = [this.#results, this.#waiting, this.#seen];
    [this.#results, this.#waiting, this.#seen] = [[], [], []];
    const free = concurrencyMax - this.#inFlight.size + results.length;
    const room = this.#state === "running" ? Math.max(0, free) : 0;
    const wants = waiting.map(({ want }) => want);
    const times = outbox.times();
    const work = { botIds: [...this.#bots.keys()], limits, results, wants, seen, room };
    let turned: OutboxTurned;
    try {
      turned = await outbox.ask({ do: "turn", turn: { ...times, ...work } });
    } catch (error) {
      this.#results.unshift(...results);
      this.#waiting.unshift(...waiting);
      this.#seen.unshift(...seen);
      throw error;
    }
    this.#ended(results, turned.applied);
    waiting.forEach(({ answer }, at) => answer(turned.waitsMs[at]!));
    for (const send of turned.sends) this.#begin(send);
    this.#planNext(turned.nextMs);
  }

  #ended(results: readonly SendResult[], applied: readonly boolean[]): void {
    results.forEach(({ id, end }, at) => {
      const send = this.#inFlight.get(id);
      this.#inFlight.delete(id);
      if (end.to === "limited") failpoint("send.limited");
      if (end.to === "failed" && applied[at] === true && send !== undefined) {
        this.#options.failed({ send, end });
      }
    });
  }

  #begin(send: ClaimedSend): void {
    failpoint("send.claimed");
    // The store answered so late that nobody would record the end. The next sender recovers the send.
    if (this.#state === "stopped") return;
    this.#inFlight.set(send.id, send);
    void this.#carryOut(send).then((end) => {
      failpoint("send.answered");
      this.#results.push({ id: send.id, attempt: send.attempt, end });
      this.kick();
    });
  }

  /** Never rejects. */
  async #carryOut(send: ClaimedSend): Promise<SendEnd> {
    const { signal } = this.#abort;
    try {
      const call = this.#clientOf(send.botId).call as AnyCall;
      const params = toParams(send.lane, JSON.parse(send.params) as SendParams);
      const answer = call(send.method as MethodName, params, { signal });
      failpoint("send.begun");
      const result = await answer;
      this.#scopes.succeeded(send.botId);
      return { to: "sent", messageId: messageIdOf(result) };
    } catch (error) {
      return this.#judge.toEnd(send, error);
    }
  }

  /** Created when it is first needed: by then all routers of the bot have been added. */
  #clientOf(botId: number): BotApi {
    let client = this.#clients.get(botId);
    if (client === undefined) {
      const { api, handler } = (this.#bots.get(botId) ?? this.#removed.get(botId))!;
      client = handler.withOutgoing?.(api) ?? api;
      this.#clients.set(botId, client);
    }
    return client;
  }

  #planNext(nextMs: number | undefined): void {
    const { outbox, clock } = this.#options;
    const { lookAroundMs } = outbox;
    const waits = nextMs === undefined ? [] : [nextMs];
    if (lookAroundMs !== undefined) {
      const leftMs = this.#lookedAtMs + lookAroundMs - clock.monotonic();
      if (leftMs <= 0) this.#mustRecover = true;
      waits.push(Math.max(0, leftMs));
    }
    if (waits.length > 0 && !this.#isWanted) this.#kickAfter(Math.min(...waits));
  }

  #kickAfter(delayMs: number): void {
    this.#cancelTimer?.();
    if (!this.#isActive) return;
    this.#cancelTimer = this.#options.clock.after(delayMs, () => {
      this.#cancelTimer = undefined;
      this.kick();
    });
  }
}

function messageIdOf(result: unknown): number | undefined {
  const id = (result as { readonly message_id?: unknown } | null | undefined)?.message_id;
  return typeof id === "number" ? id : undefined;
}
