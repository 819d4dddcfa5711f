import assert from "node:assert/strict";
import { test } from "node:test";
import type { Logger } from "hookgram";

import { ManualClock } from "../../test/manual-clock.ts";
import { MemoryInbox } from "../../test/memory-inbox.ts";
import { RuntimeError } from "../error.ts";
import type { Answer } from "./answer.ts";
import {
  type ReceivedRequest,
  Receiver,
  type ReceiverOptions,
  type RequestHead,
} from "./receiver.ts";
import { WebhookSecrets } from "./webhook-secrets.ts";

const SECRET = "canary-secret";
const UPDATE = '{"update_id":7,\n"message":{"text":"hi"}}';

interface Bench {
  readonly clock: ManualClock;
  readonly inbox: MemoryInbox;
  readonly receiver: Receiver;
  readonly secrets: WebhookSecrets;
  readonly logged: string[];
}

function bench(options: Partial<ReceiverOptions> = {}): Bench {
  const clock = new ManualClock();
  const inbox = new MemoryInbox();
  const secrets = new WebhookSecrets([SECRET], { clock });
  const logged: string[] = [];
  const log = (fields: object, message: string): void => {
    logged.push(`${message} ${JSON.stringify(fields)}`);
  };
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const receiver = new Receiver({ path: "/hook", secrets, clock, logger, ...options });
  receiver.open({ botId: 42, inbox });
  return { clock, inbox, receiver, secrets, logged };
}

function post(body: string | Uint8Array, changes: Partial<ReceivedRequest> = {}): ReceivedRequest {
  return {
    method: "POST",
    target: "/hook",
    ...withHeaders({ "x-telegram-bot-api-secret-token": SECRET }),
    body: [Buffer.from(body)],
    ...changes,
  };
}

const withHeaders = (headers: Readonly<Record<string, string>>): Pick<RequestHead, "header"> => ({
  header: (name) => headers[name],
});

const withHeader = (name: string, value: string): Pick<RequestHead, "header"> =>
  withHeaders({ "x-telegram-bot-api-secret-token": SECRET, [name]: value });

