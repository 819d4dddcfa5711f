import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as httpRequest, type Server } from "node:http";
import { get as httpsGet, request as httpsRequest } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { systemClock } from "@hookgram/bot-api";

import { MemoryInbox } from "../../test/memory-inbox.ts";
import { recordingLogger } from "../../test/recording-logger.ts";
import { createNodeListener } from "./node-listener.ts";
import { closeServer, createNodeServer, listenOn, type TlsFiles } from "./node-server.ts";
import { Receiver, type ReceiverOptions } from "./receiver.ts";
import { WebhookSecrets } from "./webhook-secrets.ts";

const SECRET = "the-secret";
const UPDATE = '{"update_id":7,\n"message":{"text":"hi"}}';
const tlsPath = (name: string): string =>
  fileURLToPath(new URL(`../../test/tls/${name}`, import.meta.url));
const TLS: TlsFiles = { certificatePath: tlsPath("certificate.pem"), keyPath: tlsPath("key.pem") };

function createReceiver(options: Partial<ReceiverOptions> = {}) {
  const inbox = new MemoryInbox();
  const secrets = new WebhookSecrets([SECRET]);
  const receiver = new Receiver({ path: "/hook", secrets, ...options });
  receiver.open({ botId: 42, inbox });
  return { inbox, receiver };
}

async function start(
  context: TestContext,
  options: Partial<ReceiverOptions> & { tls?: TlsFiles } = {},
) {
  const { inbox, receiver } = createReceiver(options);
  const server = createNodeServer({ receiver, tls: options.tls });
  const port = await listenOn(server, "127.0.0.1", 0);
  context.after(() => end(receiver, server));
  return { inbox, receiver, server, port };
}

function end(receiver: Receiver, server: Server): Promise<void> {
  receiver.drain();
  return closeServer(server, 0, systemClock);
}

/** Sends bytes and gives everything that comes back until the server has closed or said `last`. */
function exchange(port: number, bytes: string, last?: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      if (last?.test(received)) socket.destroy();
    });
    socket.on("close", () => resolve(received));
    socket.on("error", reject);
  });
}

const head = (...headers: string[]): string =>
  [
    "POST /hook HTTP/1.1",
    "Host: x",
    `X-Telegram-Bot-Api-Secret-Token: ${SECRET}`,
    ...headers,
    "",
    "",
  ].join("\r\n");
const post = (body: string): string => `${head(`Content-Length: ${body.length}`)}${body}`;

test("updates on one connection are answered one after the other and keep it open", async (context) => {
  const { inbox, port } = await start(context);
  const second = UPDATE.replace("7", "8");
  const answers = await exchange(port, post(UPDATE) + post(second), /(200 OK[\s\S]*){2}\r\n\r\n$/);
  assert.match(answers, /^HTTP\/1\.1 200 OK\r\ncontent-length: 0\r\n/);
  assert.doesNotMatch(answers, /connection: close/i);
  assert.match(answers, /Keep-Alive: timeout=75/);
  assert.equal(inbox.updates.length, 2);
});

test("a refusal closes the connection", async (context) => {
  const { inbox, port } = await start(context);
  const wrong = post(UPDATE).replace(SECRET, "wrong");
  const answer = await exchange(port, wrong);
  assert.match(
    answer,
    /^HTTP\/1\.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n/,
  );
  assert.match(answer, /\r\n\r\n$/);
  assert.equal(inbox.updates.length, 0);
});

test("the secret is found whatever its header's case, and refused when it is there twice", async (context) => {
  const { inbox, port } = await start(context);
  const shouted = post(UPDATE).replace("X-Telegram-Bot", "X-TELEGRAM-bot");
  assert.match(await exchange(port, shouted, /\r\n\r\n$/), /^HTTP\/1\.1 200 /);
  const header = `X-Telegram-Bot-Api-Secret-Token: ${SECRET}\r\n`;
  const twice = post(UPDATE.replace("7", "8")).replace(header, header + header.toLowerCase());
  assert.match(await exchange(port, twice), /^HTTP\/1\.1 401 /);
  assert.equal(inbox.updates.length, 1);
});

