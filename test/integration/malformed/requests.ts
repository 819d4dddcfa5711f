import type { Random } from "./random.ts";

export const PATH = "/hook";
export const SECRET = "fuzz-secret_0123456789";
export const TOKEN = `42:FUZZ_TOKEN_${"x".repeat(24)}`;
/** In every body that must not be stored. */
export const MARKER = "REFUSED-CANARY";

/** What has to become of a request: `either` may be handled or parked, but must be one of them. */
export type Fate = "handled" | "parked" | "either" | "refused";

/** Bytes for one connection, and what has to come back for them. */
export interface Case {
  readonly kind: string;
  readonly bytes: Buffer;
  /** The statuses that are right, request by request. */
  readonly statuses: readonly (readonly number[])[];
  /** The server may also close the connection without an answer. */
  readonly mayClose?: boolean;
  /** The client ends its side after the bytes. */
  readonly ends?: boolean;
  readonly fate: Fate;
  /** The updates that must be handled, exactly once each. */
  readonly handledIds?: readonly number[];
  /** An update that could be handled, if it were not for a limit. */
  readonly parkedId?: number;
}

/** Valid ids have 13 digits, those that get mutated 12, so that no mutation makes one of the other. */
const VALID_FROM = 9_000_000_000_000;
const MUTATED_FROM = 700_000_000_000;

interface Parts {
  readonly method?: string;
  readonly target?: string;
  readonly secret?: string | null;
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
  /** Instead of the true length; null: no such header. */
  readonly length?: string | null;
}

