import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import type { Update } from "@hookgram/bot-api";
import { startTelegram } from "../telegram.ts";
import type { Telegram } from "../telegram.ts";
import { parseRecording } from "./recording.ts";
import type { RecordedLine } from "./recording.ts";
import type { ReplayReport } from "./session-replay.ts";

const SECRET = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";
const API = `/bot1234:${SECRET}/`;

type Call = (method: string, params: object) => Promise<unknown>;

function caller(telegram: Telegram): Call {
  return async (method, params) => {
    const init = { method: "POST", body: JSON.stringify(params) };
    const headers = { "content-type": "application/json" };
    const response = await fetch(telegram.url + API + method, { ...init, headers });
    return ((await response.json()) as { result: unknown }).result;
  };
}

/** A bot that says `prefix` and what it hears, edits that when a button is pressed, by polling. */
async function poll(telegram: Telegram, prefix: string, signal: AbortSignal): Promise<void> {
  const call = caller(telegram);
  await call("getMe", {});
  for (let offset = 0; !signal.aborted;) {
    const updates = (await call("getUpdates", { offset, timeout: 1 })) as Update[];
    for (const update of updates) {
      offset = update.update_id + 1;
      await handle(call, prefix, update);
    }
  }
}

async function handle(call: Call, prefix: string, update: Update): Promise<void> {
  const { message, callback_query: query } = update;
  const reply_markup = { inline_keyboard: [[{ text: "Yes", callback_data: "yes" }]] };
  if (message?.text !== undefined) {
    const text = `${prefix} ${message.text}`;
    await call("sendMessage", { chat_id: message.chat.id, text, reply_markup });
  }
  if (query === undefined) return;
  await call("answerCallbackQuery", { callback_query_id: query.id, text: SECRET_IN_TEXT });
  const { chat, message_id } = query.message!;
  await call("editMessageText", { chat_id: chat.id, message_id, text: "Done" });
}

async function readUpdate(request: IncomingMessage): Promise<Update> {
  return JSON.parse((await request.toArray()).join("")) as Update;
}

const SECRET_IN_TEXT = `my token is 1234:${SECRET}`;

describe("a recorded session", () => {
  let folder: string;
  let file: string;
  let lines: RecordedLine[];

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "recording-"));
    file = path.join(folder, "session.jsonl");
    const telegram = await startTelegram({ port: 0, recordPath: file });
    const stop = new AbortController();
    const bot = poll(telegram, "You said", stop.signal);
    await caller(telegram)("getMyName", {});
    const anna = await telegram.users.add("Anna");
    await anna.say("hello");
    await anna.answer();
    await anna.press("Yes");
    await anna.answer();
    stop.abort();
    await bot;
    await telegram.close();
    lines = parseRecording(readFileSync(file, "utf8"));
  });

  after(() => rmSync(folder, { recursive: true }));

  async function replayTo(prefix: string): Promise<ReplayReport> {
    const telegram = await startTelegram({ port: 0, recording: lines });
    const stop = new AbortController();
    const bot = poll(telegram, prefix, stop.signal);
    await caller(telegram)("getMyName", {});
    const report = await telegram.replay!.finished(20_000);
    stop.abort();
    await bot;
    await telegram.close();
    return report;
  }

  it("has calls, updates and answers in their order, and no token", () => {
    const text = readFileSync(file, "utf8");
    assert.ok(!text.includes(SECRET) && text.includes("my token is 1234:<token>"));
    const names = lines.map((line) => (line.type === "call" ? line.method : line.type));
    assert.deepEqual(names.toSorted(), [
      "answerCallbackQuery",
      "editMessageText",
      "getMe",
      "getMyName",
      "sendMessage",
      "update",
      "update",
    ]);
    assert.ok(names.indexOf("update") < names.indexOf("sendMessage"));
  });

  it("is the same again with the same bot, on a server that knows nobody", async () => {
    assert.deepEqual(await replayTo("You said"), {
      same: 5,
      different: [],
      missing: [],
      unexpected: [],
      heldBack: 0,
    });
  });

  it("shows what a changed bot does otherwise", async () => {
    const { same, different } = await replayTo("I heard");
    assert.equal(same, 4);
    const [{ recorded, params } = assert.fail("no difference")] = different;
    assert.deepEqual(
      [recorded.params["text"], (params as { text: string }).text],
      ["You said hello", "I heard hello"],
    );
  });

  it("is played to a webhook too; what is missing and what is too much is told", async () => {
    const telegram = await startTelegram({ port: 0, recording: lines });
    const call = caller(telegram);
    const first = Promise.withResolvers<Update>();
    const server = createServer((request, response) => {
      first.resolve(readUpdate(request));
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    await call("getMe", {});
    await call("getMyName", {});
    const { port } = server.address() as AddressInfo;
    await call("setWebhook", { url: `http://127.0.0.1:${port}/` });
    assert.equal((await first.promise).message?.text, "hello");
    await call("sendDice", { chat_id: 1 });
    const report = await telegram.replay!.finished(0);
    server.close();
    await telegram.close();
    assert.equal(report.heldBack, 1);
    assert.deepEqual(report.unexpected, [{ method: "sendDice", params: { chat_id: "1" } }]);
    const missing = report.missing.map(({ method }) => method);
    assert.deepEqual(missing, ["sendMessage", "answerCallbackQuery", "editMessageText"]);
  });

  it("has the files that the bot downloaded, and gives them out again", async () => {
    const path_ = path.join(folder, "files.jsonl");
    const recorded = await startTelegram({ port: 0, recordPath: path_ });
    await caller(recorded)("getMe", {});
    const anna = await recorded.users.add("Anna");
    const { document } = await anna.send(new TextEncoder().encode("hello"), { file_name: "a.txt" });
    const download = async (telegram: Telegram): Promise<string> => {
      const wanted = { file_id: document!.file_id };
      const { file_path } = (await caller(telegram)("getFile", wanted)) as { file_path: string };
      const response = await fetch(`${telegram.url}/file/bot1234:${SECRET}/${file_path}`);
      return response.text();
    };
    assert.equal(await download(recorded), "hello");
    await recorded.close();
    const recording = parseRecording(readFileSync(path_, "utf8"));
    const replayed = await startTelegram({ port: 0, recording });
    await caller(replayed)("getMe", {});
    assert.equal(await download(replayed), "hello");
    await replayed.close();
  });

  it("is refused when it is something else", () => {
    assert.throws(() => parseRecording("{}"), /this is no recording of a session/);
  });
});
