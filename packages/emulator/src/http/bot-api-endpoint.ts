import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "@hookgram/bot-api";
import { writeFaulty } from "../faults/fault-answer.ts";
import type { FaultBook } from "../faults/fault-book.ts";
import type { BotDirectory } from "../delivery/bot-directory.ts";
import { Refusal } from "../methods/method.ts";
import { refusalAnswer, writeAnswer, writeTransportFault } from "./answer.ts";
import { CallParams } from "./call-params.ts";
import type { MethodCaller } from "./method-caller.ts";
import { readRequestBody } from "./request-body.ts";
import { readUrlencoded } from "./request-target.ts";
import type { RequestTarget } from "./request-target.ts";

const PREFIX = "/bot";
const TEST = "/test";

/** What the path `/bot<token>/<method>` says. */
interface CallPath {
  readonly token: string;
  readonly isTest: boolean;
  /** Empty when the method is to be found among the parameters. */
  readonly method: string;
}

export interface BotApiEndpointOptions {
  readonly bots: BotDirectory;
  readonly caller: MethodCaller;
  readonly faults: FaultBook;
  readonly clock: Clock;
}

/** Serves `/bot<token>/<method>` and `/bot<token>/test/<method>`. */
export class BotApiEndpoint {
  readonly #bots: BotDirectory;
  readonly #caller: MethodCaller;
  readonly #faults: FaultBook;
  readonly #clock: Clock;

  constructor({ bots, caller, faults, clock }: BotApiEndpointOptions) {
    this.#bots = bots;
    this.#caller = caller;
    this.#faults = faults;
    this.#clock = clock;
  }

  /** Answers one request; a client that went away gets nothing. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    target: RequestTarget,
  ): Promise<void> {
    if (request.method !== "GET" && request.method !== "POST") {
      return writeTransportFault(response, 501);
    }
    const gone = new AbortController();
    response.on("close", () => {
      // It also closes after each answer, when nobody waits for an error with its stack any more.
      if (!response.writableFinished) gone.abort(new Error("The client went away."));
    });
    const params = new CallParams();
    readUrlencoded(target.query, params);
    const body = await readRequestBody(request, params);
    if (!body.ok) return writeTransportFault(response, body.status);
    const path = parseCallPath(target.path);
    if (path === undefined) return refuse(response, new Refusal(404, "Not Found"));
    await this.#call(path, params, response, gone.signal);
  }

  async #call(
    path: CallPath,
    params: CallParams,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const method = path.method === "" ? (params.text("method") ?? "") : path.method;
    try {
      const bot = this.#bots.authorize(path.token, path.isTest);
      bot.life.admit(method);
      const chatId = params.integer("chat_id") ?? 0;
      const fault = this.#faults.takeCall({ botId: bot.id, method, chatId });
      const answer = await this.#caller.call({ bot, method, params, signal, via: "http", fault });
      if (fault === undefined) writeAnswer(response, answer);
      else await writeFaulty(response, answer, { fault, clock: this.#clock });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      refuse(response, error);
    }
  }
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  writeAnswer(response, refusalAnswer(refusal));
}

function parseCallPath(path: string): CallPath | undefined {
  const tokenEnd = path.indexOf("/", PREFIX.length);
  if (!path.startsWith(PREFIX) || tokenEnd === -1) return undefined;
  const token = path.slice(PREFIX.length, tokenEnd);
  const isTest = path.startsWith(TEST, tokenEnd);
  const methodStart = isTest ? tokenEnd + TEST.length : tokenEnd;
  if (path[methodStart] !== "/") return undefined;
  return { token, isTest, method: path.slice(methodStart + 1) };
}
