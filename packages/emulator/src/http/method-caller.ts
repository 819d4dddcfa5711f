import type { Clock } from "@hookgram/bot-api";
import { isMade, orderedRefusal, tooManyRequests } from "../faults/fault-answer.ts";
import type { CallFault } from "../faults/fault.ts";
import type { Journal } from "../journal/journal.ts";
import { roundMs } from "../journal/round-ms.ts";
import { Refusal } from "../methods/method.ts";
import type { BotAccount, MethodHandler, MethodTable, Params } from "../methods/method.ts";
import { refusalAnswer, successAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { summarizeParams } from "./call-journal.ts";

export interface MethodCallerOptions {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly methods: MethodTable;
  /** All methods of the Bot API, to tell "not in Telegram" from "not in this emulator". */
  readonly knownMethods: Iterable<string>;
  /** Seconds that a bot has to wait before it may make this call. Default: none. */
  readonly floodWaitS?: ((request: CallRequest) => number) | undefined;
  /** Hears of each call that was answered, by its canonical name. */
  readonly onAnswer?: ((request: CallRequest, method: string, answer: Answer) => void) | undefined;
  /** Answers methods that `methods` lacks. Default: they are refused. */
  readonly generic?: ((method: string) => MethodHandler | undefined) | undefined;
}

export interface CallRequest {
  readonly bot: BotAccount;
  /** As the client spelled it. */
  readonly method: string;
  readonly params: Params;
  readonly signal: AbortSignal;
  readonly via: "http" | "webhook-reply";
  /** What goes wrong with it. */
  readonly fault?: CallFault | undefined;
}

/** Stands for the answer to a call that was never made. */
const NOT_MADE: Answer = { status: 0, body: "" };

/** The answer to a method that Telegram has and this emulator does not. */
function notImplemented(method: string): Refusal {
  return new Refusal(501, `Not Implemented: hookgram's emulator has no ${method} yet`);
}

/** Calls methods by their name in any letter case, turns outcomes into answers, and notes both. */
export class MethodCaller {
  readonly #options: MethodCallerOptions;
  readonly #names = new Map<string, string>();

  constructor(options: MethodCallerOptions) {
    this.#options = options;
    for (const name of [...options.knownMethods, ...options.methods.keys()]) {
      this.#names.set(name.toLowerCase(), name);
    }
  }

  /** Answers one call. Rejects only when the client has gone. */
  async call(request: CallRequest): Promise<Answer> {
    const startMs = this.#options.clock.monotonic();
    const method = this.#names.get(request.method.toLowerCase());
    const own = method === undefined ? undefined : this.#options.methods.get(method);
    const generic =
      own !== undefined || method === undefined ? undefined : this.#options.generic?.(method);
    const handler = own ?? generic;
    const answer = await this.#answerOrFault(request, method, handler);
    request.signal.throwIfAborted();
    const { status, description } = answer;
    this.#options.onAnswer?.(request, method ?? request.method, answer);
    this.#options.journal.append({
      type: "api-call",
      bot_id: request.bot.id,
      method: method ?? request.method.slice(0, 64),
      params: summarizeParams(request.params),
      status,
      ok: status === 200,
      ...(description === undefined ? {} : { description }),
      duration_ms: roundMs(this.#options.clock.monotonic() - startMs),
      via: request.via,
      ...(method !== undefined && handler === undefined ? { not_implemented: true } : {}),
      ...(generic === undefined ? {} : { generic: true }),
      ...(request.fault === undefined ? {} : { fault: request.fault.do }),
    });
    return answer;
  }

  async #answerOrFault(
    request: CallRequest,
    method: string | undefined,
    handler: MethodHandler | undefined,
  ): Promise<Answer> {
    const { fault } = request;
    if (fault?.do === "refuse") return refusalAnswer(orderedRefusal(fault));
    if (!isMade(fault)) return NOT_MADE;
    const waitS = this.#options.floodWaitS?.(request) ?? 0;
    if (waitS > 0) return refusalAnswer(tooManyRequests(waitS));
    return this.#answer(request, method, handler);
  }

  async #answer(
    { bot, params, signal }: CallRequest,
    method: string | undefined,
    handler: MethodHandler | undefined,
  ): Promise<Answer> {
    if (method === undefined) return refusalAnswer(new Refusal(404, "Not Found: method not found"));
    if (handler === undefined) return refusalAnswer(notImplemented(method));
    try {
      return successAnswer(await handler({ bot, method, params, signal }));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refusal) return refusalAnswer(error);
      const reason = error instanceof Error ? error.message : String(error);
      return refusalAnswer(new Refusal(500, `Internal Server Error: ${method} failed: ${reason}`));
    }
  }
}
