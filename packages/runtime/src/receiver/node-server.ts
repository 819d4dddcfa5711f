import type { Clock } from "@hookgram/bot-api";
import { readFileSync } from "node:fs";
import {
  createServer,
  type Server as HttpServer,
  type ServerOptions,
  STATUS_CODES,
} from "node:http";
import { createServer as createTlsServer, type Server as HttpsServer } from "node:https";
import { type AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Server as TlsServer } from "node:tls";

import { RuntimeError } from "../error.ts";
import { failpoint } from "../failpoint.ts";
import { wholeNumber } from "../whole-number.ts";
import { createNodeListener } from "./node-listener.ts";
import { HEADERS_TIMEOUT_MS, KEEP_ALIVE_TIMEOUT_MS, PlainConnection } from "./plain-connection.ts";
import type { Receiver } from "./receiver.ts";

/** TLS in the process, for a machine without a proxy in front. */
export interface TlsFiles {
  /** PEM file with the certificate, followed by its chain if it has one. */
  readonly certificatePath: string;
  /** PEM file with the private key. */
  readonly keyPath: string;
}

export interface NodeServerOptions {
  readonly receiver: Receiver;
  readonly tls?: TlsFiles | undefined;
  /** Connections beyond this number are closed at once. Default 2,048 (some 40 MB), at least 1. */
  readonly connectionsMax?: number | undefined;
}

export type NodeServer = HttpServer | HttpsServer;

const CONNECTIONS_MAX = 2_048;

const LIMITS: ServerOptions = {
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: 10_000,
  // With Node's default of 30 s, a slow client could exceed the limits above by as much.
  connectionsCheckingInterval: 500,
  keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  // Telegram never sends more than 4,096 bytes of headers; a proxy in front may add some.
  maxHeaderSize: 16_384,
};

const TLS_LIMITS = {
  minVersion: "TLSv1.2",
  // Before the handshake's end nothing of the limits above holds, and Node's default is 120 s.
  handshakeTimeout: HEADERS_TIMEOUT_MS,
} as const;

/** Makes an HTTP server (with `tls`: HTTPS) for one receiver. It does not listen yet. */
export function createNodeServer(options: NodeServerOptions): NodeServer {
  const { receiver } = options;
  const server = options.tls === undefined ? createServer(LIMITS) : createSecureServer(options.tls);
  const { connectionsMax = CONNECTIONS_MAX } = options;
  server.maxConnections = wholeNumber("connectionsMax", connectionsMax, { min: 1 });
  server.on("request", createNodeListener(receiver));
  server.on("checkContinue", createNodeListener(receiver, { expectsContinue: true }));
  server.on("clientError", answerClientError);
  readPlainly(server, receiver);
  return server;
}

/** The open connections of a server. */
interface Open {
  /** Every TCP connection. */
  readonly sockets: Set<Socket>;
  /** The connections that `node:http` does not read. */
  readonly plain: Set<PlainConnection>;
}

const OPEN = new WeakMap<NodeServer, Open>();

/**
 * Lets a {@link PlainConnection} read each connection first. `node:http` starts reading in a listener
 * of its own server's event; that listener is removed, and called for connections handed over.
 */
function readPlainly(server: NodeServer, receiver: Receiver): void {
  const open: Open = { sockets: new Set(), plain: new Set() };
  OPEN.set(server, open);
  const event = server instanceof TlsServer ? "secureConnection" : "connection";
  const [readByNode] = server.listeners(event);
  server.on("connection", (socket: Socket) => {
    failpoint("connection.accepted");
    open.sockets.add(socket);
    socket.once("close", () => open.sockets.delete(socket));
  });
  // A version of Node that reads in another way still works, only slower.
  if (readByNode === undefined) return;
  server.off(event, readByNode as () => void);
  const options = {
    receiver,
    isClosing: () => !server.listening,
    handOver: (socket: Socket) => void Reflect.apply(readByNode, server, [socket]),
    whenSilent: (socket: Socket) => answerClientError(TOO_SLOW, socket),
  };
  server.on(event, (socket: Socket) => {
    const connection = new PlainConnection(socket, options);
    open.plain.add(connection);
    socket.once("close", () => open.plain.delete(connection));
  });
}

/** Resolves with the port. Rejects with `port-in-use` or `listen-failed`. */
export function listenOn(server: NodeServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => reject(listenError(error, host, port));
    server.once("error", refuse);
    server.listen(port, host, () => {
      server.off("error", refuse);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/**
 * Stops listening, lets answers that are being written reach their clients for at most `graceMs`,
 * then cuts what is left.
 */
export function closeServer(server: NodeServer, graceMs: number, clock: Clock): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    const { sockets, plain } = OPEN.get(server) ?? { sockets: [], plain: [] };
    const cancel = clock.after(graceMs, () => {
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    });
    server.close(() => {
      cancel();
      resolve();
    });
    server.closeIdleConnections();
    for (const connection of plain) connection.closeWhenWaiting();
    // Telegram opens connections in advance. Node takes those without a request for busy ones.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  });
}

/** @throws RuntimeError `tls-files`. */
export function readCertificate(tls: TlsFiles): Buffer {
  return readPem(tls.certificatePath, "certificate");
}

function createSecureServer(tls: TlsFiles): HttpsServer {
  const cert = readCertificate(tls);
  const key = readPem(tls.keyPath, "private key");
  try {
    return createTlsServer({ ...LIMITS, ...TLS_LIMITS, cert, key });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const files = `${tls.certificatePath} and ${tls.keyPath}`;
    throw new RuntimeError("tls-files", `${files} are not a certificate and its key (${reason})`);
  }
}

function readPem(path: string, what: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new RuntimeError("tls-files", `the TLS ${what} ${path} cannot be read (${reason})`);
  }
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): RuntimeError {
  const where = `port ${port} on ${host}`;
  if (error.code === "EADDRINUSE") {
    const mend = "stop the process that has it, or choose another port";
    return new RuntimeError("port-in-use", `${where} is already in use; ${mend}`);
  }
  return new RuntimeError("listen-failed", `cannot listen on ${where}: ${error.message}`);
}

/** Answers what is not HTTP, too slow or too large, with an empty body as everywhere else. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = CLIENT_ERROR_STATUS[error.code ?? ""] ?? 400;
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}`;
  socket.end(`${head}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  // Closing at once could destroy the answer on its way; waiting without a limit, keep its place.
  if (socket instanceof Socket) socket.setTimeout(LINGER_MS, () => socket.destroy());
}

/** How long a client that was refused may take to close its side. */
const LINGER_MS = 1_000;

const TOO_SLOW = Object.assign(new Error("nothing was sent"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });

const CLIENT_ERROR_STATUS: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};
