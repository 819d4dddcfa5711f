import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { inspect } from "node:util";
import { type Answer, answerJson, startRecordingServer } from "../test/recording-server.ts";
import {
  type BotApi,
  BOT_API_ERROR_CODES,
  BotApiError,
  type BotApiOptions,
  createBotApi,
  fileFromStream,
} from "./index.ts";

const SECRET = "AAH9k_x-3Zq7Lw0VbN5mT8cRyU2pEoGdJfs";
const TOKEN = `4242:${SECRET}`;
const CHAT = { chat_id: 1, text: "x" } as const;

const seenCodes = new Set<string>();

/** Fails the call and checks that its error is ours and keeps the token for itself. */
async function failureOf(call: Promise<unknown>): Promise<BotApiError> {
  const error: unknown = await call.then(
    () => assert.fail("the call was expected to fail"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof BotApiError, inspect(error));
  seenCodes.add(error.code);
  const everything = [
    inspect(error, { depth: 10, showHidden: true }),
    JSON.stringify(error),
    String(error.stack),
    error.message,
    String(error.cause),
  ];
  for (const text of everything) assert.ok(!text.includes(SECRET), text);
  return error;
}

async function failureWith(
  answer: Answer,
  call: (api: BotApi) => Promise<unknown> = (api) => api.sendMessage(CHAT),
  options: Partial<BotApiOptions> = {},
): Promise<BotApiError> {
  await using server = await startRecordingServer(answer);
  return await failureOf(call(createBotApi({ token: TOKEN, apiRoot: server.root, ...options })));
}

test("a refusal carries Telegram's words, code and hints", async () => {
  // Answers as the Bot API server sends them: core.telegram.org/bots/api#making-requests.
  const flood = await failureWith(
    answerJson(
      {
        ok: false,
        error_code: 429,
        description: "Too Many Requests: retry after 14",
        parameters: { retry_after: 14 },
      },
      429,
    ),
  );
  assert.equal(flood.code, "telegram");
  assert.equal(flood.method, "sendMessage");
  assert.equal(flood.errorCode, 429);
  assert.equal(flood.status, 429);
  assert.equal(flood.description, "Too Many Requests: retry after 14");
  assert.equal(flood.message, "sendMessage: Too Many Requests: retry after 14");
  assert.equal(flood.retryAfterSeconds, 14);
  assert.equal(flood.ambiguous, false);

  const upgraded = await failureWith(
    answerJson(
      {
        ok: false,
        error_code: 400,
        description: "Bad Request: group chat was upgraded to a supergroup chat",
        parameters: { migrate_to_chat_id: -1001234567890 },
      },
      400,
    ),
  );
  assert.equal(upgraded.migrateToChatId, -1001234567890);
  assert.equal(upgraded.retryAfterSeconds, undefined);
});

test("a refusal that repeats the token has it blacked out", async () => {
  const description = `Not Found: /bot${TOKEN}/sendMessage`;
  const error = await failureWith(answerJson({ ok: false, error_code: 404, description }, 404));
  assert.equal(error.description, "Not Found: /bot4242:[secret]/sendMessage");
});

test("an internal error of Telegram leaves open whether the call was carried out", async () => {
  const description = "Internal Server Error: sent something";
  const error = await failureWith(answerJson({ ok: false, error_code: 500, description }, 500));
  assert.equal(error.code, "telegram");
  assert.equal(error.ambiguous, true);
});

test("a proxy's error page is a bad answer that keeps its status and not its text", async () => {
  const page: Answer = (request, response) => {
    response.writeHead(502, { "content-type": "text/html", "retry-after": "3" });
    response.end(`<html><h1>502 Bad Gateway</h1>${request.url}</html>`);
  };
  const error = await failureWith(page);
  assert.equal(error.code, "bad-answer");
  assert.equal(error.status, 502);
  assert.equal(error.errorCode, undefined);
  assert.equal(error.retryAfterSeconds, 3);
  assert.equal(error.ambiguous, true);
  assert.equal(
    error.description,
    "expected the Bot API's JSON, got HTTP status 502 with text/html",
  );
});

test("JSON that is no answer of the Bot API is a bad answer", async () => {
  for (const value of [null, 17, [], {}, { ok: true }, { ok: false }, { ok: "yes", result: 1 }])
    assert.equal((await failureWith(answerJson(value))).code, "bad-answer", inspect(value));
});

test("a redirect is not followed, because it would carry the token elsewhere", async () => {
  let requests = 0;
  const error = await failureWith((request, response) => {
    requests += 1;
    response.writeHead(302, { location: request.url }).end();
  });
  assert.equal(error.code, "bad-answer");
  assert.equal(error.status, 302);
  assert.equal(error.ambiguous, false);
  assert.equal(requests, 1);
});

test("a refused connection is a network error after which nothing was sent", async () => {
  const server = await startRecordingServer(() => {});
  const apiRoot = server.root;
  await server[Symbol.asyncDispose]();
  const error = await failureOf(createBotApi({ token: TOKEN, apiRoot }).sendMessage(CHAT));
  assert.equal(error.code, "network");
  assert.equal(error.ambiguous, false);
  assert.match(error.description, /ECONNREFUSED/);
});

test("a connection that breaks before the answer leaves the outcome open", async () => {
  const error = await failureWith((_request, response) => response.destroy());
  assert.equal(error.code, "network");
  assert.equal(error.ambiguous, true);
});

test("a connection that breaks within the answer leaves the outcome open", async () => {
  const error = await failureWith((_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
    response.write('{"ok":true,', () => response.destroy());
  });
  assert.equal(error.code, "network");
  assert.equal(error.ambiguous, true);
});

test("an error of fetch that holds the URL is not let through", async () => {
  const leak: typeof fetch = (input) => {
    const url = input as string;
    const cause = Object.assign(new Error(`cannot reach ${url}`), { url });
    return Promise.reject(new TypeError(`fetch of ${url} failed`, { cause }));
  };
  const error = await failureOf(createBotApi({ token: TOKEN, fetch: leak }).sendMessage(CHAT));
  assert.equal(error.code, "network");
  assert.match(error.description, /^cannot reach https:\/\/api\.telegram\.org\/bot4242:\[secret\]/);
  assert.equal(error.cause, undefined);
});

test("a server that accepts and stays silent is given up after timeoutMs", async () => {
  const silent = createServer(() => {});
  await once(silent.listen(0, "127.0.0.1"), "listening");
  const apiRoot = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const api = createBotApi({ token: TOKEN, apiRoot, timeoutMs: 60 });
  const error = await failureOf(api.sendMessage(CHAT));
  silent.close();
  assert.equal(error.code, "timeout");
  assert.equal(error.description, "no answer within 60 ms");
  assert.equal(error.ambiguous, true);
});

test("an answer that stops halfway is given up after timeoutMs", async () => {
  const error = await failureWith(
    (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"ok":true,"result":');
    },
    (api) => api.getMe({}, { timeoutMs: 60 }),
  );
  assert.equal(error.code, "timeout");
});

test("the caller's signal gives a call up", async () => {
  const controller = new AbortController();
  const error = await failureWith(
    () => controller.abort(new Error(`secret reason ${TOKEN}`)),
    (api) => api.sendMessage(CHAT, { signal: controller.signal }),
  );
  assert.equal(error.code, "aborted");
  assert.equal(error.ambiguous, true);
});

test("a signal that was aborted before sends nothing", async () => {
  let requests = 0;
  const error = await failureWith(
    () => (requests += 1),
    (api) => api.sendMessage(CHAT, { signal: AbortSignal.abort() }),
  );
  assert.equal(error.code, "aborted");
  assert.equal(error.ambiguous, false);
  assert.equal(requests, 0);
});

test("parameters that JSON cannot hold are refused before anything is sent", async () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  for (const value of [cycle, 10n]) {
    const error = await failureWith(
      () => assert.fail("nothing may be sent"),
      (api) => api.sendMessage({ ...CHAT, reply_markup: value as never }),
    );
    assert.equal(error.code, "bad-request");
    assert.match(error.description, /^the parameters cannot be written as JSON: .+/);
    assert.ok(!error.description.includes("\n"));
  }
});

test("a file that cannot be read fails the call with the file's name", async () => {
  const broken = fileFromStream(() => {
    throw new Error(`no such object: https://files.example/bot${TOKEN}/a`);
  }, "a.pdf");
  const error = await failureWith(answerJson({ ok: true, result: true }), (api) =>
    api.sendDocument({ chat_id: 1, document: broken }),
  );
  assert.equal(error.code, "file");
  assert.equal(error.ambiguous, false);
  assert.match(error.description, /^cannot read the file "a\.pdf": no such object/);
});

test("the stack leads to the line that made the call", async () => {
  await using server = await startRecordingServer(
    answerJson({ ok: false, error_code: 403, description: "Forbidden: bot was blocked" }, 403),
  );
  const api = createBotApi({ token: TOKEN, apiRoot: server.root });
  async function announce(): Promise<void> {
    await api.sendMessage(CHAT);
  }
  const error = await failureOf(announce());
  assert.match(String(error.stack), /at async announce \(.*bot-api-error\.test\.ts:\d+:\d+\)/);
});

test("the tests above have seen every code of the list", () => {
  assert.deepEqual([...seenCodes].toSorted(), [...BOT_API_ERROR_CODES].toSorted());
});
