import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import {
  answerJson,
  readMultipart,
  type RecordingServer,
  startRecordingServer,
} from "../../test/recording-server.ts";
import { StoppedClock } from "../../test/stopped-clock.ts";
import {
  type BotApi,
  BotApiError,
  createBotApi,
  fileFromBytes,
  fileFromStream,
  fileFromUrl,
  type FileSource,
} from "../index.ts";
import { fileFromPath } from "../node.ts";

const TOKEN = `4242:AAH9k_x-3Zq7Lw0VbN5mT8cRyU2pEoGdJfs`;

async function startApi(): Promise<{ api: BotApi; server: RecordingServer }> {
  const server = await startRecordingServer(answerJson({ ok: true, result: true }));
  return { server, api: createBotApi({ token: TOKEN, apiRoot: server.root }) };
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(new TextEncoder().encode(text));
}

test("bytes go into a part of the parameter's name, the rest into text fields", async () => {
  const { api, server } = await startApi();
  await using _ = server;
  await api.sendDocument({
    chat_id: -100,
    document: fileFromBytes("line\r\n--not-the-boundary\r\n", "röchelnd.txt", {
      contentType: "text/plain",
    }),
    caption: "<b>bold</b>",
    disable_notification: true,
    reply_parameters: { message_id: 5 },
  });

  const [request] = server.requests;
  assert.match(String(request?.contentType), /^multipart\/form-data; boundary=/);
  assert.equal(request?.contentLength, String(request?.body.length));
  assert.deepEqual(await readMultipart(request!), {
    fields: {
      chat_id: "-100",
      caption: "<b>bold</b>",
      disable_notification: "true",
      reply_parameters: '{"message_id":5}',
    },
    files: [
      {
        name: "document",
        fileName: "röchelnd.txt",
        contentType: "text/plain",
        content: "line\r\n--not-the-boundary\r\n",
      },
    ],
  });
});

test("a Blob and a File of the web platform are files too", async () => {
  const { api, server } = await startApi();
  await using _ = server;
  await api.setChatPhoto({ chat_id: 1, photo: new Blob(["blob"]) });
  await api.setChatPhoto({
    chat_id: 1,
    photo: new File(["file"], "a.jpg", { type: "image/jpeg" }),
  });
  const sent = await Promise.all(server.requests.map(readMultipart));
  assert.deepEqual(
    sent.flatMap(({ files }) => files),
    [
      { name: "photo", fileName: "file", contentType: "application/octet-stream", content: "blob" },
      { name: "photo", fileName: "a.jpg", contentType: "image/jpeg", content: "file" },
    ],
  );
});

test("a file_id and a URL stay strings in a JSON body", async () => {
  const { api, server } = await startApi();
  await using _ = server;
  await api.sendPhoto({ chat_id: 1, photo: "AgACAgIAAxkBAAM" });
  await api.sendMediaGroup({
    chat_id: 1,
    media: [
      { type: "photo", media: "https://example.org/a.jpg" },
      { type: "photo", media: "AgACAgIAAxkBAAN" },
    ],
  });
  assert.deepEqual(
    server.requests.map(({ contentType }) => contentType),
    ["application/json", "application/json"],
  );
});

test("files inside other values become attach:// parts, each file once", async () => {
  const { api, server } = await startApi();
  await using _ = server;
  const cover = fileFromBytes("cover", "cover.jpg");
  await api.sendMediaGroup({
    chat_id: 1,
    media: [
      { type: "video", media: fileFromBytes("first", "1.mp4"), thumbnail: cover, caption: "one" },
      { type: "photo", media: "already-there" },
      { type: "video", media: fileFromStream(() => pieces("sec", "ond"), "2.mp4"), cover },
    ],
  });

  const { fields, files } = await readMultipart(server.requests[0]!);
  const partOf = (fileName: string): string =>
    `attach://${files.find((file) => file.fileName === fileName)?.name}`;
  assert.deepEqual(JSON.parse(String(fields["media"])), [
    { type: "video", media: partOf("1.mp4"), thumbnail: partOf("cover.jpg"), caption: "one" },
    { type: "photo", media: "already-there" },
    { type: "video", media: partOf("2.mp4"), cover: partOf("cover.jpg") },
  ]);
  assert.deepEqual(
    files.map(({ fileName, content }) => [fileName, content]),
    [
      ["1.mp4", "first"],
      ["cover.jpg", "cover"],
      ["2.mp4", "second"],
    ],
  );
});

test("stickers, thumbnails and profile photos are found without a list of methods", async () => {
  const { api, server } = await startApi();
  await using _ = server;
  const file = fileFromBytes("x", "x.webp");
  const sticker = { sticker: file, format: "static", emoji_list: ["🙂"] } as const;
  await api.createNewStickerSet({ user_id: 1, name: "s_by_b", title: "S", stickers: [sticker] });
  await api.setMyProfilePhoto({ photo: { type: "static", photo: file } });
  await api.editMessageMedia({
    chat_id: 1,
    message_id: 2,
    media: { type: "document", media: file },
  });
  for (const request of server.requests) {
    const { fields, files } = await readMultipart(request);
    assert.equal(files.length, 1);
    assert.ok(Object.values(fields).some((text) => text.includes(`attach://${files[0]!.name}`)));
  }
});

