import { systemClock } from "@hookgram/bot-api";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";

import { failpoint } from "../failpoint.ts";
import { ANSWERS, type Answer } from "./answer.ts";
import type { BodyCollector } from "./body-collector.ts";
import type { Deadline } from "../deadlines.ts";
import { parsePlainHead } from "./plain-head.ts";
import type { Receiver } from "./receiver.ts";

export interface PlainConnectionOptions {
  readonly receiver: Receiver;
  /** Whether the server is stopping, so that every answer closes its connection. */
  readonly isClosing: () => boolean;
  /** Hands the connection over to `node:http`, which goes on reading it. */
  readonly handOver: (socket: Socket) => void;
  /** Called when nothing at all has come for {@link HEADERS_TIMEOUT_MS}. */
  readonly whenSilent: (socket: Socket) => void;
}

/** How long the first request of a connection, and the head of every request, may take. */
export const HEADERS_TIMEOUT_MS = 5_000;

/**
 * Telegram closes a connection 60 s after its last request. A server that closes it first may cut off
 * a request that is just being sent, so ours waits longer.
 */
export const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/**
 * One connection of a server that has only a receiver. As long as its requests are plain
 * (`plain-head.ts`), it is read here and not by `node:http`, which halves the cost of a request;
 * Telegram sends no others. With the first request that is not plain, `node:http` takes it over.
 *
 * States: `waiting` (for a request) → `reading` (its body is incomplete) → `answering` (it is being
 * stored) → `waiting`. `over`: closed, answered for the last time, or handed over to `node:http`.
 *
 * **Invariant:** bytes mean here what they mean to `node:http`, and each request is read completely
 * either here or there.
 *
 * **Invariant:** there is one request at a time. The connection is not read while a request is being
 * answered; what the client has sent already is kept until then.
 *
 * Nothing here survives the process.
 */
export class PlainConnection {
  readonly #socket: Socket;
  readonly #options: PlainConnectionOptions;
  readonly #answered: (answer: Answer) => void;
  #state: "waiting" | "reading" | "answering" | "over" = "waiting";
  #wasUsed = false;
  #peerHasEnded = false;
  /** What came before the answer to the request before it. */
  #later: Buffer | undefined;
  #body: { collector: BodyCollector; missingBytes: number; deadline: Deadline } | undefined;

