import { once } from "node:events";
import { createServer, type Server, Socket } from "node:net";

/** When a connection is cut: its statement does not reach the server, or its answer not the client. */
export type CutMoment = "asked" | "answered";

/** Frontend messages after which the server answers with `ReadyForQuery`: `Query` and `Sync`. */
const STATEMENT_ENDS: ReadonlySet<string> = new Set(["Q", "S"]);
const READY_FOR_QUERY = "Z";

/**
 * The network between a store and its PostgreSQL server, with its faults: connections that are cut
 * at a statement, links on which nothing arrives any more, and statements that are late.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class PostgresProxy {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #targetPort: number;
  #isSilent = false;
  /** What is kept back until it may go on; undefined while everything may. */
  #stalled: (() => void)[] | undefined;
  #statements = 0;
  #hold: { readonly text: string; readonly whenHeld: (letGo: () => void) => void } | undefined;
  #cut: { readonly statement: number; readonly moment: CutMoment } | undefined;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer((client) => this.#link(client));
  }

  static async start(targetPort: number): Promise<PostgresProxy> {
    const proxy = new PostgresProxy(targetPort);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** A server's URL that leads through here. */
  through(url: string): string {
    const address = this.#server.address() as { readonly port: number };
    return url.replace(`:${this.#targetPort}/`, `:${address.port}/`);
  }

  /** Whether the cut that was asked for is still to come. */
  get isArmed(): boolean {
    return this.#cut !== undefined;
  }

  /** Cuts the connection of the statement with this number, from 1, counted from now on. */
  cutAt(statement: number, moment: CutMoment): void {
    this.#statements = 0;
    this.#cut = { statement, moment };
  }

  disarm(): void {
    this.#cut = undefined;
  }

  /**
   * Keeps back the answers to the next message with this text, and what follows on its connection.
   * Resolves when the server has answered, to what lets the answers go.
   */
  holdAnswer(text: string): Promise<() => void> {
    return new Promise((resolve) => {
      this.#hold = { text, whenHeld: resolve };
    });
  }

  /** From now on nothing arrives anywhere, and nobody is told. */
  silence(): void {
    this.#isSilent = true;
  }

  /** What was on its way is lost with its connections; new ones work. */
  heal(): void {
    this.#isSilent = false;
    for (const link of this.#links) link.destroy();
  }

  /** From now on statements wait on their way to the server. */
  stall(): void {
    this.#stalled ??= [];
  }

  /** Statements go on, those that wait first. */
  goOn(): void {
    for (const write of this.#stalled ?? []) write();
    this.#stalled = undefined;
  }

  async close(): Promise<void> {
    for (const link of this.#links) link.destroy();
    const closed = once(this.#server, "close");
    this.#server.close();
    await closed;
  }

  #link(client: Socket): void {
    const link = new Link(client, this.#targetPort, {
      asks: (chunk, ends) => this.#asks(link, chunk, ends),
      answers: (chunk, isReady) => this.#answers(link, chunk, isReady),
      closed: () => this.#closed(link),
    });
    this.#links.add(link);
  }

  /** Nor does a silent link tell the other end that one has left. */
  #closed(link: Link): void {
    if (this.#isSilent) return;
    this.#links.delete(link);
    link.destroy();
  }

  #asks(link: Link, chunk: Buffer, ends: number): void {
    if (this.#isSilent) return;
    if (this.#hold !== undefined && chunk.includes(this.#hold.text)) {
      link.hold(this.#hold.whenHeld);
      this.#hold = undefined;
    }
    const first = this.#statements + 1;
    this.#statements += ends;
    const cut = this.#cut;
    if (cut !== undefined && first <= cut.statement && cut.statement <= this.#statements) {
      this.#cut = undefined;
      if (cut.moment === "asked") return link.destroy();
      link.isLast = true;
    }
    if (this.#stalled === undefined) link.server.write(chunk);
    else this.#stalled.push(() => link.server.write(chunk));
  }

  #answers(link: Link, chunk: Buffer, isReady: boolean): void {
    if (this.#isSilent) return;
    if (!link.isLast) link.answer(chunk);
    else if (isReady) link.destroy();
  }
}

interface LinkEvents {
  /** `ends`: how many statements end in the chunk. */
  readonly asks: (chunk: Buffer, ends: number) => void;
  readonly answers: (chunk: Buffer, isReady: boolean) => void;
  /** One of its ends is closed. */
  readonly closed: () => void;
}

/** One connection through the proxy. */
class Link {
  readonly client: Socket;
  readonly server: Socket;
  /** The client gets no more answers. */
  isLast = false;
  #whenHeld: ((letGo: () => void) => void) | undefined;
  #held: Buffer[] | undefined;

  constructor(client: Socket, port: number, events: LinkEvents) {
    this.client = client;
    this.server = new Socket().connect(port, "127.0.0.1");
    // The first message of a client has no type.
    const asked = new Messages(false);
    const answered = new Messages(true);
    client.on("data", (chunk) => {
      events.asks(chunk, asked.read(chunk).filter((type) => STATEMENT_ENDS.has(type)).length);
    });
    this.server.on("data", (chunk) => {
      events.answers(chunk, answered.read(chunk).includes(READY_FOR_QUERY));
    });
    for (const socket of [client, this.server]) {
      socket.on("error", () => {});
      socket.on("close", events.closed);
    }
  }

  hold(whenHeld: (letGo: () => void) => void): void {
    this.#held = [];
    this.#whenHeld = whenHeld;
  }

  answer(chunk: Buffer): void {
    if (this.#held === undefined) {
      this.client.write(chunk);
      return;
    }
    this.#held.push(chunk);
    this.#whenHeld?.(() => {
      for (const held of this.#held?.splice(0) ?? []) this.client.write(held);
      this.#held = undefined;
    });
    this.#whenHeld = undefined;
  }

  destroy(): void {
    this.client.destroy();
    this.server.destroy();
  }
}

/** Finds the messages in a stream of chunks. */
class Messages {
  #rest = Buffer.alloc(0);
  #isTyped: boolean;

  constructor(isTyped: boolean) {
    this.#isTyped = isTyped;
  }

  /** The types of the messages that are complete with this chunk. */
  read(chunk: Buffer): string[] {
    let rest = Buffer.concat([this.#rest, chunk]);
    const types: string[] = [];
    for (;;) {
      const head = this.#isTyped ? 1 : 0;
      if (rest.length < head + 4) break;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) break;
      types.push(this.#isTyped ? String.fromCharCode(rest[0]!) : "");
      this.#isTyped = true;
      rest = rest.subarray(length);
    }
    this.#rest = rest;
    return types;
  }
}