test("the method that would be right is named", async (context) => {
  const { port } = await start(context);
  const answer = await exchange(port, "GET /hook HTTP/1.1\r\nHost: x\r\n\r\n");
  assert.match(answer, /^HTTP\/1\.1 405 [\s\S]*\r\nallow: POST\r\n/);
});

test("a body in chunks, without a length, is stored whole", async (context) => {
  const { inbox, port } = await start(context);
  const chunks = UPDATE.split("")
    .map((byte) => `1\r\n${byte}\r\n`)
    .join("");
  const bytes = `${head("Transfer-Encoding: chunked")}${chunks}0\r\n\r\n`;
  await exchange(port, bytes, /200 OK[\s\S]*\r\n\r\n/);
  assert.equal(Buffer.from(inbox.updates[0]!.raw).toString(), UPDATE);
});

test("a client that goes away in its body leaves nothing", async (context) => {
  const { inbox, port, receiver } = await start(context);
  await new Promise<void>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`${head("Content-Length: 1000")}{"update_id":`, () => socket.destroy());
    });
    socket.on("close", () => resolve());
  });
  await exchange(port, post(UPDATE), /200 OK[\s\S]*\r\n\r\n/);
  assert.equal(inbox.updates.length, 1);
  assert.equal(receiver.stats().unavailable, 0);
});

test("100 Continue is said only to those who know the secret", async (context) => {
  const { inbox, port } = await start(context);
  const expecting = head(`Content-Length: ${UPDATE.length}`, "Expect: 100-continue");
  const refused = await exchange(port, expecting.replace(SECRET, "wrong"));
  assert.match(refused, /^HTTP\/1\.1 401 /);
  const answer = await new Promise<string>((resolve) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(expecting));
    socket.on("data", (chunk) => {
      if (received === "") socket.write(UPDATE);
      received += chunk.toString();
      if (received.includes("200 OK")) socket.destroy();
    });
    socket.on("close", () => resolve(received));
  });
  assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  assert.equal(inbox.updates.length, 1);
});

test("what is not HTTP is answered with nothing but a status", async (context) => {
  const { port } = await start(context);
  assert.equal(
    await exchange(port, "hello\r\n\r\n"),
    "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
  );
  const large = head(`X-Large: ${"x".repeat(20_000)}`);
  assert.match(await exchange(port, large), /^HTTP\/1\.1 431 /);
});

test("connections above the limit are closed at once", async (context) => {
  const { receiver } = createReceiver();
  const server = createNodeServer({ receiver, connectionsMax: 1 });
  const port = await listenOn(server, "127.0.0.1", 0);
  context.after(() => end(receiver, server));
  const first = connect(port, "127.0.0.1");
  await new Promise((resolve) => server.once("connection", resolve));
  assert.equal(await exchange(port, ""), "");
  first.destroy();
});

test("a busy port is one clear line", async (context) => {
  const { port, receiver } = await start(context);
  await assert.rejects(listenOn(createNodeServer({ receiver }), "127.0.0.1", port), {
    code: "port-in-use",
    message: `port ${port} on 127.0.0.1 is already in use; stop the process that has it, or choose another port`,
  });
});

test("an address that is not ours is one clear line", async () => {
  const { receiver } = createReceiver();
  await assert.rejects(listenOn(createNodeServer({ receiver }), "203.0.113.1", 0), {
    code: "listen-failed",
  });
});

test("by certificate and key files it serves HTTPS, TLS 1.2 or newer", async (context) => {
  const { inbox, port } = await start(context, { tls: TLS });
  const ca = readFileSync(TLS.certificatePath);
  const headers = { "x-telegram-bot-api-secret-token": SECRET };
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const options = {
      port,
      host: "127.0.0.1",
      path: "/hook",
      method: "POST",
      headers,
      ca,
      agent: false,
    };
    const sent = httpsRequest(options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on("error", reject);
    sent.end(UPDATE);
  });
  assert.equal(status, 200);
  assert.equal(inbox.updates.length, 1);
  await assert.rejects(
    new Promise((resolve, reject) => {
      const old = {
        port,
        host: "127.0.0.1",
        ca,
        maxVersion: "TLSv1.1",
        minVersion: "TLSv1",
        agent: false,
      } as const;
      httpsGet(old, resolve).on("error", reject);
    }),
  );
});

