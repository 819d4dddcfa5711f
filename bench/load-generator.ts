import { once } from "node:events";
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
  const connections = await Promise.all(
    Array.from({ length: load.connections }, () => LoadConnection.open(load.port)),
  );
  const run: Run = { next: 0, failed: 0 };
  const startedMs = performance.now();
  await Promise.all(connections.map((connection) => connection.drive(requests, latencies, run)));
  const elapsedMs = performance.now() - startedMs;
  for (const connection of connections) connection.close();
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

interface Run {
  /** The request that is sent next, whichever connection is free. */
  next: number;
  failed: number;
}

/** "HTTP/1.1 200": the status begins at byte 9. */
const STATUS_AT = 9;

/**
 * One connection. Its reads all go into the same memory, and the answers of one server are alike: an
 * answer of the usual length that ends as it should is not looked at any closer.
 */
class LoadConnection {
  readonly #socket: Socket;
  #received: (bytes: Buffer) => void = () => {};
  #usualBytes = 0;
  #pending: Buffer | undefined;

  private constructor(port: number) {
    const callback = (length: number, buffer: Uint8Array): boolean => {
      this.#received(Buffer.from(buffer.buffer, buffer.byteOffset, length));
      return true;
    };
    const onread = { buffer: Buffer.alloc(16_384), callback };
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
  }

  static async open(port: number): Promise<LoadConnection> {
    const connection = new LoadConnection(port);
    await once(connection.#socket, "connect");
    return connection;
  }

  /** This connection's share; resolves when no request is left to send. */
  drive(requests: readonly Buffer[], latencies: Float64Array, run: Run): Promise<void> {
    return new Promise((resolve, reject) => {
      let sentMs = 0;
      let index = 0;
      const send = (): void => {
        if (run.next >= requests.length) return resolve();
        index = run.next;
        run.next += 1;
        sentMs = performance.now();
        this.#socket.write(requests[index]!);
      };
      this.#received = (bytes) => {
        const status = this.#statusOf(bytes);
        if (status === undefined) return;
        latencies[index] = performance.now() - sentMs;
        if (status !== "200") run.failed += 1;
        send();
      };
      this.#socket.on("close", () => reject(new Error("the server closed a connection")));
      this.#socket.on("error", reject);
      send();
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Undefined while the answer is not complete. */
  #statusOf(chunk: Buffer): string | undefined {
    const bytes = this.#pending === undefined ? chunk : Buffer.concat([this.#pending, chunk]);
    const isUsual = bytes.length === this.#usualBytes && bytes[bytes.length - 1] === 0x0a;
    if (!isUsual && !isComplete(bytes)) {
      this.#pending = Buffer.from(bytes);
      return undefined;
    }
    this.#pending = undefined;
    this.#usualBytes = bytes.length;
    return bytes.toString("latin1", STATUS_AT, STATUS_AT + 3);
  }
}

/** Whether a response is there as a whole. */
function isComplete(bytes: Buffer): boolean {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd === -1) return false;
  const head = bytes.toString("latin1", 0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return bytes.length >= headEnd + 4 + Number(length);
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return bytes.includes("0\r\n\r\n", headEnd);
  throw new Error("a response without a length");
}