function request(parts: Parts): Buffer {
  const body = Buffer.from(parts.body ?? "");
  const secret = parts.secret === undefined ? SECRET : parts.secret;
  const length = parts.length === undefined ? String(body.length) : parts.length;
  const lines = [
    `${parts.method ?? "POST"} ${parts.target ?? PATH} HTTP/1.1`,
    "Host: 127.0.0.1",
    ...(secret === null ? [] : [`X-Telegram-Bot-Api-Secret-Token: ${secret}`]),
    "Content-Type: application/json",
    ...(length === null ? [] : [`Content-Length: ${length}`]),
    ...(parts.headers ?? []),
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}

/** Makes the requests of one run; the same seed makes the same ones. */
export class RequestMaker {
  readonly #random: Random;
  #count: number;

  /** Makers with different numbers never use the same `update_id`. */
  constructor(random: Random, number: number) {
    this.#random = random;
    this.#count = number * 1_000_000;
  }

  /** The next case, of a kind chosen by weight. */
  next(): Case {
    let left = this.#random.integer(1, TOTAL_WEIGHT);
    for (const [weight, make] of KINDS) {
      left -= weight;
      if (left <= 0) return make(this);
    }
    throw new Error("the weights do not add up");
  }

  valid(): Case {
    const { id, body } = this.#validUpdate();
    return {
      kind: "valid",
      bytes: request({ body }),
      statuses: [[200]],
      fate: "handled",
      handledIds: [id],
    };
  }

  pipelined(): Case {
    const updates = Array.from({ length: 4 }, () => this.#validUpdate());
    const repeated = [...updates, updates[0]!];
    return {
      kind: "pipelined with a duplicate",
      bytes: Buffer.concat(repeated.map(({ body }) => request({ body }))),
      statuses: repeated.map(() => [200]),
      fate: "handled",
      handledIds: updates.map(({ id }) => id),
    };
  }

  chunked(): Case {
    const { id, body } = this.#validUpdate();
    const chunks: Buffer[] = [];
    for (let at = 0; at < body.length;) {
      const piece = body.subarray(at, (at += this.#random.integer(1, 300)));
      chunks.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n"));
    }
    const head = request({ length: null, headers: ["Transfer-Encoding: chunked"] });
    return {
      kind: "chunked without length",
      bytes: Buffer.concat([head, ...chunks, Buffer.from("0\r\n\r\n")]),
      statuses: [[200]],
      fate: "handled",
      handledIds: [id],
    };
  }

  wrongSecret(): Case {
    const wrong = this.#random.pick([
      null,
      "",
      SECRET.slice(1),
      `${SECRET}x`,
      SECRET.toUpperCase(),
      "x".repeat(this.#random.integer(1, 4_000)),
      `${SECRET}\r\nX-Telegram-Bot-Api-Secret-Token: ${SECRET}`,
      `${SECRET}, ${SECRET}`,
      `\u00e9${SECRET}`,
      this.#random.bytes(16).toString("base64url"),
    ]);
    const body = this.#refusedBody();
    return this.#refused("wrong secret", request({ secret: wrong, body }), [401]);
  }

  wrongMethod(): Case {
    const method = this.#random.pick(["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]);
    const body = this.#refusedBody();
    return this.#refused("wrong method", request({ method, body }), [405]);
  }

  unknownPath(): Case {
    const target = this.#random.pick([
      "/",
      "/hook/",
      "/hooks",
      "/HOOK",
      "//hook",
      "/hook%00",
      "/%68ook",
      "http://127.0.0.1/hook",
      "*",
      `/${"a".repeat(this.#random.integer(1, 3_000))}`,
    ]);
    const body = this.#refusedBody();
    return this.#refused("unknown path", request({ target, body }), [404, 400]);
  }

  encoded(): Case {
    const encoding = this.#random.pick(["gzip", "deflate", "br", "gzip, gzip", "x"]);
    const headers = [`Content-Encoding: ${encoding}`];
    return this.#refused("encoded", request({ headers, body: this.#refusedBody() }), [415]);
  }

  truncated(): Case {
    const { body } = this.#validUpdate();
    const cut = body.subarray(0, this.#random.integer(0, body.length - 1));
    return {
      kind: "truncated JSON",
      bytes: request({ body: cut }),
      statuses: [[200]],
      fate: "parked",
    };
  }

  oddId(): Case {
    const id = this.#random.pick([
      "-1",
      "1.5",
      "1e400",
      "9007199254740993",
      "9".repeat(this.#random.integer(20, 2_000)),
      '"7"',
      "null",
      "true",
      "[1]",
      '{"a":1}',
      "NaN",
      "0x10",
      "",
    ]);
    const body = `{"update_id":${id},"message":{"text":"${"x".repeat(this.#random.integer(0, 99))}"}}`;
    return { kind: "odd id", bytes: request({ body }), statuses: [[200]], fate: "parked" };
  }

  notAnUpdate(): Case {
    const body = this.#random.pick([
      "",
      "null",
      "[]",
      "{}",
      '"text"',
      "1",
      "\0",
      "{".repeat(60),
      '{"__proto__":{"update_id":1}}',
      '{"constructor":{"prototype":{"update_id":1}}}',
      "\uFEFF{}",
      "<html>",
      this.#random.bytes(this.#random.integer(1, 200)),
    ]);
    return { kind: "not an update", bytes: request({ body }), statuses: [[200]], fate: "parked" };
  }

  deep(): Case {
    const depth = this.#random.integer(65, 10_000);
    const isArray = this.#random.next() < 0.5;
    const [open, close] = isArray ? ["[", "]"] : ['{"a":', "}"];
    const message = `${open.repeat(depth)}1${close.repeat(depth)}`;
    return this.#beyondLimit("deep nesting", message);
  }

  manyMembers(): Case {
    const members = Array.from({ length: 30_000 }, (_, index) => `"k${index}":0`).join();
    return this.#beyondLimit("many members", `{${members}}`);
  }

  oversized(): Case {
    const size = this.#random.integer(1_048_577, 1_400_000);
    return this.#beyondLimit("oversized", `{"text":"${"x".repeat(size)}"}`);
  }

  oversizedStranger(): Case {
    const body = MARKER.repeat(90_000);
    const bytes = request({ secret: "wrong", body });
    return { ...this.#refused("oversized, wrong secret", bytes, [401]), mayClose: true };
  }

  announcedFlood(): Case {
    const bytes = request({ length: "99999999999", body: this.#refusedBody() });
    return this.#refused("announced flood", bytes, [413]);
  }

  mutated(): Case {
    const bytes = this.#update(MUTATED_FROM + this.#count++);
    for (let count = this.#random.integer(1, 3); count > 0; count -= 1) {
      bytes[this.#random.integer(0, bytes.length - 1)] = this.#random.integer(0, 255);
    }
    return { kind: "mutated", bytes: request({ body: bytes }), statuses: [[200]], fate: "either" };
  }

  brokenHttp(): Case {
    const body = this.#refusedBody();
    const broken = this.#random.pick<() => Buffer>([
      () => this.#random.bytes(this.#random.integer(4, 400)),
      () => Buffer.from(`POST ${PATH} HTTP/9.9\r\nHost: x\r\n\r\n`),
      () => Buffer.from(`POST ${PATH} HTTP/1.1\r\n\r\n`),
      () => Buffer.from(`POST ${PATH} HTTP/1.1\r\nHost: x\r\nno colon here\r\n\r\n`),
      () => Buffer.from(`POST  HTTP/1.1\r\nHost: x\r\n\r\n`),
      () => request({ length: "-1", body }),
      () => request({ length: "1e3", body }),
      () => request({ length: `${body.length}`, headers: ["Content-Length: 1"], body }),
      () => request({ headers: ["Transfer-Encoding: chunked"], body }),
      () =>
        request({ length: null, headers: ["Transfer-Encoding: chunked"], body: `zz\r\n${body}` }),
      () => request({ headers: [`X-Large: ${"x".repeat(20_000)}`], body }),
      () => request({ headers: ["Bad\0Name: x"], body }),
    ])();
    return {
      ...this.#refused("broken HTTP", broken, [400, 404, 413, 431]),
      mayClose: true,
      ends: true,
    };
  }

  cutOff(): Case {
    const body = this.#refusedBody();
    const bytes = request({ length: String(body.length + this.#random.integer(1, 999)), body });
    return { ...this.#refused("body cut off", bytes, [400]), mayClose: true, ends: true };
  }

  #refused(kind: string, bytes: Buffer, statuses: readonly number[]): Case {
    return { kind, bytes, statuses: [statuses], fate: "refused" };
  }

  #beyondLimit(kind: string, message: string): Case {
    const parkedId = this.#nextId();
    const bytes = request({ body: `{"update_id":${parkedId},"message":${message}}` });
    return { kind, bytes, statuses: [[200]], fate: "parked", parkedId };
  }

  #refusedBody(): string {
    return `{"update_id":${this.#nextId()},"message":{"text":"${MARKER}"}}`;
  }

  #validUpdate(): { readonly id: number; readonly body: Buffer } {
    const id = this.#nextId();
    return { id, body: this.#update(id) };
  }

  #nextId(): number {
    return VALID_FROM + this.#count++;
  }

  #update(id: number): Buffer {
    const chat = { id: this.#random.integer(1, 500), type: "private", first_name: "Ada" };
    const text = "word ".repeat(this.#random.integer(1, 120));
    const message = {
      message_id: 1,
      date: 1_795_250_000,
      chat,
      from: { ...chat, is_bot: false },
      text,
    };
    return Buffer.from(`{"update_id":${id},\n"message":${JSON.stringify(message)}}`);
  }
}

/** How often each kind comes, in parts of the sum. */
const KINDS: readonly (readonly [weight: number, make: (maker: RequestMaker) => Case])[] = [
  [1_800, (maker) => maker.valid()],
  [100, (maker) => maker.pipelined()],
  [200, (maker) => maker.chunked()],
  [2_000, (maker) => maker.wrongSecret()],
  [900, (maker) => maker.wrongMethod()],
  [700, (maker) => maker.unknownPath()],
  [300, (maker) => maker.encoded()],
  [1_200, (maker) => maker.truncated()],
  [700, (maker) => maker.oddId()],
  [500, (maker) => maker.notAnUpdate()],
  [200, (maker) => maker.deep()],
  [10, (maker) => maker.manyMembers()],
  [10, (maker) => maker.oversized()],
  [10, (maker) => maker.oversizedStranger()],
  [50, (maker) => maker.announcedFlood()],
  [800, (maker) => maker.mutated()],
  [700, (maker) => maker.brokenHttp()],
  [200, (maker) => maker.cutOff()],
];

const TOTAL_WEIGHT = KINDS.reduce((sum, [weight]) => sum + weight, 0);