test("a source is opened anew for every attempt", async () => {
  const { api, server } = await startApi();
  await using _ = server;
  let opened = 0;
  const document = fileFromStream(() => {
    opened += 1;
    return pieces("again ", String(opened));
  }, "a.txt");
  for (let attempt = 0; attempt < 3; attempt += 1) await api.sendDocument({ chat_id: 1, document });
  const sent = await Promise.all(server.requests.map(readMultipart));
  assert.deepEqual(
    sent.map(({ files }) => files[0]?.content),
    ["again 1", "again 2", "again 3"],
  );
});

test("a file name cannot break out of its header", async () => {
  const { api, server } = await startApi();
  await using _ = server;
  const document = fileFromBytes("x", 'a"; name="chat_id"\r\nX-Evil: 1', {
    contentType: "text/plain\r\nX-Evil: 2",
  });
  await api.sendDocument({ chat_id: 1, document });
  const text = server.requests[0]!.body.toString();
  assert.ok(text.includes('filename="a%22; name=%22chat_id%22%0D%0AX-Evil: 1"'));
  assert.ok(!/^X-Evil/m.test(text));
});

test("a file is sent from its path, and a missing one fails the call before it counts", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "hookgram-file-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "invoice.pdf");
  const { api, server } = await startApi();
  await using _ = server;
  const document = fileFromPath(file);
  await assert.rejects(api.sendDocument({ chat_id: 1, document }), (error: unknown) => {
    assert.ok(error instanceof BotApiError);
    assert.equal(error.code, "file");
    assert.match(error.description, /cannot read the file "invoice\.pdf": ENOENT/);
    return true;
  });
  await writeFile(file, "%PDF-1.7");
  await api.sendDocument({ chat_id: 1, document });
  const { files } = await readMultipart(server.requests.at(-1)!);
  assert.deepEqual(
    files.map(({ fileName, content }) => [fileName, content]),
    [["invoice.pdf", "%PDF-1.7"]],
  );
});

test("a file is fetched from a URL and passed on", async () => {
  const { api, server } = await startApi();
  await using _ = server;
  await using source = await startRecordingServer((request, response) => {
    const found = request.url === "/pictures/caf%C3%A9.png?size=l";
    response.writeHead(found ? 200 : 404).end("picture");
  });
  const photo = fileFromUrl(`${source.root}/pictures/caf%C3%A9.png?size=l`);
  await api.sendPhoto({ chat_id: 1, photo });
  const { files } = await readMultipart(server.requests[0]!);
  assert.deepEqual([files[0]?.fileName, files[0]?.content], ["café.png", "picture"]);

  const missing = api.sendPhoto({ chat_id: 1, photo: fileFromUrl(`${source.root}/gone.png`) });
  await assert.rejects(missing, /cannot read the file "gone\.png": 127\.0\.0\.1:\d+ answered 404/);
});

const PIECES_MAX = 400;
/** Turns of the event loop without another piece after which the sender waits. */
const QUIET_TURNS = 50;

function isTimeout(error: unknown): boolean {
  return (error as BotApiError).code === "timeout";
}

/** A file without an end that counts its pieces and tells when it is let go of. */
function endlessFile(): { source: FileSource; taken: () => number; released: Promise<void> } {
  let taken = 0;
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  async function* open(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        taken += 1;
        yield new Uint8Array(64 * 1024);
        await new Promise(setImmediate);
      }
    } finally {
      release();
    }
  }
  return { source: fileFromStream(open, "endless"), taken: () => taken, released };
}

test("a stream is passed on piece by piece and released when the call is given up", async () => {
  // A server that reads the first bytes and nothing more, so that the sender has to wait.
  const stuck = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.pause());
  });
  await once(stuck.listen(0, "127.0.0.1"), "listening");
  const apiRoot = `http://127.0.0.1:${(stuck.address() as AddressInfo).port}`;
  const { source, taken, released } = endlessFile();
  const clock = new StoppedClock();
  const api = createBotApi({ token: TOKEN, apiRoot, clock });
  const call = api.sendDocument({ chat_id: 1, document: source });
  // Loopback buffers hold a few megabytes; a sender that buffers goes on taking.
  for (let before = 0, quiet = 0; taken() < PIECES_MAX && quiet < QUIET_TURNS; before = taken()) {
    await new Promise(setImmediate);
    quiet = taken() > 0 && taken() === before ? quiet + 1 : 0;
  }
  await Promise.all([assert.rejects(call, isTimeout), clock.expire()]);
  await released;
  stuck.close();
  assert.ok(taken() < PIECES_MAX, `${taken()} pieces of 64 KiB were taken`);
});

test("a stream is released when the connection breaks", async () => {
  const rude = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.destroy());
  });
  await once(rude.listen(0, "127.0.0.1"), "listening");
  const apiRoot = `http://127.0.0.1:${(rude.address() as AddressInfo).port}`;
  const { source, released } = endlessFile();
  const call = createBotApi({ token: TOKEN, apiRoot }).sendDocument({
    chat_id: 1,
    document: source,
  });
  await assert.rejects(call, (error: unknown) => (error as BotApiError).code === "network");
  await released;
  rude.close();
});

test("a web stream whose source is silent is cancelled when the call is given up", async () => {
  const { server } = await startApi();
  await using _ = server;
  const asked = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<void>();
  const silent = (): ReadableStream<Uint8Array> =>
    new ReadableStream({ pull: () => asked.resolve(), cancel: () => cancelled.resolve() });
  const clock = new StoppedClock();
  const api = createBotApi({ token: TOKEN, apiRoot: server.root, clock });
  const call = api.sendDocument({ chat_id: 1, document: fileFromStream(silent, "never") });
  const given = assert.rejects(call, isTimeout);
  await asked.promise;
  await clock.expire();
  await given;
  await cancelled.promise;
});
