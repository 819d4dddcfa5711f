import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { EmulatedBot } from "../../test/emulated-bot.ts";
import { ScriptedPeer } from "../../test/scripted-peer.ts";
import { ANNA, Stage } from "../../test/stage.ts";
import { FaultBook } from "./fault-book.ts";
import { FloodLimits } from "./flood-limits.ts";

const TEXT = { chat_id: ANNA, text: "Hi" };

async function openStage(fault: object): Promise<Stage> {
  const stage = await Stage.open();
  await stage.begin();
  await stage.act("addFault", { on: "call", method: "sendmessage", fault });
  return stage;
}

/** How many messages of the bot stand in Anna's chat. */
async function sent(stage: Stage): Promise<number> {
  const { messages } = await stage.act<{ messages: { text: string }[] }>("getMessages", {
    person: ANNA,
  });
  return messages.filter(({ text }) => text === "Hi").length;
}

describe("a fault of a call", () => {
  it("refuses it in Telegram's words, once, and the journal says so", async () => {
    await using stage = await openStage({ do: "refuse", error_code: 429, retry_after: 7 });
    assert.deepEqual(await stage.call("sendMessage", TEXT), {
      ok: false,
      error_code: 429,
      description: "Too Many Requests: retry after 7",
      parameters: { retry_after: 7 },
    });
    const [entry] = stage.telegram.journal.read().entries.slice(-1);
    assert.equal(entry?.type === "api-call" && entry.fault, "refuse");
    await stage.ok("sendMessage", TEXT);
    assert.equal(await sent(stage), 1);
  });

  it("loses the answer of a call that was made", async () => {
    await using stage = await openStage({ do: "lost-response" });
    await assert.rejects(stage.call("sendMessage", TEXT), TypeError);
    assert.equal(await sent(stage), 1);
  });

  it("cuts the connection of a call that was not made", async () => {
    await using stage = await openStage({ do: "reset" });
    await assert.rejects(stage.call("sendMessage", TEXT), TypeError);
    assert.equal(await sent(stage), 0);
  });

  it("answers with a page of a proxy", async () => {
    await using stage = await openStage({ do: "garbage" });
    await assert.rejects(stage.call("sendMessage", TEXT), SyntaxError);
    assert.equal(await sent(stage), 0);
  });

  it("does not answer until the client gives up", async () => {
    await using stage = await openStage({ do: "no-answer" });
    const giveUp = new AbortController();
    const url = `${stage.telegram.url}/bot${stage.token}/sendMessage?chat_id=${ANNA}&text=Hi`;
    const waiting = fetch(url, { signal: giveUp.signal });
    const stop = stage.telegram.journal.subscribe(() => giveUp.abort());
    await assert.rejects(waiting, { name: "AbortError" });
    stop();
    assert.equal(await sent(stage), 0);
  });

  it("answers as much later by the emulated clock as was said", async () => {
    await using stage = await openStage({ do: "delay", ms: 5000 });
    const made = new Promise<void>((resolve) => {
      const stop = stage.telegram.journal.subscribe(({ type }) => {
        if (type !== "api-call") return;
        stop();
        resolve();
      });
    });
    const waiting = stage.call("sendMessage", TEXT);
    await made;
    await stage.pass(5);
    assert.equal((await waiting).ok, true);
  });

  it("is for one chat, as often as was said, and can be taken back", async () => {
    await using stage = await openStage({ do: "refuse", error_code: 500 });
    await stage.act("clearFaults");
    const fault = { do: "refuse", error_code: 500 };
    const { fault_id } = await stage.act<{ fault_id: number }>("addFault", {
      on: "call",
      chat: ANNA,
      times: 0,
      fault,
    });
    await stage.ok("getMe");
    for (const _ of [1, 2]) {
      assert.equal(await stage.refusal("sendMessage", TEXT), "Internal Server Error");
    }
    const { faults } = await stage.act<{ faults: { hits: number }[] }>("listFaults");
    assert.equal(faults[0]?.hits, 2);
    await stage.act("clearFaults", { fault_id });
    await stage.ok("sendMessage", TEXT);
  });
});

