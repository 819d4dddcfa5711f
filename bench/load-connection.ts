import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";

/** "HTTP/1.1 200": the status begins at byte 9. */
const STATUS_AT = 9;

export interface LoadTarget {
  readonly port: number;
  /** HTTPS, with whatever certificate the server shows. */
  readonly tls: boolean;
}

/**
 * One keep-alive connection with one request at a time. Its reads all go into the same memory, and
 * the answers of one server are alike: an answer of the usual length that ends as it should is not
 * looked at any closer.
 */
export class LoadConnection {
  readonly #socket: Socket;
  #answered: (status: string) => void = () => {};
  #usualBytes = 0;
  #pending: Buffer | undefined;

  private constructor({ port, tls }: LoadTarget) {
    const callback = (length: number, buffer: Uint8Array): boolean => {
      const status = this.#statusOf(Buffer.from(buffer.buffer, buffer.byteOffset, length));
      if (status !== undefined) this.#answered(status);
      return true;
    };
    const onread = { buffer: Buffer.alloc(16_384), callback };
    const options = { port, host: "127.0.0.1", noDelay: true, onread };
    this.#socket = tls
      ? connectTls({ ...options, rejectUnauthorized: false } as ConnectionOptions)
      : connect(options);
  }

  static async open(target: LoadTarget): Promise<LoadConnection> {
    const connection = new LoadConnection(target);
    await once(connection.#socket, target.tls ? "secureConnect" : "connect");
    return connection;
  }

  /** `failed` is called when the connection ends, whoever ended it. */
  onEnd(failed: (error: Error) => void): void {
    this.#socket.on("close", () => failed(new Error("the server closed a connection")));
    this.#socket.on("error", failed);
  }

  /** Sends a request after the answer to the one before, and says the status of its own. */
  ask(request: Buffer, answered: (status: string) => void): void {
    this.#answered = answered;
    this.#socket.write(request);
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

/** A webhook request as Telegram sends it. */
export function toRequest(path: string, secret: string, body: Buffer): Buffer {
  const head =
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
    `X-Telegram-Bot-Api-Secret-Token: ${secret}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body.length}\r\nConnection: keep-alive\r\n` +
    `Accept-Encoding: gzip, deflate\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), body]);
}
