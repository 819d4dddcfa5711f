import type { Clock } from "@hookgram/bot-api";
import { readFileSync } from "node:fs";
import {
  createServer,
  type Server as HttpServer,
  type ServerOptions,
  STATUS_CODES,
} from "node:http";
import { createServer as createTlsServer, type Server as HttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";

import { RuntimeError } from "../error.ts";
import { failpoint } from "../failpoint.ts";
import { createNodeListener } from "./node-listener.ts";
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
  /** Connections above this number are closed at once. Default 2,048 (some 40 MB of memory). */
  readonly connectionsMax?: number | undefined;
}

export type NodeServer = HttpServer | HttpsServer;

const CONNECTIONS_MAX = 2_048;

/**
 * Telegram closes a connection 60 s after its last request; a server that does it first can cut a
 * request that is just being sent, so ours waits longer.
 */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

const LIMITS: ServerOptions = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  // Node's default of 30 s would let a slow client live that much longer than the limits above.
  connectionsCheckingInterval: 500,
  keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  // Telegram never sends more than 4,096 bytes of headers; a proxy in front may add some.
  maxHeaderSize: 16_384,
};

/** An HTTP server (with `tls`: HTTPS) that has nothing but the receiver, and is not listening yet. */
export function createNodeServer(options: NodeServerOptions): NodeServer {
  const { receiver } = options;
  const server = options.tls === undefined ? createServer(LIMITS) : createSecureServer(options.tls);
  server.maxConnections = options.connectionsMax ?? CONNECTIONS_MAX;
  server.on("request", createNodeListener(receiver));
  server.on("checkContinue", createNodeListener(receiver, { expectsContinue: true }));
  server.on("clientError", answerClientError);
  rememberConnections(server);
  return server;
}

const connections = new WeakMap<NodeServer, Set<Socket>>();

function rememberConnections(server: NodeServer): void {
  const open = new Set<Socket>();
  connections.set(server, open);
  server.on("connection", (socket: Socket) => {
    failpoint("connection.accepted");
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
}

/** Telegram opens connections in advance. Node counts one without a request among the busy ones. */
function closeSilentConnections(server: NodeServer): void {
  for (const socket of connections.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy();
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
    const cancel = clock.after(graceMs, () => server.closeAllConnections());
    server.close(() => {
      cancel();
      resolve();
    });
    server.closeIdleConnections();
    closeSilentConnections(server);
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
    return createTlsServer({ ...LIMITS, cert, key, minVersion: "TLSv1.2" });
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

/** What is not even HTTP, or too slow or too large to be: the same empty answers as elsewhere. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = CLIENT_ERROR_STATUS[error.code ?? ""] ?? 400;
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}`;
  socket.end(`${head}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

const CLIENT_ERROR_STATUS: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};