test("TLS files that are missing or wrong are one clear line", () => {
  const { receiver } = createReceiver();
  const create = (tls: TlsFiles) => () => createNodeServer({ receiver, tls });
  const missing = tlsPath("none.pem");
  assert.throws(create({ ...TLS, certificatePath: missing }), {
    code: "tls-files",
    message: `the TLS certificate ${missing} cannot be read (ENOENT)`,
  });
  assert.throws(create({ ...TLS, keyPath: TLS.certificatePath }), { code: "tls-files" });
});

test("mounted with next, other paths go on to the rest of the server", async (context) => {
  const { inbox, receiver } = createReceiver();
  const listener = createNodeListener(receiver);
  const server = createServer((request, response) =>
    listener(request, response, () => response.end(`other ${request.url}`)),
  );
  const port = await listenOn(server, "127.0.0.1", 0);
  context.after(() => end(receiver, server));
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/shop`)).text(), "other /shop");
  await exchange(port, post(UPDATE), /200 OK[\s\S]*\r\n\r\n/);
  assert.equal(inbox.updates.length, 1);
});

test("a body that was read before is reported, and Telegram will send it again", async (context) => {
  const logger = recordingLogger();
  const { receiver } = createReceiver({ logger });
  const listener = createNodeListener(receiver);
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => setImmediate(() => listener(request, response)));
  });
  const port = await listenOn(server, "127.0.0.1", 0);
  context.after(() => end(receiver, server));
  const answer = await exchange(port, post(UPDATE), /503[\s\S]*\r\n\r\n/);
  assert.match(answer, /retry-after: 1\r\n/);
  assert.match(logger.lines[0] ?? "", /mount hookgram before anything that parses bodies/);
});

test("a mounted receiver cuts a body that does not come", async (context) => {
  const { inbox, receiver } = createReceiver({ bodyTimeoutMs: 50 });
  const server = createServer(createNodeListener(receiver));
  const port = await listenOn(server, "127.0.0.1", 0);
  context.after(() => end(receiver, server));
  const answer = await exchange(port, `${head("Content-Length: 10")}{`);
  assert.match(answer, /^HTTP\/1\.1 408 Request Timeout\r\n/);
  assert.equal(inbox.updates.length, 0);
});

test("an answer that is being written when the server closes still arrives", async () => {
  const { inbox, receiver } = createReceiver();
  const server = createNodeServer({ receiver });
  const port = await listenOn(server, "127.0.0.1", 0);
  const { promise, resolve } = Promise.withResolvers<void>();
  inbox.gate = promise;
  const status = new Promise<number | undefined>((done, reject) => {
    const headers = { "x-telegram-bot-api-secret-token": SECRET };
    const options = {
      port,
      host: "127.0.0.1",
      path: "/hook",
      method: "POST",
      headers,
      agent: false,
    };
    const sent = httpRequest(options, (response) => done(response.statusCode));
    sent.on("error", reject);
    sent.end(UPDATE);
  });
  while (inbox.asked === 0) await new Promise((turn) => setImmediate(turn));
  receiver.drain();
  const closed = closeServer(server, 5_000, systemClock);
  resolve();
  assert.equal(await status, 200);
  await closed;
  assert.equal((server.address() as AddressInfo | null)?.port, undefined);
});

test("closing does not wait for connections on which nobody has said anything", async (context) => {
  const { server, port, receiver } = await start(context);
  const socket = connect(port, "127.0.0.1");
  await once(server, "connection");
  receiver.drain();
  const never = { ...systemClock, after: () => () => {} };
  await closeServer(server, 5_000, never);
  await once(socket, "close");
});
