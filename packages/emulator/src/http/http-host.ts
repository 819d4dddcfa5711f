import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Refusal } from "../methods/method.ts";
import { reasonPhrase, refusalAnswer, writeAnswer, writeTransportFault } from "./answer.ts";
import { parseRequestTarget } from "./request-target.ts";
import type { RequestTarget } from "./request-target.ts";

/**
 * An import statement would read every name of the module, one of which loads all of undici: a fifth
 * of the time in which a test waits for its emulator.
 */
const { createServer } = process.getBuiltinModule("node:http");

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;
type TargetHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  target: RequestTarget,
) => Promise<void> | void;

export interface HttpHostOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** `/bot…` */
  readonly api: TargetHandler;
  /** `/file/bot…` */
  readonly file: TargetHandler;
  /** `/control…` */
  readonly control: RequestHandler;
  /** Every other path; without it they answer 404 like Telegram's server. */
  readonly page?: RequestHandler | undefined;
}

const HEADERS_MAX_BYTES = 256 * 1024;
const IDLE_TIMEOUT_MS = 500_000;

/** The one port of the emulator: the Bot API, its files, the control interface and the page. */
export class HttpHost {
  readonly #server: Server;
  readonly #options: HttpHostOptions;

  private constructor(options: HttpHostOptions) {
    this.#options = options;
    this.#server = createServer({
      maxHeaderSize: HEADERS_MAX_BYTES,
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      headersTimeout: IDLE_TIMEOUT_MS,
      requestTimeout: 0,
    });
    this.#server.on("request", (request, response) => this.#route(request, response));
    this.#server.on("clientError", answerUnreadable);
  }

  /** Listens; rejects with the error of `listen`, for example EADDRINUSE. */
  static async listen(options: HttpHostOptions): Promise<HttpHost> {
    const host = new HttpHost(options);
    await new Promise<void>((resolve, reject) => {
      host.#server.once("error", reject);
      host.#server.listen(options.port, options.host, () => resolve());
    });
    return host;
  }

  /** `http://ADDRESS:PORT`, with the real port. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    const { host } = this.#options;
    return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  /** Serves a connection that came in by another way, with HTTP spoken on it. */
  accept(connection: Duplex): void {
    this.#server.emit("connection", connection);
  }

  /** Stops listening and cuts all connections. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    const { api, file, control, page } = this.#options;
    const url = request.url ?? "";
    // Node's parser lets HTTP/2.0 pass as a version of HTTP/1.
    if (!["1.0", "1.1"].includes(request.httpVersion)) return writeTransportFault(response, 505);
    if (!url.startsWith("/")) return refuse(response, ABSOLUTE_URI);
    const target = parseRequestTarget(url);
    const serve = (handler: TargetHandler): void =>
      void settle(response, async () => handler(request, response, target));
    if (target.path.startsWith("/bot")) return serve(api);
    if (target.path.startsWith("/file/bot")) return serve(file);
    if (/^\/control(?:\/|$)/.test(target.path)) return control(request, response);
    if (page !== undefined) return page(request, response);
    refuse(response, "Not Found");
  }
}

const ABSOLUTE_URI = "Not Found: absolute URI is specified in the Request-Line";

function refuse(response: ServerResponse, description: string): void {
  writeAnswer(response, refusalAnswer(new Refusal(404, description)));
}

/** A defect in the emulator still answers, so that the client does not wait for ever. */
async function settle(response: ServerResponse, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    writeAnswer(response, refusalAnswer(new Refusal(500, `Internal Server Error: ${reason}`)));
  }
}

/** Bytes that are not an HTTP/1.x request: a bare status line, like Telegram's server. */
function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
  const status = UNREADABLE[error.code ?? ""] ?? 400;
  socket.end(`HTTP/1.1 ${status} ${reasonPhrase(status)}\r\nContent-Length: 0\r\n\r\n`);
}

const UNREADABLE: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_INVALID_METHOD: 501,
  HPE_INVALID_TRANSFER_ENCODING: 501,
  HPE_INVALID_VERSION: 505,
};
