import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { readFileSync } from "node:fs";
import { connect as connectTls } from "node:tls";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { systemClock } from "@hookgram/bot-api";

import { MemoryInbox } from "../../test/memory-inbox.ts";
import { runSeed, seededRandom } from "../../test/seeded-random.ts";
import { createNodeListener } from "./node-listener.ts";
import { closeServer, createNodeServer, listenOn, type TlsFiles } from "./node-server.ts";
import { Receiver, type ReceiverOptions } from "./receiver.ts";
import { WebhookSecrets } from "./webhook-secrets.ts";

const SECRET = "the-secret";
const SEED = runSeed();
const tlsPath = (name: string): string =>
  fileURLToPath(new URL(`../../test/tls/${name}`, import.meta.url));
const TLS: TlsFiles = { certificatePath: tlsPath("certificate.pem"), keyPath: tlsPath("key.pem") };

interface Ground {
  readonly inbox: MemoryInbox;
  readonly server: Server;
  readonly port: number;
  /** How many requests `node:http` was given. */
  readonly givenToNode: () => number;
}

async function start(
  context: TestContext,
  options: Partial<ReceiverOptions> & { tls?: TlsFiles; byNodeAlone?: boolean } = {},
): Promise<Ground> {
  const inbox = new MemoryInbox();
  const secrets = new WebhookSecrets([SECRET]);
  const receiver = new Receiver({ path: "/hook", secrets, ...options });
  receiver.open({ botId: 42, inbox });
  const server =
    options.byNodeAlone === true
      ? createServer({ maxHeaderSize: 16_384 }, createNodeListener(receiver))
      : createNodeServer({ receiver, tls: options.tls });
  if (options.byNodeAlone === true) answerBadRequests(server);
  let given = 0;
  server.prependListener("request", () => (given += 1));
  const port = await listenOn(server, "127.0.0.1", 0);
  context.after(() => {
    receiver.drain();
    server.closeAllConnections();
    return closeServer(server, 0, systemClock);
  });
  return { inbox, server, port, givenToNode: () => given };
}

function answerBadRequests(server: Server): void {
  server.on("clientError", (_error, socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
}

/** Sends the parts, each as a packet of its own, and gives what comes until the server closes. */
async function exchange(port: number, parts: readonly Buffer[], until?: RegExp): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let received = "";
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
    if (until?.test(received)) socket.destroy();
  });
  for (const part of parts) {
    if (socket.destroyed) break;
    socket.write(part);
    await new Promise((turn) => setImmediate(turn));
  }
  await closed;
  return received;
}

const bodyOf = (id: number): string => `{"update_id":${id},"message":{"text":"hé"}}`;

