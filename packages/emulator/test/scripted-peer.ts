/** A webhook's end of the wire that does exactly what a test says, byte for byte. */
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { TlsOptions, TLSSocket } from "node:tls";
import type { VirtualClock } from "../src/clock/virtual-clock.ts";

/** What the peer does with one request. */
export type PeerAction =
  /** Nothing, for ever. */
  | "hang"
  /** Hangs up cleanly. */
  | "end"
  /** Hangs up with a TCP reset. */
  | "reset"
  /** Writes bytes, after a virtual delay if there is one, and hangs up afterwards if told to. */
  | {
      readonly send: string | Uint8Array;
      readonly afterMs?: number;
      readonly thenEnd?: boolean;
    }
  /** Writes one character after the other, with a virtual pause before each. */
  | { readonly trickle: string; readonly everyMs: number };

export interface PeerRequest {
  /** Virtual milliseconds. */
  readonly atMs: number;
  /** Which connection it came over, counted from 1. */
  readonly connection: number;
  readonly head: string;
  readonly body: string;
}

/** A response with a status line, headers and a body of a stated length. */
export function respond(
  status: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = "",
): { readonly send: Uint8Array } {
  const bytes = Buffer.from(body);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status}\r\n${lines.join("")}Content-Length: ${bytes.byteLength}\r\n\r\n`;
  return { send: Buffer.concat([Buffer.from(head), bytes]) };
}

export const OK = respond("200 OK");

export class ScriptedPeer implements AsyncDisposable {
  readonly requests: PeerRequest[] = [];
  /** Virtual milliseconds at which connections were accepted. */
  readonly acceptedAtMs: number[] = [];
  /** What arrived on a connection that was not a request, such as a thrown back status line. */
  readonly strays: string[] = [];
  act: (request: PeerRequest) => PeerAction = () => OK;
  /** Sees each TLS connection whose handshake is over. */
  onSecure: (socket: TLSSocket) => void = () => undefined;
  readonly #clock: VirtualClock;
  readonly #tls: TlsOptions | undefined;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(clock: VirtualClock, tls?: TlsOptions) {
    this.#clock = clock;
    this.#tls = tls;
  }

  get port(): number {
    return this.#port;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  /** Begins to accept connections if it does not yet, on the same port as the last time. */
  async up(): Promise<void> {
    if (this.#server !== undefined) return;
    const accept = (socket: Socket): void => this.#accept(socket);
    const acceptTls = (socket: TLSSocket): void => {
      this.onSecure(socket);
      accept(socket);
    };
    const server = this.#tls ? createTlsServer(this.#tls, acceptTls) : createServer(accept);
    server.on("tlsClientError", () => undefined);
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Stops accepting and cuts what is open; connections are refused from now on. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
  }

  #accept(socket: Socket): void {
    this.acceptedAtMs.push(this.#clock.monotonic());
    const connection = this.acceptedAtMs.length;
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => undefined);
    let buffer: Buffer = Buffer.alloc(0);
    socket.on("data", (bytes: Uint8Array) => {
      buffer = this.#take(Buffer.concat([buffer, bytes]), connection, socket);
    });
  }

  /** Handles the requests that are complete and returns the rest. */
  #take(buffer: Buffer, connection: number, socket: Socket): Buffer {
    const headEnd = buffer.indexOf("\r\n\r\n");
    if (headEnd === -1) return buffer;
    const head = buffer.toString("utf8", 0, headEnd + 4);
    if (!head.startsWith("POST ")) {
      this.strays.push(head);
      return buffer.subarray(headEnd + 4);
    }
    const end = headEnd + 4 + Number(/^Content-Length: (\d+)/m.exec(head)?.[1] ?? 0);
    if (buffer.byteLength < end) return buffer;
    const body = buffer.toString("utf8", headEnd + 4, end);
    const request = { atMs: this.#clock.monotonic(), connection, head, body };
    this.requests.push(request);
    this.#perform(this.act(request), socket);
    return this.#take(buffer.subarray(end), connection, socket);
  }

  #perform(action: PeerAction, socket: Socket): void {
    if (action === "hang") return;
    if (action === "end") return void socket.end();
    if (action === "reset") return void socket.resetAndDestroy();
    if ("trickle" in action) return this.#trickle(action.trickle, action.everyMs, socket);
    const { send, afterMs, thenEnd } = action;
    const write = (): void => void (thenEnd ? socket.end(send) : socket.write(send));
    if (afterMs === undefined) write();
    else this.#clock.after(afterMs, write);
  }

  #trickle(text: string, everyMs: number, socket: Socket): void {
    if (text === "" || socket.destroyed) return;
    this.#clock.after(everyMs, () => {
      socket.write(text.slice(0, 1));
      this.#trickle(text.slice(1), everyMs, socket);
    });
  }
}
