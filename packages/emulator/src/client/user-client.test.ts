import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Update } from "@hookgram/bot-api";
import { startTelegram } from "../telegram.ts";
import type { Telegram } from "../telegram.ts";
import { connectUsers } from "./connect-users.ts";

const API = "/bot1234:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/";

/** A bot that repeats every text, with a button, and says nothing to "hush". */
async function startEcho(telegram: Telegram, signal: AbortSignal): Promise<void> {
  const call = async <T>(method: string, params: object): Promise<T> => {
    const init = { method: "POST", body: JSON.stringify(params), signal };
    const headers = { "content-type": "application/json" };
    const response = await fetch(telegram.url + API + method, { ...init, headers });
    return ((await response.json()) as { result: T }).result;
  };
  for (let offset = 0; !signal.aborted;) {
    const updates = await call<Update[]>("getUpdates", { offset, timeout: 50 });
    for (const { update_id, message, callback_query } of updates) {
      offset = update_id + 1;
      if (callback_query !== undefined) {
        await call("answerCallbackQuery", { callback_query_id: callback_query.id, text: "Yes!" });
      }
      if (message?.text === undefined || message.text === "hush") continue;
      const { chat, text, message_thread_id } = message;
      const reply_markup = { inline_keyboard: [[{ text: "Again", callback_data: "again" }]] };
      await call("sendMessage", { chat_id: chat.id, text, message_thread_id, reply_markup });
    }
  }
}

async function withEcho(act: (telegram: Telegram) => Promise<void>): Promise<void> {
  const telegram = await startTelegram({ port: 0 });
  const stop = new AbortController();
  const echo = startEcho(telegram, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  try {
    await act(telegram);
  } finally {
    stop.abort();
    await echo;
    await telegram.close();
  }
}

describe("a person in a test", () => {
  it("writes, presses by label, and gets the answers in their order", () =>
    withEcho(async (telegram) => {
      await fetch(`${telegram.url}${API}getMe`);
      const anna = await telegram.users.add({ first_name: "Anna" });
      await anna.say("one");
      assert.equal((await anna.answer()).text, "one");
      assert.deepEqual((await anna.press("Again")).answer, { text: "Yes!" });
      await anna.say("two");
      assert.equal((await anna.answer()).text, "two");
      assert.match(await anna.transcript(), /one[\s\S]*two/);
    }));

  it("gets one answer after the other, also when all were there before it asked", async () => {
    const telegram = await startTelegram({ port: 0 });
    try {
      const send = async (method: string, params: object): Promise<void> => {
        const body = JSON.stringify(params);
        const headers = { "content-type": "application/json" };
        await fetch(telegram.url + API + method, { method: "POST", headers, body });
      };
      await send("getMe", {});
      const anna = await telegram.users.add("Anna");
      await anna.say("/start");
      for (const text of ["one", "two", "three"]) {
        await send("sendMessage", { chat_id: anna.id, text });
      }
      assert.equal((await anna.answer()).text, "one");
      assert.equal((await telegram.users.get(anna.id).answer()).text, "two");
      assert.equal((await anna.answer()).text, "three");
      await anna.hearsNothing(0);
    } finally {
      await telegram.close();
    }
  });

  it("hears nothing, or is told what it heard", () =>
    withEcho(async (telegram) => {
      await fetch(`${telegram.url}${API}getMe`);
      const anna = await connectUsers(telegram.controlUrl).add("Anna");
      await anna.say("hush");
      await anna.hearsNothing(50);
      await anna.say("words");
      await assert.rejects(anna.hearsNothing(5000), /was to say nothing and said: words/);
      await anna.say("hush");
      await assert.rejects(anna.answer({ timeoutMs: 50 }), /no answer from the bot[\s\S]*hush/);
      await assert.rejects(anna.press("Nope"), /no button "Nope" in that chat: there are "Again"/);
    }));

  it("is one of several, in groups too", () =>
    withEcho(async (telegram) => {
      await fetch(`${telegram.url}${API}getMe`);
      const [anna, ben] = [await telegram.users.add("Anna"), await telegram.users.add("Ben")];
      const { chat } = await telegram.users.control.post<{ chat: { id: number } }>("chats", {
        type: "supergroup",
        title: "Team",
        members: [{ user: anna.id }, { user: ben.id }, { user: 1234, status: "administrator" }],
      });
      await ben.in({ chat: chat.id }).say("hello");
      assert.equal((await anna.in({ chat: chat.id }).answer()).text, "hello");
    }));
});
