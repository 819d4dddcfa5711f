import { connect } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ConnectionOptions } from "node:tls";
import { reasonPhrase } from "../http/answer.ts";
import type { VirtualClock } from "../clock/virtual-clock.ts";
import { networkErrorText } from "./network-error.ts";
import { isFault } from "./response-head.ts";
import type { ResponseFault } from "./response-head.ts";
import { ResponseReader } from "./response-reader.ts";
import { understandResponse } from "./webhook-reply.ts";
import type { DeliveryResponse } from "./webhook-reply.ts";

/**
 * From the handing over of a request to the end of its response, connecting included; also how long
 * an idle connection is kept.
 */
const DEADLINE_MS = 60_000;

/** Why the system did not want to open a socket stays a secret of the server's log. */
const UNOPENED = "Can't connect to the webhook";

export interface WebhookConnectionOptions {
  readonly address: string;
  readonly port: number;
  /** Undefined for plain http. */
  readonly tls: ConnectionOptions | undefined;
  readonly clock: VirtualClock;
  /** A response to what was sent; the connection is idle again. */
  readonly onResponse: (response: DeliveryResponse) => void;
  /** An error for `last_error_message`. `onClosed` follows. */
  readonly onError: (text: string) => void;
  /** The connection is gone, with or without an error. */
  readonly onClosed: () => void;
}

/**
 * One connection to a webhook, which carries one request at a time.
 *
 * States: idle ⇄ waiting (for a response) ⇄ understanding (its body) → closed. It may be idle or
 * waiting before the connection stands. **Invariant:** callbacks are never called from inside
 * `send` or the constructor, and none is called after `destroy`.
 * @see tdlib/td, HttpConnectionBase.cpp
 */
export class WebhookConnection {
  readonly #options: WebhookConnectionOptions;
  readonly #socket: Socket;
  readonly #reader = new ResponseReader();
  #state: "idle" | "waiting" | "understanding" | "closed" = "idle";
  #isEnded = false;
  #deadlineAtMs = 0;
  #cancelDeadline: (() => void) | undefined;
  #endActivity: () => void;
  /** The system has refused to open the socket at all. */
  #isUnopened = false;
  /** Of a TLS connection: whether the handshake is over. */
  #isSecure = false;

  /** Whether the system opened the socket; its connection to the peer may still fail. */
  readonly opened: Promise<boolean>;

  constructor(options: WebhookConnectionOptions) {
    this.#options = options;
    this.#endActivity = options.clock.activity.begin();
    const { address: host, port, tls } = options;
    this.#socket = tls ? connectTls({ host, port, ...tls }) : connect({ host, port });
    this.#socket.setNoDelay(true);
    this.#socket.on(tls ? "secureConnect" : "connect", () => this.#onConnected());
    this.#socket.on("data", (bytes: Uint8Array) => this.#onData(bytes));
    this.#socket.on("end", () => this.#onEnd());
    this.#socket.on("error", (error) => this.#onSocketError(error));
    this.#socket.on("close", () => this.#close());
    // The system is asked in the next tick, so that its refusal is known in the one after it.
    this.opened = new Promise((resolve) => {
      process.nextTick(() => {
        this.#isUnopened = this.#socket.errored !== null;
        resolve(!this.#isUnopened);
      });
    });
    this.#restartDeadline();
  }

  /** Sends one request; only while idle. */
  send(request: Buffer): void {
    this.#state = "waiting";
    this.#endActivity();
    this.#endActivity = this.#options.clock.activity.begin();
    this.#restartDeadline();
    this.#socket.write(request);
    // Bytes that an earlier response left over are read as the answer to this request.
    queueMicrotask(() => this.#read());
  }

  /** Cuts the connection without a callback. */
  destroy(): void {
    this.#state = "closed";
    this.#release();
  }

  #onConnected(): void {
    this.#isSecure = true;
    if (this.#state === "idle") this.#endActivity();
  }

  #onData(bytes: Uint8Array): void {
    this.#reader.push(bytes);
    this.#read();
  }

  #onEnd(): void {
    this.#isEnded = true;
    if (this.#state !== "understanding") this.#close();
  }

  #onSocketError(error: Error): void {
    if (this.#state === "closed") return;
    const text = this.#isUnopened ? UNOPENED : networkErrorText(error);
    if (text !== undefined) this.#options.onError(text);
    this.#close();
  }

  #read(): void {
    if (this.#state !== "waiting") return;
    const response = this.#reader.read();
    if (response === undefined) return;
    if (isFault(response)) return this.#reject(response);
    this.#state = "understanding";
    void understandResponse(response).then((understood) => this.#onUnderstood(understood));
  }

  #onUnderstood(response: DeliveryResponse | ResponseFault): void {
    if (this.#state !== "understanding") return;
    if (isFault(response)) return this.#reject(response);
    this.#state = "idle";
    this.#restartDeadline();
    this.#endActivity();
    this.#options.onResponse(response);
    if (this.#isEnded) this.#close();
  }

  /** Throws a bare status line back at the peer and hangs up, as the original does. */
  #reject({ faultStatus, text }: ResponseFault): void {
    const line = `HTTP/1.1 ${faultStatus} ${reasonPhrase(faultStatus)}`;
    this.#options.onError(text);
    this.#socket.end(`${line}\r\nContent-Length: 0\r\n\r\n`);
    this.#close();
  }

  /** Deadlines only move back, so one timer is enough that looks again when it comes too early. */
  #restartDeadline(): void {
    const { clock } = this.#options;
    this.#deadlineAtMs = clock.monotonic() + DEADLINE_MS;
    this.#cancelDeadline ??= clock.after(DEADLINE_MS, () => this.#checkDeadline());
  }

  #checkDeadline(): void {
    const { clock } = this.#options;
    const leftMs = this.#deadlineAtMs - clock.monotonic();
    if (leftMs > 0) {
      this.#cancelDeadline = clock.after(leftMs, () => this.#checkDeadline());
      return;
    }
    if (this.#hasUnsentBytes()) this.#options.onError("Write timeout expired");
    else if (this.#state === "waiting") this.#options.onError("Read timeout expired");
    this.#close();
  }

  /** What a handshake holds back counts only until the peer has accepted the connection. */
  #hasUnsentBytes(): boolean {
    const isTls = this.#options.tls !== undefined;
    if (this.#socket.connecting) return isTls || this.#socket.writableLength > 0;
    return (this.#isSecure || !isTls) && this.#socket.writableLength > 0;
  }

  #close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#release();
    this.#options.onClosed();
  }

  #release(): void {
    this.#cancelDeadline?.();
    this.#endActivity();
    if (this.#socket.writableEnded) this.#socket.destroySoon();
    else this.#socket.destroy();
  }
}
