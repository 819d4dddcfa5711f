import { connect, type Socket } from "node:net";

export interface Load {
  readonly port: number;
  readonly path: string;
  readonly secret: string;
  readonly connections: number;
  /** Ends when this many requests are answered… */
  readonly requests: number;
  /** The body with this `update_id`; called once per request. */
  readonly body: (updateId: number) => Buffer;
  readonly firstUpdateId: number;
}

export interface LoadResult {
  /** When the first request was sent, as `performance.now()` counts. */
  readonly startedMs: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were not 200. */
  readonly failed: number;
}

/**
 * Sends webhook requests the way Telegram does: keep-alive connections, one request at a time on
 * each, an `update_id` of its own in every request. The bytes are prepared before the clock runs
 * and answers are only searched for their end, so that two cores are enough to load a server.
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const requests = prepareRequests(load);
  const latencies = new Float64Array(load.requests);
  const sockets = await Promise.all(
    Array.from({ length: load.connections }, () => openSocket(load.port)),
  );
  const run = { next: 0, done: 0, failed: 0 };
  const startedMs = performance.now();
  await Promise.all(sockets.map((socket) => drive(socket, { requests, latencies, run })));
  const elapsedMs = performance.now() - startedMs;
  for (const socket of sockets) socket.destroy();
  latencies.sort();
  return {
    startedMs,
    requestsPerSecond: (load.requests / elapsedMs) * 1_000,
    p50Ms: latencies[Math.floor(load.requests * 0.5)]!,
    p99Ms: latencies[Math.floor(load.requests * 0.99)]!,
    failed: run.failed,
  };
}

function prepareRequests(load: Load): Buffer[] {
  return Array.from({ length: load.requests }, (_, index) => {
    const body = load.body(load.firstUpdateId + index);
    const head =
      `POST ${load.path} HTTP/1.1\r\nHost: 127.0.0.1:${load.port}\r\n` +
      `X-Telegram-Bot-Api-Secret-Token: ${load.secret}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\nConnection: keep-alive\r\n` +
      `Accept-Encoding: gzip, deflate\r\n\r\n`;
    return Buffer.concat([Buffer.from(head, "latin1"), body]);
  });
}

function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("error", reject);
    socket.once("connect", () => resolve(socket));
  });
}

interface Drive {
  readonly requests: readonly Buffer[];
  readonly latencies: Float64Array;
  readonly run: { next: number; done: number; failed: number };
}

/** One connection's share; resolves when no request is left to send. */
function drive(socket: Socket, { requests, latencies, run }: Drive): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentMs = 0;
    let index = 0;
    const send = (): void => {
      if (run.next >= requests.length) return resolve();
      index = run.next;
      run.next += 1;
      sentMs = performance.now();
      socket.write(requests[index]!);
    };
    let pending: Buffer | undefined;
    socket.on("data", (chunk: Buffer) => {
      const bytes = pending === undefined ? chunk : Buffer.concat([pending, chunk]);
      const end = endOfResponse(bytes);
      if (end === undefined) {
        pending = bytes;
        return;
      }
      pending = undefined;
      latencies[index] = performance.now() - sentMs;
      // "HTTP/1.1 200": the status begins at byte 9.
      if (bytes.toString("latin1", 9, 12) !== "200") run.failed += 1;
      run.done += 1;
      send();
    });
    socket.on("close", () => reject(new Error("the server closed a connection under load")));
    socket.on("error", reject);
    send();
  });
}

/** Where a response ends; undefined when more has to come. All servers here send a length. */
function endOfResponse(bytes: Buffer): number | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const head = bytes.toString("latin1", 0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) {
    if (!/\r\ntransfer-encoding: *chunked/i.test(head))
      throw new Error("a response without length");
    return bytes.includes("0\r\n\r\n", headEnd + 4) ? bytes.length : undefined;
  }
  const end = headEnd + 4 + Number(length);
  return bytes.length >= end ? end : undefined;
}