function request(id: number, headers: readonly string[] = []): string {
  const body = bodyOf(id);
  const lines = [
    "POST /hook HTTP/1.1",
    "Host: x",
    `X-Telegram-Bot-Api-Secret-Token: ${SECRET}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

const ids = (inbox: MemoryInbox): (number | undefined)[] =>
  inbox.updates.map(({ updateId }) => updateId);
const statuses = (answers: string): string[] =>
  [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status!);

test("what Telegram sends is answered without node:http", async (context) => {
  const { inbox, port, givenToNode } = await start(context);
  const answer = await exchange(port, [Buffer.from(request(1))], /\r\n\r\n$/);
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\ncontent-length: 0\r\n/);
  assert.match(answer, /\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/);
  assert.equal(Buffer.from(inbox.updates[0]!.raw).toString(), bodyOf(1));
  assert.equal(givenToNode(), 0);
});

test("head and body that come apart are put together, over TLS as well", async (context) => {
  const { inbox, port, givenToNode } = await start(context, { tls: TLS });
  const ca = readFileSync(TLS.certificatePath);
  const [head, body] = request(2).split(/(?<=\r\n\r\n)/);
  const socket = connectTls({ port, host: "127.0.0.1", ca, checkServerIdentity: () => undefined });
  const answer = new Promise<string>((resolve) =>
    socket.once("data", (chunk) => resolve(chunk.toString())),
  );
  socket.write(head!);
  socket.write(body!.slice(0, 5));
  socket.write(body!.slice(5));
  assert.match(await answer, /^HTTP\/1\.1 200 /);
  socket.destroy();
  assert.equal(Buffer.from(inbox.updates[0]!.raw).toString(), bodyOf(2));
  assert.equal(givenToNode(), 0);
});

test("a connection changes to node:http in the middle, and no byte is lost", async (context) => {
  const { inbox, port, givenToNode } = await start(context);
  const chunked = request(2)
    .replace(/Content-Length: \d+/, "Transfer-Encoding: chunked")
    .replace(
      /\{.*\}$/,
      (body) => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    );
  const bytes = Buffer.from(request(1) + chunked + request(3));
  const answers = await exchange(port, [bytes], /(200 OK[\s\S]*){3}\r\n\r\n$/);
  assert.deepEqual(statuses(answers), ["200", "200", "200"]);
  assert.deepEqual(ids(inbox), [1, 2, 3]);
  assert.equal(givenToNode(), 2);
});

test("requests that were sent ahead wait for the answers before them", async (context) => {
  const { inbox, port } = await start(context);
  const { promise, resolve } = Promise.withResolvers<void>();
  inbox.gate = promise;
  const sent = exchange(
    port,
    [1, 2, 3].map((id) => Buffer.from(request(id))),
    /(200 OK[\s\S]*){3}\r\n\r\n$/,
  );
  while (inbox.asked === 0) await new Promise((turn) => setImmediate(turn));
  for (let turn = 0; turn < 20; turn += 1) await new Promise((next) => setImmediate(next));
  assert.equal(inbox.asked, 1);
  resolve();
  assert.deepEqual(statuses(await sent), ["200", "200", "200"]);
  assert.deepEqual(ids(inbox), [1, 2, 3]);
});

test("a client that has said all it will say still gets its answer", async (context) => {
  const { inbox, port } = await start(context);
  const { promise, resolve } = Promise.withResolvers<void>();
  inbox.gate = promise;
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const answer = new Promise<string>((done) =>
    socket.once("data", (chunk) => done(chunk.toString())),
  );
  socket.end(request(1));
  while (inbox.asked === 0) await new Promise((turn) => setImmediate(turn));
  resolve();
  assert.match(await answer, /^HTTP\/1\.1 200 OK/);
});

test("what follows a refused request is not read as a request", async (context) => {
  const { inbox, port } = await start(context);
  const hidden = request(2);
  const refused = request(1)
    .replace(SECRET, "wrong")
    .replace(/Content-Length: \d+/, `Content-Length: ${hidden.length}`)
    .replace(/\{.*\}$/, hidden);
  assert.deepEqual(statuses(await exchange(port, [Buffer.from(refused)])), ["401"]);
  assert.deepEqual(ids(inbox), []);
});

test("a body that does not come is cut", async (context) => {
  const { inbox, port } = await start(context, { bodyTimeoutMs: 50 });
  const part = Buffer.from(request(1).slice(0, -1));
  assert.match(await exchange(port, [part]), /^HTTP\/1\.1 408 [\s\S]*connection: close/);
  assert.equal(inbox.asked, 0);
});

for (const [what, bytes] of [
  ["says nothing", ""],
  ["is not HTTP", "hello\r\n\r\n"],
  ["is refused", request(1).replace(SECRET, "wrong")],
] as const) {
  test(`a connection that ${what} is closed even if its client never does`, async (context) => {
    const { server, port } = await start(context);
    const closed = new Promise((resolve) =>
      server.once("connection", (socket: Socket) => socket.once("close", resolve)),
    );
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.on("error", () => {});
    socket.write(bytes);
    socket.resume();
    await closed;
    socket.destroy();
  });
}

test("a connection that does not get through its TLS handshake is closed, too", async (context) => {
  const { port } = await start(context, { tls: TLS });
  const beginning = Buffer.from("16030100", "hex");
  const sockets = [Buffer.alloc(0), beginning].map((bytes) => {
    const socket = connect({ port, host: "127.0.0.1" }).resume();
    socket.on("error", () => {});
    socket.write(bytes);
    return socket;
  });
  await Promise.all(sockets.map((socket) => once(socket, "close")));
});

/** Changes of a request that a proxy, a stranger or an attacker could make. */
const TWISTS: readonly ((bytes: string) => string)[] = [
  (bytes) => bytes,
  (bytes) => bytes.replace("Host: x", "host:x"),
  (bytes) => bytes.replace("Host: x\r\n", ""),
  (bytes) => bytes.replace("Host: x", "Host: x\r\nContent-Length: 3"),
  (bytes) => bytes.replace("Host: x", "Host: x\r\nTransfer-Encoding: chunked"),
  (bytes) => bytes.replace("Host: x", "Host: x\r\nTransfer-Encoding : chunked"),
  (bytes) => bytes.replace("Host: x", "Host: x\r\nX-Folded: a\r\n b"),
  (bytes) => bytes.replace("Host: x", "Host: x\r\nX-Null: a\0b"),
  (bytes) => bytes.replace("Host: x", "Host: x\r\nX-Bare: a\rb"),
  (bytes) => bytes.replace("Host: x", "Host: x\r\nX-High: \u00e9"),
  (bytes) => bytes.replace("Host: x", "Host: x\r\n: nameless"),
  (bytes) => bytes.replace("Host: x", "Host: x\r\nno colon"),
  (bytes) => bytes.replace("Host: x", "Host: x\r\nConnection: Keep-Alive"),
  (bytes) => bytes.replace("Host: x", "Host: x\r\nConnection: close"),
  (bytes) => bytes.replace("Host: x", "Host: x\r\nExpect: 100-continue"),
  (bytes) => bytes.replace("Content-Length: ", "Content-Length:\t"),
  (bytes) => bytes.replace("Content-Length: ", "Content-Length: +"),
  (bytes) => bytes.replace("Content-Length: ", "Content-Length: 0"),
  (bytes) => bytes.replace("Content-Length: ", "Content-Length: 0x"),
  (bytes) => bytes.replace(/Content-Length: (\d+)/, "Content-Length: $1, $1"),
  (bytes) => bytes.replace(/Content-Length: (\d+)/, "Content-Length: $1\r\nContent-Length: $1"),
  (bytes) => bytes.replace(/Content-Length: \d+/, "Content-Length: 5"),
  (bytes) => bytes.replace(/Content-Length: \d+\r\n/, ""),
  (bytes) =>
    bytes.replace(/Content-Length: (\d+)/, (_all, length) => `Content-Length: ${+length + 4}`),
  (bytes) => bytes.replace("HTTP/1.1", "HTTP/1.0"),
  (bytes) => bytes.replace("HTTP/1.1", "HTTP/1.2"),
  (bytes) => bytes.replace("/hook", "/hook?a=b"),
  (bytes) => bytes.replace("/hook", "http://x/hook"),
  (bytes) => bytes.replace("POST ", "POST  "),
  (bytes) => bytes.replace("\r\n\r\n", "\n\n"),
  (bytes) => bytes.replaceAll("\r\n", "\n"),
  (bytes) => `\r\n${bytes}`,
  (bytes) => `${bytes}\r\n`,
];

/** Answered without their bodies. `node:http` would go on to store what was sent after them. */
const REFUSED: readonly ((bytes: string) => string)[] = [
  (bytes) => bytes.replace("/hook", "/other"),
  (bytes) => bytes.replace("POST", "PUT"),
  (bytes) => bytes.replace(SECRET, "wrong"),
];

/** Every stream ends with a request after which both servers close. */
const END = "GET /end HTTP/1.1\r\nHost: x\r\n\r\n";

test(`bytes mean what they mean to node:http (HOOKGRAM_SEED=${SEED})`, async (context) => {
  const random = seededRandom(SEED);
  const pick = (count: number): number => Math.floor(random() * count);
  const ours = await start(context);
  const node = await start(context, { byNodeAlone: true });
  for (let round = 0; round < 400; round += 1) {
    const count = 1 + pick(3);
    const twist = [...TWISTS, ...REFUSED][(round + pick(2)) % (TWISTS.length + REFUSED.length)]!;
    const twisted = REFUSED.includes(twist) ? count - 1 : pick(count);
    const requests = Array.from({ length: count }, (_, at) => {
      const plain = request(round * 10 + at);
      return at === twisted ? twist(plain) : plain;
    });
    const bytes = Buffer.from(requests.join("") + END);
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = pick(2) === 0 ? bytes.length : at + 1 + pick(bytes.length - at);
      parts.push(bytes.subarray(at, end));
      at = end;
    }
    const [one, other] = await Promise.all([
      exchange(ours.port, parts),
      exchange(node.port, parts),
    ]);
    const shown = `round ${round}: ${JSON.stringify(bytes.toString())}\n${one}\n---\n${other}`;
    assert.deepEqual(ids(ours.inbox), ids(node.inbox), shown);
    assert.equal(statuses(one).at(-1), statuses(other).at(-1), shown);
  }
  assert.ok(ours.inbox.updates.length > 200);
  assert.deepEqual(
    ours.inbox.updates.map(({ raw }) => Buffer.from(raw).toString()),
    node.inbox.updates.map(({ raw }) => Buffer.from(raw).toString()),
  );
});
