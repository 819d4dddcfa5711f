import { connect, type Socket } from "node:net";

export interface RawResponse {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** Longer than any of the server's own limits: nothing may hang. */
const TIMEOUT_MS = 20_000;

/** One TCP connection to the server, opened anew when the server has closed it. */
export class RawConnection {
  readonly #port: number;
  #socket: Socket | undefined;
  #received = Buffer.alloc(0);
  #closed = false;
  #wake: () => void = () => {};

  constructor(port: number) {
    this.#port = port;
  }

  /**
   * Sends bytes and reads up to `count` responses. Fewer come back when the server closes. A
   * connection that is not fit for another exchange is thrown away.
   */
  async exchange(bytes: Buffer, count: number, ends: boolean): Promise<readonly RawResponse[]> {
    const socket = this.#open();
    socket.write(bytes);
    if (ends) socket.end();
    const responses: RawResponse[] = [];
    while (responses.length < count) {
      const response = this.#parse();
      if (response !== undefined) responses.push(response);
      else if (this.#closed) break;
      else if (!(await this.#change())) {
        const had = responses.map(({ status }) => status).join();
        const shown = JSON.stringify(bytes.toString("latin1", 0, 300));
        throw new Error(`no answer in 20 s: got [${had}] "${this.received}" for ${shown}`);
      }
    }
    const last = responses.at(-1);
    const closes = last === undefined || /\r\nconnection: close/i.test(last.headers);
    if (ends || closes || responses.length < count) this.close();
    return responses;
  }

  /** Whether the server has closed its side. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Everything that came and is not part of a response that was read. */
  get received(): string {
    return this.#received.toString("latin1");
  }

  /** Sends bytes and reads nothing. */
  write(bytes: Buffer): void {
    this.#open().write(bytes);
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #open(): Socket {
    if (this.#socket !== undefined && !this.#closed) return this.#socket;
    this.close();
    const socket = connect({ port: this.#port, host: "127.0.0.1", allowHalfOpen: true });
    this.#received = Buffer.alloc(0);
    this.#closed = false;
    const current = (): boolean => this.#socket === socket;
    socket.on("data", (chunk: Buffer) => {
      if (current()) this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    const closed = (): void => {
      if (current()) this.#closed = true;
      this.#wake();
    };
    socket.on("end", closed);
    socket.on("close", closed);
    // A reset is what a server does to bytes that it does not want; the test looks at the answers.
    socket.on("error", closed);
    this.#socket = socket;
    return socket;
  }

  /** Resolves to false when nothing happens for too long. */
  #change(): Promise<boolean> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(false), TIMEOUT_MS);
      this.#wake = () => {
        clearTimeout(late);
        resolve(true);
      };
    });
  }

  #parse(): RawResponse | undefined {
    const end = this.#received.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const headers = this.#received.toString("latin1", 0, end);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(headers)?.[1] ?? 0);
    const total = end + 4 + length;
    if (this.#received.length < total) return undefined;
    const body = this.#received.toString("latin1", end + 4, total);
    this.#received = this.#received.subarray(total);
    return { status: Number(headers.slice(9, 12)), headers, body };
  }
}
