import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Answer, answerJson, startRecordingServer } from "../../test/recording-server.ts";
import { StoppedClock } from "../../test/stopped-clock.ts";
import { BotApiError, createBotApi } from "../index.ts";

const TOKEN = `4242:AAH9k_x-3Zq7Lw0VbN5mT8cRyU2pEoGdJfs`;

/** Far more turns of the event loop than it takes until a piece has come, from this process too. */
const TURNS_MAX = 100_000;

function codeIs(code: string): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof BotApiError);
    assert.equal(error.code, code);
    assert.equal(error.method, "download");
    assert.ok(!error.message.includes(TOKEN.slice(5)));
    return true;
  };
}

test("a file is downloaded by its path, and by its id through getFile", async () => {
  await using server = await startRecordingServer((request, response) => {
    const file = { file_id: "F1", file_unique_id: "u", file_path: "photos/file 1.jpg" };
    if (request.method === "POST") answerJson({ ok: true, result: file })(request, response);
    else response.writeHead(200, { "content-length": "5" }).end("bytes");
  });
  const api = createBotApi({ token: TOKEN, apiRoot: `${server.root}/api/` });

  const byPath = await api.download("photos/file 1.jpg");
  assert.equal(byPath.sizeBytes, 5);
  assert.equal(Buffer.from(await byPath.bytes()).toString(), "bytes");
  const byId = await api.download({ file_id: "F1" });
  const texts: string[] = [];
  for await (const chunk of byId.stream) texts.push(Buffer.from(chunk).toString());
  assert.equal(texts.join(""), "bytes");

  assert.deepEqual(
    server.requests.map(({ method, url, body }) => [method, url, body.toString()]),
    [
      ["GET", `/api/file/bot${TOKEN}/photos/file%201.jpg`, ""],
      ["POST", `/api/bot${TOKEN}/getFile`, '{"file_id":"F1"}'],
      ["GET", `/api/file/bot${TOKEN}/photos/file%201.jpg`, ""],
    ],
  );
});

test("the test environment has files of its own", async () => {
  await using server = await startRecordingServer((_request, response) => response.end("x"));
  const api = createBotApi({ token: TOKEN, apiRoot: server.root, testEnvironment: true });
  await (await api.download("documents/a")).bytes();
  assert.equal(server.requests[0]?.url, `/file/bot${TOKEN}/test/documents/a`);
});

test("paths that lead elsewhere are refused without a request", async () => {
  await using server = await startRecordingServer(() => assert.fail("nothing may be asked"));
  const api = createBotApi({ token: TOKEN, apiRoot: server.root });
  for (const filePath of ["../bot1:x/logOut", "photos/../../x", "", "a//b", "."])
    await assert.rejects(api.download(filePath), codeIs("file"));
  // A server in --local mode names files on its own disk, on Linux and on Windows.
  for (const filePath of ["/var/lib/bot/file_1", "C:\\bot\\file_1"])
    await assert.rejects(api.download(filePath), /--local mode/);
});

test("a file for which getFile names no path cannot be downloaded", async () => {
  const file = { file_id: "F1", file_unique_id: "u" };
  await using server = await startRecordingServer(answerJson({ ok: true, result: file }));
  const api = createBotApi({ token: TOKEN, apiRoot: server.root });
  await assert.rejects(api.download(file), codeIs("file"));
});

test("a missing file and an error page are told apart", async () => {
  const missing = answerJson({ ok: false, error_code: 404, description: "Not Found" }, 404);
  const page: Answer = (_request, response) => response.writeHead(502).end("<html>");
  for (const [answer, code] of [
    [missing, "telegram"],
    [page, "bad-answer"],
  ] as const) {
    await using server = await startRecordingServer(answer);
    const api = createBotApi({ token: TOKEN, apiRoot: server.root });
    await assert.rejects(api.download("photos/a.jpg"), codeIs(code));
  }
});

test("a consumer may take longer than timeoutMs between two pieces", async () => {
  const content = "x".repeat(300_000);
  await using server = await startRecordingServer((_request, response) => response.end(content));
  const clock = new StoppedClock();
  const api = createBotApi({ token: TOKEN, apiRoot: server.root, clock });
  const { stream } = await api.download("a");
  let length = 0;
  for await (const chunk of stream) {
    // One more piece is read ahead; after that nobody waits for the time to be over.
    for (let turn = 0; clock.waiting > 0; turn += 1) {
      assert.ok(turn < TURNS_MAX, "the time of a slow consumer passes");
      await nextTurn();
    }
    length += chunk.length;
  }
  assert.equal(length, content.length);
});

test("a server that falls silent within the file is given up", async () => {
  await using server = await startRecordingServer((_request, response) => {
    response.writeHead(200, { "content-length": "10" });
    response.write("half!");
  });
  const clock = new StoppedClock();
  const api = createBotApi({ token: TOKEN, apiRoot: server.root, clock });
  const { stream } = await api.download("a");
  const reader = stream.getReader();
  assert.equal(Buffer.from((await reader.read()).value!).toString(), "half!");
  await Promise.all([assert.rejects(reader.read(), codeIs("timeout")), clock.expire()]);
});

test("a broken transfer is a network error and never a short file", async () => {
  await using server = await startRecordingServer((_request, response) => {
    response.writeHead(200, { "content-length": "10" });
    response.write("half!", () => response.destroy());
  });
  const api = createBotApi({ token: TOKEN, apiRoot: server.root });
  const download = await api.download("a");
  await assert.rejects(download.bytes(), codeIs("network"));
});

test("cancelling the stream ends the transfer", async () => {
  let closed = (): void => {};
  const close = new Promise<void>((resolve) => (closed = resolve));
  await using server = await startRecordingServer((request, response) => {
    request.socket.once("close", closed);
    response.writeHead(200).write("first piece");
  });
  const api = createBotApi({ token: TOKEN, apiRoot: server.root });
  const { stream } = await api.download("a");
  await stream.cancel();
  await close;
});

test("the caller's signal ends the transfer", async () => {
  await using server = await startRecordingServer((_request, response) => {
    response.writeHead(200).write("first piece");
  });
  const api = createBotApi({ token: TOKEN, apiRoot: server.root });
  const controller = new AbortController();
  const download = await api.download("a", { signal: controller.signal });
  const bytes = download.bytes();
  controller.abort();
  await assert.rejects(bytes, codeIs("aborted"));
});
