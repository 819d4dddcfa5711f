import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, it } from "node:test";
import { EmulatedBot, TOKEN } from "../../test/emulated-bot.ts";
import type { ApiAnswer } from "../../test/emulated-bot.ts";

const REPLACED =
  "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";

/** Calls getUpdates and comes back when the call has arrived. */
async function beginPoll(
  bot: EmulatedBot,
  { offset = 0, signal = new AbortController().signal } = {},
): Promise<{ answer: Promise<ApiAnswer> }> {
  const arrived = new Promise<void>((resolve) => {
    const onRequest = (): void => {
      unsubscribe("http.server.request.start", onRequest);
      resolve();
    };
    subscribe("http.server.request.start", onRequest);
  });
  const url = `${bot.telegram.url}/bot${TOKEN}/getUpdates?timeout=20&offset=${offset}`;
  const answer = fetch(url, { signal }).then((response) => response.json() as Promise<ApiAnswer>);
  await arrived;
  await nextTurn();
  return { answer };
}

function ids(answer: ApiAnswer): readonly number[] {
  return (answer.result as { update_id: number }[]).map(({ update_id: id }) => id);
}

describe("a getUpdates call that waits", () => {
  it("is answered 1 ms after an update", async () => {
    await using bot = await EmulatedBot.start();
    const { answer } = await beginPoll(bot);
    const id = bot.publish("message", 5);
    await bot.advance(0.001);
    assert.deepEqual(ids(await answer), [id]);
  });

  it("is answered 2 ms after the first update when others keep coming", async () => {
    await using bot = await EmulatedBot.start();
    const { answer } = await beginPoll(bot);
    const published = [bot.publish("message", 5)];
    for (let step = 0; step < 3; step += 1) {
      await bot.advance(0.0009);
      published.push(bot.publish("message", 5));
    }
    assert.deepEqual(ids(await answer), published.slice(0, 3));
  });

  it("is ended by another call that has to wait, and not by one that finds updates", async () => {
    await using bot = await EmulatedBot.start();
    const first = await beginPoll(bot);
    const second = await beginPoll(bot, { offset: 1 });
    assert.equal((await first.answer).description, REPLACED);
    const id = bot.publish("message", 5);
    assert.deepEqual(ids(await bot.call("getUpdates", { offset: 2 })), [id]);
    await bot.advance(0.001);
    assert.deepEqual(ids(await second.answer), [id]);
  });

  it("is not ended by a call that does not wait, although that finds nothing", async () => {
    await using bot = await EmulatedBot.start();
    const { answer } = await beginPoll(bot);
    assert.deepEqual((await bot.call("getUpdates", { offset: 1 })).result, []);
    const id = bot.publish("message", 5);
    await bot.advance(0.001);
    assert.deepEqual(ids(await answer), [id]);
  });

  it("has a comma and a line break after the id of each update, and ASCII only", async () => {
    await using bot = await EmulatedBot.start();
    const chat = { id: 5, type: "private" as const, first_name: "Zoë/😀" };
    bot.session.publish("message", { message_id: 1, date: 1_700_000_000, chat });
    const response = await fetch(`${bot.telegram.url}/bot${TOKEN}/getUpdates`);
    assert.equal(
      await response.text(),
      '{"ok":true,"result":[{"update_id":2000001,\n"message":{"message_id":1,"date":1700000000,' +
        '"chat":{"id":5,"type":"private","first_name":"Zo\\u00eb/\\ud83d\\ude00"}}}]}',
    );
  });

  it("is told that the bot restarts, or that it has logged out", async () => {
    for (const [method, error_code, description] of [
      ["close", 500, "Internal Server Error: restart"],
      ["logOut", 400, "Logged out"],
    ] as const) {
      await using bot = await EmulatedBot.start();
      const { answer } = await beginPoll(bot);
      await bot.call(method);
      assert.deepEqual(await answer, { ok: false, error_code, description });
    }
  });

  it("is told of a further conflict within 3 s only after 3 s", async () => {
    await using bot = await EmulatedBot.start();
    const first = await beginPoll(bot);
    const second = await beginPoll(bot, { offset: 1 });
    await first.answer;
    const third = await beginPoll(bot, { offset: 2 });
    let isToldAt = -1;
    const told = second.answer.then((answer) => {
      isToldAt = bot.clock.monotonic();
      return answer;
    });
    await bot.advance(2.999);
    assert.equal(isToldAt, -1);
    await bot.advance(0.001);
    assert.equal((await told).description, REPLACED);
    assert.equal(isToldAt, 3_000);
    await bot.advance(20);
    assert.deepEqual((await third.answer).result, []);
  });

  it("is ended by setWebhook", async () => {
    await using bot = await EmulatedBot.start();
    const { answer } = await beginPoll(bot);
    await bot.call("setWebhook", { url: "http://127.0.0.1:9/" });
    assert.deepEqual(await answer, {
      ok: false,
      error_code: 409,
      description: "Conflict: terminated by setWebhook request",
    });
  });

  it("is not ended by deleteWebhook", async () => {
    await using bot = await EmulatedBot.start();
    const { answer } = await beginPoll(bot);
    await bot.call("deleteWebhook", { drop_pending_updates: true });
    await bot.advance(20);
    assert.deepEqual(await answer, { ok: true, result: [] });
  });

  it("is forgotten when the client goes away", async () => {
    await using bot = await EmulatedBot.start();
    const gone = new AbortController();
    const timersBefore = bot.clock.timerCount;
    const { answer: left } = await beginPoll(bot, { signal: gone.signal });
    gone.abort();
    await assert.rejects(left);
    while (bot.clock.timerCount !== timersBefore) await nextTurn();
    const { answer } = await beginPoll(bot, { offset: 1 });
    await bot.advance(20);
    assert.deepEqual((await answer).result, []);
  });

  it("stops adding updates to its answer before 4 MiB", async () => {
    await using bot = await EmulatedBot.start();
    const text = "x".repeat(500_000);
    for (let id = 1; id <= 12; id += 1) {
      const chat = { id, type: "private" as const, first_name: "Ann" };
      bot.session.publish("message", { message_id: 1, date: 1_700_000_000, chat, text });
    }
    // Eight of half a megabyte are below 4 194 304 bytes, nine are not.
    assert.equal(ids(await bot.call("getUpdates")).length, 8);
  });
});