/** The bodies here are in memory: all that is to happen before the inbox answers are promises. */
async function untilAccepting(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

function assertEmpty(answer: Answer, status: number): void {
  assert.equal(answer.status, status);
  assert.equal(answer.body.length, 0);
  assert.equal(answer.headers["content-length"], "0");
}

test("a genuine update is stored byte for byte and answered 200 with nothing", async () => {
  const { receiver, inbox, clock } = bench();
  assertEmpty(await receiver.receive(post(UPDATE)), 200);
  const [update] = inbox.updates;
  assert.equal(update?.botId, 42);
  assert.equal(update.updateId, 7);
  assert.equal(update.receivedAtMs, clock.now());
  assert.equal(update.parkedBecause, undefined);
  assert.equal(Buffer.from(update.raw).toString(), UPDATE);
});

test("nothing is answered before the commit", async () => {
  const { receiver, inbox } = bench();
  const { promise, resolve } = Promise.withResolvers<void>();
  inbox.gate = promise;
  let answered = false;
  const answer = receiver.receive(post(UPDATE)).finally(() => {
    answered = true;
  });
  await untilAccepting();
  assert.equal(answered, false);
  resolve();
  assertEmpty(await answer, 200);
});

test("a duplicate of a committed update is answered 200 and counted", async () => {
  const { receiver, inbox } = bench();
  await receiver.receive(post(UPDATE));
  assertEmpty(await receiver.receive(post(UPDATE)), 200);
  assert.equal(inbox.updates.length, 1);
  assert.equal(receiver.stats().stored, 1);
  assert.equal(receiver.stats().duplicates, 1);
});

const REFUSED: readonly (readonly [
  name: string,
  changes: Partial<ReceivedRequest>,
  status: number,
])[] = [
  ["another path", { target: "/other" }, 404],
  ["a longer path", { target: "/hooks" }, 404],
  ["a path below", { target: "/hook/" }, 404],
  ["an absolute target", { target: "http://host/hook" }, 404],
  ["no target", { target: "" }, 404],
  ["another method", { method: "GET" }, 405],
  ["HEAD", { method: "HEAD" }, 405],
  ["a method in lower case", { method: "post" }, 405],
  ["no secret", withHeaders({}), 401],
  ["a wrong secret", withHeaders({ "x-telegram-bot-api-secret-token": "wrong" }), 401],
  ["an empty secret", withHeaders({ "x-telegram-bot-api-secret-token": "" }), 401],
  [
    "the secret twice",
    withHeaders({ "x-telegram-bot-api-secret-token": `${SECRET}, ${SECRET}` }),
    401,
  ],
  ["a content encoding", withHeader("content-encoding", "gzip"), 415],
  ["an announced flood", withHeader("content-length", "16777217"), 413],
];

for (const [name, changes, status] of REFUSED) {
  test(`refused with ${status} before the body is read: ${name}`, async () => {
    const { receiver, inbox } = bench();
    const body = {
      [Symbol.iterator](): Iterator<Uint8Array> {
        throw new Error("the body was read");
      },
    };
    const answer = await receiver.receive(post("", { ...changes, body }));
    assertEmpty(answer, status);
    assert.equal(answer.close, true);
    assert.equal(inbox.updates.length, 0);
  });
}

test("a query behind the path is not part of it", async () => {
  const { receiver } = bench();
  assertEmpty(await receiver.receive(post(UPDATE, { target: "/hook?x=1" })), 200);
});

const PARKED: readonly (readonly [
  name: string,
  body: string,
  why: string,
  id: number | undefined,
])[] = [
  ["an empty body", "", "unparsable", undefined],
  ["text", "hello", "unparsable", undefined],
  ["JSON that is cut off", '{"update_id":7,"message":{"te', "unparsable", 7],
  ["an update without an id", '{"message":{}}', "unparsable", undefined],
  ["nesting", `{"update_id":7,"a":${"[".repeat(9_999)}${"]".repeat(9_999)}}`, "too-deep", 7],
];

for (const [name, body, why, updateId] of PARKED) {
  test(`genuine but not to be handled, stored as parked and answered 200: ${name}`, async () => {
    const { receiver, inbox, logged } = bench();
    assertEmpty(await receiver.receive(post(body)), 200);
    assert.equal(inbox.updates[0]?.parkedBecause, why);
    assert.equal(inbox.updates[0].updateId, updateId);
    assert.equal(Buffer.from(inbox.updates[0].raw).toString(), body);
    assert.equal(receiver.stats().parked, 1);
    assert.match(logged[0] ?? "", /cannot be handled/);
  });
}

test("a body over the limit is stored as a stub with its size, hash and beginning", async () => {
  const { receiver, inbox } = bench({ bodyLimitBytes: 100 });
  const body = `{"update_id":7,"text":"${"a".repeat(200)}"}`;
  assertEmpty(await receiver.receive(post(body, { body: [Buffer.from(body)] })), 200);
  const [update] = inbox.updates;
  assert.equal(update?.parkedBecause, "too-large");
  assert.equal(update.updateId, 7);
  assert.deepEqual(JSON.parse(Buffer.from(update.raw).toString()), {
    oversize: {
      size_bytes: 225,
      // printf '{"update_id":7,"text":"aaa…"}' | sha256sum
      sha256: "4a8d07c2a1f47529dbd6d6b341d5042c986aaa891d034fda6b09944251778d0b",
      start_base64: Buffer.from(body).toString("base64"),
    },
  });
});

test("a flood that was not announced is refused where it becomes one, in bounded memory", async () => {
  const { receiver, inbox } = bench({ bodyLimitBytes: 1_000 });
  let given = 0;
  function* endless(): Generator<Uint8Array> {
    for (;;) {
      given += 1_000;
      yield Buffer.alloc(1_000);
    }
  }
  assertEmpty(await receiver.receive(post("", { body: endless() })), 413);
  assert.equal(given, 17_000);
  assert.equal(inbox.updates.length, 0);
});

for (const code of ["store-unavailable", "overloaded", "stopping"] as const) {
  test(`not stored because of ${code}: 503, to be tried again in a second`, async () => {
    const { receiver, inbox, logged } = bench();
    inbox.failure = new RuntimeError(code, "the reason");
    const answer = await receiver.receive(post(UPDATE));
    assertEmpty(answer, 503);
    assert.equal(answer.headers["retry-after"], "1");
    assert.match(logged[0] ?? "", new RegExp(code));
    inbox.failure = undefined;
    assertEmpty(await receiver.receive(post(UPDATE)), 200);
  });
}

test("an unexpected failure of the inbox is a 503 too", async () => {
  const { receiver, inbox } = bench();
  inbox.failure = "not even an error";
  assertEmpty(await receiver.receive(post(UPDATE)), 503);
});

test("a commit that does not come is answered 503 before Telegram gives up", async () => {
  const { receiver, inbox, clock } = bench();
  const { promise, resolve } = Promise.withResolvers<void>();
  inbox.gate = promise;
  const answer = receiver.receive(post(UPDATE));
  await untilAccepting();
  clock.advance(5_000);
  assertEmpty(await answer, 503);
  assert.equal(await receiver.idle(), undefined);
  resolve();
});

test("before it is opened and while it drains, a receiver answers 503 and lets go", async () => {
  const secrets = new WebhookSecrets([SECRET]);
  const receiver = new Receiver({ path: "/hook", secrets });
  assertEmpty(await receiver.receive(post(UPDATE)), 503);
  const inbox = new MemoryInbox();
  receiver.open({ botId: 42, inbox });
  assertEmpty(await receiver.receive(post(UPDATE)), 200);
  receiver.drain();
  const answer = await receiver.receive(post(UPDATE));
  assertEmpty(answer, 503);
  assert.equal(answer.close, true);
  assert.equal(answer.headers["retry-after"], "1");
  assertEmpty(await receiver.receive(post(UPDATE, withHeaders({}))), 401);
});

test("an update that is being stored when draining begins still gets its 200", async () => {
  const { receiver, inbox } = bench();
  const { promise, resolve } = Promise.withResolvers<void>();
  inbox.gate = promise;
  const answer = receiver.receive(post(UPDATE));
  await untilAccepting();
  receiver.drain();
  let idle = false;
  const waited = receiver.idle().then(() => {
    idle = true;
  });
  await untilAccepting();
  assert.equal(idle, false);
  resolve();
  assertEmpty(await answer, 200);
  await waited;
});

test("in the overlap of a rotation both secrets are taken, after it only the new one", async () => {
  const { receiver, secrets, clock } = bench();
  const send = (secret: string) =>
    receiver.receive(post(UPDATE, withHeaders({ "x-telegram-bot-api-secret-token": secret })));
  secrets.rotate("next", { previousValidForMs: 1_000 });
  assert.equal((await send(SECRET)).status, 200);
  assert.equal((await send("next")).status, 200);
  clock.advance(1_000);
  assert.equal((await send(SECRET)).status, 401);
  assert.equal((await send("next")).status, 200);
});

test("with an allow list only its networks come through, behind trusted proxies too", async () => {
  const { receiver } = bench({ allow: ["149.154.160.0/20"], trustedProxies: ["10.0.0.0/8"] });
  const send = async (peerAddress: string | undefined, forwardedFor?: string) => {
    const headers = forwardedFor === undefined ? {} : withHeader("x-forwarded-for", forwardedFor);
    return (await receiver.receive(post(UPDATE, { ...headers, peerAddress }))).status;
  };
  assert.equal(await send("149.154.160.1"), 200);
  assert.equal(await send("::ffff:149.154.160.1"), 200);
  assert.equal(await send("10.0.0.1", "149.154.160.1"), 200);
  assert.equal(await send("10.0.0.1", "9.9.9.9, 149.154.160.1"), 200);
  assert.equal(await send("203.0.113.9"), 403);
  assert.equal(await send("203.0.113.9", "149.154.160.1"), 403);
  assert.equal(await send("10.0.0.1", "149.154.160.1, 203.0.113.9"), 403);
  assert.equal(await send("10.0.0.1", "<script>"), 403);
  assert.equal(await send(undefined), 403);
});

test("refusals are counted by reason and logged once a minute, without what was presented", async () => {
  const { receiver, clock, logged } = bench();
  const wrong = withHeaders({ "x-telegram-bot-api-secret-token": "canary-wrong" });
  for (let count = 0; count < 1_000; count += 1) await receiver.receive(post(UPDATE, wrong));
  assert.equal(receiver.stats().refused.secret, 1_000);
  assert.equal(logged.length, 1);
  clock.advance(60_000);
  await receiver.receive(post(UPDATE, wrong));
  assert.equal(logged.length, 2);
  assert.equal(logged.join().includes("canary"), false);
});

test("a path that cannot be one is refused when the receiver is made", () => {
  for (const path of ["", "hook", "/a b", "/a?b", "/a#b"]) {
    assert.throws(
      () => bench({ path }),
      (error) => error instanceof RuntimeError,
    );
  }
});
