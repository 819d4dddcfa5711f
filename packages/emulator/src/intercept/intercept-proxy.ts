import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket, createSecureContext } from "node:tls";
import type { SecureContext } from "node:tls";
import { createServerIdentity } from "./server-identity.ts";

/** Whom the proxy answers for. */
const INTERCEPTED_HOST = "api.telegram.org";

const ESTABLISHED = "HTTP/1.1 200 Connection Established\r\n\r\n";
const ONLY_CONNECT =
  "This proxy of hookgram's emulator opens tunnels only: set HTTPS_PROXY, not HTTP_PROXY.\n";

export interface InterceptProxyOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Serves a connection on which HTTP is spoken. */
  readonly accept: (connection: Duplex) => void;
  /** Real time, Unix milliseconds, for the certificates. */
  readonly nowMs: number;
}

/**
 * An HTTP proxy that answers for api.telegram.org, so that a program whose code names no other API
 * root talks to the emulator when its environment names this proxy and its authority. What the
 * program asks of other hosts goes on to them unread, for programs on this machine only.
 *
 * **Invariant:** no key of the authority outlives the start: nobody can make more certificates.
 * Nothing survives the process; each start has an authority of its own.
 */
export class InterceptProxy {
  /** The certificate that the program has to trust, as PEM. */
  readonly authority: string;
  readonly #options: InterceptProxyOptions;
  readonly #context: SecureContext;
  readonly #server: Server;
  readonly #connections = new Set<Duplex>();

  private constructor(options: InterceptProxyOptions) {
    this.#options = options;
    const { authority, certificate, key } = createServerIdentity(INTERCEPTED_HOST, options.nowMs);
    this.authority = authority;
    this.#context = createSecureContext({ cert: certificate, key });
    this.#server = createServer(refusePlain);
    this.#server.on("connect", (request, socket, head) => this.#connect(request, socket, head));
  }

  /** Listens; rejects with the error of `listen`, for example EADDRINUSE. */
  static async listen(options: InterceptProxyOptions): Promise<InterceptProxy> {
    const proxy = new InterceptProxy(options);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once("error", reject);
      proxy.#server.listen(options.port, options.host, () => resolve());
    });
    return proxy;
  }

  /** What `HTTPS_PROXY` has to be. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    const { host } = this.#options;
    return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  /** Stops listening and cuts all connections. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
      for (const connection of this.#connections) connection.destroy();
    });
  }

  #connect(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#keep(socket);
    const target = parseTarget(request.url ?? "");
    if (target === undefined) return refuse(socket, "400 Bad Request");
    if (target.host === INTERCEPTED_HOST) return this.#intercept(socket, head);
    if (!isLoopback(request.socket.remoteAddress)) return refuse(socket, "403 Forbidden");
    this.#passOn(target, socket, head);
  }

  #intercept(socket: Duplex, head: Buffer): void {
    socket.write(ESTABLISHED);
    if (head.length > 0) socket.unshift(head);
    const secureContext = this.#context;
    const secure = new TLSSocket(socket as never, {
      isServer: true,
      secureContext,
      ALPNProtocols: ["http/1.1"],
    });
    secure.on("error", () => secure.destroy());
    secure.once("secure", () => this.#options.accept(secure));
  }

  #passOn({ host, port }: Target, socket: Duplex, head: Buffer): void {
    const onward = connect(port, host);
    this.#keep(onward);
    onward.once("error", () => refuse(socket, "502 Bad Gateway"));
    onward.once("connect", () => {
      socket.write(ESTABLISHED);
      onward.write(head);
      onward.pipe(socket);
      socket.pipe(onward);
    });
    socket.once("close", () => onward.destroy());
  }

  #keep(connection: Duplex): void {
    this.#connections.add(connection);
    connection.on("error", () => connection.destroy());
    connection.once("close", () => this.#connections.delete(connection));
  }
}

interface Target {
  readonly host: string;
  readonly port: number;
}

function parseTarget(text: string): Target | undefined {
  const [, host = "", port = ""] = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  const isPort = Number(port) > 0 && Number(port) < 65_536;
  return host === "" || !isPort ? undefined : { host: host.toLowerCase(), port: Number(port) };
}

function isLoopback(address = ""): boolean {
  return address === "::1" || /^(::ffff:)?127\./.test(address);
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
}

function refusePlain(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(501, { "content-type": "text/plain" }).end(ONLY_CONNECT);
}