  constructor(socket: Socket, options: PlainConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#answered = (answer) => this.#answer(answer);
    socket.setTimeout(HEADERS_TIMEOUT_MS);
    for (const [event, listener] of this.#listeners) socket.on(event, listener);
  }

  /** Closes the connection, unless it has a request: then the answer closes it. */
  closeWhenWaiting(): void {
    if (this.#state === "waiting") this.#socket.destroy();
  }

  readonly #read = (bytes: Buffer): void => {
    if (this.#state === "waiting") this.#begin(bytes);
    else if (this.#state === "reading") this.#continue(bytes);
    else if (this.#state === "answering") this.#keepForLater(bytes);
  };

  readonly #peerEnded = (): void => {
    if (this.#state === "answering") this.#peerHasEnded = true;
    else this.#socket.destroy();
  };

  readonly #timedOut = (): void => {
    if (this.#state !== "waiting") return;
    if (this.#wasUsed) this.#socket.destroy();
    else this.#options.whenSilent(this.#socket);
  };

  readonly #closed = (): void => {
    if (this.#state === "reading") this.#takeBody();
    this.#state = "over";
  };

  readonly #failed = (): void => void this.#socket.destroy();

  readonly #listeners = [
    ["data", this.#read],
    ["end", this.#peerEnded],
    ["timeout", this.#timedOut],
    ["close", this.#closed],
    ["error", this.#failed],
  ] as const;

  #begin(bytes: Buffer): void {
    const head = parsePlainHead(bytes, this.#socket);
    if (head === undefined) return this.#handOver(bytes);
    const { receiver } = this.#options;
    const refusal = receiver.admit(head);
    // The body of a refused request stays unread, so nothing can follow it.
    if (refusal !== undefined) return this.#answerLast(refusal);
    const collector = receiver.collector();
    const bodyEnd = head.bodyAt + head.contentLength;
    collector.push(bytes.subarray(head.bodyAt, bodyEnd));
    if (bytes.length < bodyEnd) return this.#await(collector, bodyEnd - bytes.length);
    this.#accept(collector);
    if (bytes.length > bodyEnd) this.#keepForLater(bytes.subarray(bodyEnd));
  }

  #await(collector: BodyCollector, missingBytes: number): void {
    this.#state = "reading";
    const deadline = this.#options.receiver.bodyDeadlines.begin(() => {
      this.#takeBody();
      this.#answerLast(ANSWERS.tooSlow);
    });
    this.#body = { collector, missingBytes, deadline };
  }

  #continue(bytes: Buffer): void {
    const body = this.#body!;
    const { missingBytes } = body;
    body.missingBytes -= bytes.length;
    body.collector.push(bytes.subarray(0, missingBytes));
    if (body.missingBytes > 0) return;
    this.#accept(this.#takeBody());
    if (bytes.length > missingBytes) this.#keepForLater(bytes.subarray(missingBytes));
  }

  #takeBody(): BodyCollector {
    const { collector, deadline } = this.#body!;
    this.#body = undefined;
    this.#options.receiver.bodyDeadlines.end(deadline);
    return collector;
  }

  #accept(collector: BodyCollector): void {
    this.#state = "answering";
    failpoint("body.read");
    void this.#options.receiver.accept(collector.finish()).then(this.#answered);
  }

  /** Nothing more comes until the answer, so there is one such piece at most. */
  #keepForLater(bytes: Buffer): void {
    this.#socket.pause();
    this.#later = bytes;
  }

  #answer(answer: Answer): void {
    // The client has closed the connection meanwhile.
    if (this.#state === "over") return answer.sent?.("gone");
    if (answer.close || this.#peerHasEnded || this.#options.isClosing()) {
      return this.#answerLast(answer);
    }
    this.#write(answer, headOf(answer));
    this.#waitForNext();
  }

  #answerLast(answer: Answer): void {
    this.#write(answer, toHead(answer, CLOSE));
    this.#state = "over";
    this.#socket.destroySoon();
  }

  #write({ sent, body }: Answer, head: string): void {
    const socket = this.#socket;
    if (!socket.writable) return sent?.("gone");
    if (sent === undefined) {
      socket.write(head, "latin1");
    } else {
      socket.cork();
      socket.write(head, "latin1");
      socket.write(body, (error) => sent(error instanceof Error ? "cut" : "written"));
      socket.uncork();
    }
    failpoint("update.answered");
  }

  #waitForNext(): void {
    this.#state = "waiting";
    if (!this.#wasUsed) {
      this.#wasUsed = true;
      this.#socket.setTimeout(KEEP_ALIVE_TIMEOUT_MS);
    }
    const later = this.#later;
    if (later === undefined) return;
    this.#later = undefined;
    this.#socket.resume();
    this.#begin(later);
  }

  #handOver(bytes: Buffer): void {
    const socket = this.#socket;
    this.#state = "over";
    socket.setTimeout(0);
    for (const [event, listener] of this.#listeners) socket.off(event, listener);
    // Bytes that are put back only reach listeners that are there before the stream is resumed.
    socket.pause();
    socket.unshift(bytes);
    this.#options.handOver(socket);
    socket.resume();
  }
}

const CLOSE = "connection: close";
const KEEP = `Connection: keep-alive\r\nKeep-Alive: timeout=${KEEP_ALIVE_TIMEOUT_MS / 1_000}`;

/** The heads of answers that keep their connection open. Their date changes once a second. */
const KNOWN_HEADS = new WeakMap<Answer, { readonly text: string; readonly second: number }>();

function headOf(answer: Answer): string {
  const second = Math.floor(systemClock.now() / 1_000);
  const known = KNOWN_HEADS.get(answer);
  if (known?.second === second) return known.text;
  const text = toHead(answer, KEEP);
  KNOWN_HEADS.set(answer, { text, second });
  return text;
}

function toHead({ status, headers }: Answer, connection: string): string {
  const date = new Date(systemClock.now()).toUTCString();
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    connection,
    `Date: ${date}`,
    "\r\n",
  ].join("\r\n");
}