describe("a probable fault", () => {
  it("hits the same calls in every run with the same numbers", () => {
    const hits = (): boolean[] => {
      let state = 42;
      const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
      const book = new FaultBook(random);
      book.add({ on: "call", times: 0, probability: 0.5, fault: { do: "reset" } });
      return Array.from({ length: 40 }, () => {
        return book.takeCall({ botId: 1, method: "getMe", chatId: 0 }) !== undefined;
      });
    };
    const first = hits();
    assert.deepEqual(hits(), first);
    const count = first.filter(Boolean).length;
    assert.ok(count > 5 && count < 35, `${count} of 40`);
  });
});

describe("a fault of a delivery", () => {
  /** In which order a webhook gets two updates, of which the first to be sent is hit. */
  async function delivered(fault: object): Promise<{ ids: number[]; error: unknown }> {
    await using bot = await EmulatedBot.start();
    await using peer = new ScriptedPeer(bot.clock);
    await peer.up();
    await bot.call("setWebhook", { url: `http://127.0.0.1:${peer.port}/` });
    bot.telegram.faults.add({ on: "delivery", kind: "message", fault: fault as never });
    const first = bot.publish("message", 5)!;
    bot.publish("message", 6);
    await bot.advance(40);
    const info = (await bot.call("getWebhookInfo")).result as Record<string, unknown>;
    assert.equal(info["pending_update_count"], 0);
    const ids = peer.requests.map(({ body }) => Number(/"update_id":(\d+)/.exec(body)![1]) - first);
    return { ids, error: info["last_error_message"] };
  }

  it("sends an update again that was taken", async () => {
    const { ids } = await delivered({ do: "duplicate" });
    assert.deepEqual(
      ids.toSorted((a, b) => a - b),
      [0, 0, 1],
    );
  });

  it("sends an update again whose answer was lost", async () => {
    const { ids, error } = await delivered({ do: "lost-response" });
    assert.deepEqual(
      ids.toSorted((a, b) => a - b),
      [0, 0, 1],
    );
    assert.equal(error, undefined);
  });

  it("lets other queues overtake an update that is kept back", async () => {
    const { ids } = await delivered({ do: "delay", ms: 30_000 });
    assert.deepEqual(ids, [1, 0]);
  });

  it("cuts a connection, which getWebhookInfo tells", async () => {
    const { error } = await delivered({ do: "reset" });
    assert.equal(error, "Connection reset by peer");
  });
});

describe("the flood limits", () => {
  it("let one message a second into a chat after the first three, and 20 a minute into a group", () => {
    const clock = new VirtualClock({ paused: true });
    const limits = new FloodLimits(clock, true);
    const take = (chatId: number): number =>
      limits.take({ botId: 1, method: "sendMessage", chatId });
    assert.deepEqual([take(5), take(5), take(5), take(5)], [0, 0, 0, 1]);
    assert.equal(limits.take({ botId: 1, method: "editMessageText", chatId: 5 }), 0);
    clock.close();
  });

  it("refuse with 429, and let the message through after that time", async () => {
    await using stage = await Stage.open(undefined, { floodLimits: true });
    await stage.begin();
    for (const _ of [1, 2, 3]) await stage.ok("sendMessage", TEXT);
    const refused = await stage.call("sendMessage", TEXT);
    assert.deepEqual(refused.parameters, { retry_after: 1 });
    await stage.pass(1);
    await stage.ok("sendMessage", TEXT);
  });

  it("are switched on and off while the emulator runs", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const sendFour = async (): Promise<number> => {
      const codes = [];
      for (const _ of [1, 2, 3, 4]) codes.push((await stage.call("sendMessage", TEXT)).error_code);
      return codes.filter((code) => code === 429).length;
    };
    const switched = (on: boolean) => stage.act<{ on: boolean }>("setFloodLimits", { on });
    assert.deepEqual(await stage.act("readFloodLimits"), { on: false });
    assert.equal(await sendFour(), 0);
    assert.deepEqual(await switched(true), { on: true });
    assert.equal(await sendFour(), 1);
    assert.deepEqual(await switched(false), { on: false });
    assert.equal(await sendFour(), 0);
    await switched(true);
    assert.equal(await sendFour(), 1);
  });
});
