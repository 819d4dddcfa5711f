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
  /** Whether the server stops: every answer closes its connection then. */
  readonly isClosing: () => boolean;
  /** Gives the connection to `node:http`, which reads from its present state on. */
  readonly handOver: (socket: Socket) => void;
  /** Nothing at all has come for {@link HEADERS_TIMEOUT_MS}. */
  readonly whenSilent: (socket: Socket) => void;
}

/** How long the first request of a connection, and the head of each, may take. */
export const HEADERS_TIMEOUT_MS = 5_000;

/**
 * Telegram closes a connection 60 s after its last request; a server that does it first can cut a
 * request that is just being sent, so ours waits longer.
 */
export const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/**
 * One connection of a server that has nothing but a receiver, read without `node:http` while the
 * requests on it are plain ones (`plain-head.ts`): that costs half of what `node:http` takes for a
 * request, and Telegram sends nothing else. From the first request on that is not plain, `node:http`
 * reads the connection.
 *
 * States: `waiting` (for a request) → `reading` (its body has not come whole) → `answering` (it is
 * being stored) → `waiting`; `over`: answered for the last time, closed, or `node:http`'s.
 *
 * **Invariant:** bytes mean here what they mean to `node:http`: a request is read from its first
 * byte to its last either here or there.
 *
 * **Invariant:** one request at a time. What a client sends before its answer waits, and the
 * connection is not read meanwhile.
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
  /** What came before its time. */
  #later: Buffer | undefined;
  #body: { collector: BodyCollector; missingBytes: number; deadline: Deadline } | undefined;

  constructor(socket: Socket, options: PlainConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#answered = (answer) => this.#answer(answer);
    socket.setTimeout(HEADERS_TIMEOUT_MS);
    for (const [event, listener] of this.#listeners) socket.on(event, listener);
  }

  /** Closes it unless a request is on it, whose answer closes it. */
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

  #keepForLater(bytes: Buffer): void {
    this.#socket.pause();
    this.#later = this.#later === undefined ? bytes : Buffer.concat([this.#later, bytes]);
  }

  #answer(answer: Answer): void {
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
    if (this.#state === "over" || !socket.writable) return sent?.("gone");
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
    // What is put back is read again only by one who began to listen before the flow goes on.
    socket.pause();
    socket.unshift(bytes);
    this.#options.handOver(socket);
    socket.resume();
  }
}

const CLOSE = "connection: close";
const KEEP = `Connection: keep-alive\r\nKeep-Alive: timeout=${KEEP_ALIVE_TIMEOUT_MS / 1_000}`;

/** The heads of answers that keep their connection, which are the same for a second. */
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
