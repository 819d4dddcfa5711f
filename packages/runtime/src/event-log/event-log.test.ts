import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import type { BotApi } from "@hookgram/bot-api";
import { Bot, command, conversation, eventKind, states, text } from "hookgram";
import { z } from "zod";

import { describeOnStores } from "../../test/describe-on-stores.ts";
import { EngineGround } from "../../test/engine-ground.ts";
import type { LogEntry } from "./log-event.ts";
import { foldConversation } from "./fold-conversation.ts";

/** `HOOKGRAM_SEED=… node --test …` replays a run. */
const SEED = Number(process.env["HOOKGRAM_SEED"] ?? Date.now() % 2 ** 31);
const MESSAGES = 40;
const CHATS = 3;

const reminder = eventKind("reminder");
const form = states("form", { name: null, age: z.object({ age: z.number() }) });

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describeOnStores("the log of events", (makeGround) => {
  let ground: EngineGround;
  let sent: unknown[];

  /** Answers every call, and writes down what was really sent. */
  const api = {
    call: async (_method: string, params: object) => ({ message_id: sent.push(params) }),
  } as unknown as BotApi;

  async function start(options: { readonly eventLog?: "all" | "changes" | "off" } = {}) {
    const bot = new Bot();
    bot.message(async ({ message, state, reply, timers, attempt }) => {
      const [word, failures] = (message.text ?? "").split(" ");
      if (word === "name") await state.enter(form.name);
      if (word === "age") await state.enter(form.age, { age: message.message_id });
      if (word === "leave") await state.leave();
      if (word === "remind") await timers.set(reminder, { afterMs: 2_000, data: 1 });
      if (word === "forget") timers.cancel(reminder);
      if (word !== "quiet") await reply(`${message.text} ${message.message_id}`);
      if (attempt <= Number(failures)) throw new Error("fails, as it was told");
    });
    bot.on(reminder, ({ reply }) => reply("Remember!"));
    const handle = (invocation: Parameters<Bot["handle"]>[0]) => bot.handle(invocation);
    return ground.start(handle, { api, attemptsMax: 2, retryDelayMs: 10, ...options });
  }

  async function say(text: string, chatId = 5, id = 1): Promise<void> {
    const from = { id: chatId, is_bot: false, first_name: "P" };
    const chat = { id: chatId, type: "private" };
    await ground.engine.accept(
      ground.update({ message: { message_id: id, date: 1, chat, from, text } }),
    );
  }

  const typesOf = (entries: readonly LogEntry[]): string[][] =>
    entries.map(({ events }) => events.map(({ type }) => type));

  beforeEach(() => {
    ground = new EngineGround(makeGround());
    sent = [];
  });
  afterEach(() => ground.close());

  it("rebuilds every conversation after a random run", async (t) => {
    t.diagnostic(`HOOKGRAM_SEED=${SEED}`);
    const random = seeded(SEED);
    const pick = (count: number): number => Math.floor(random() * count);
    const words = ["name", "age", "leave", "remind", "forget", "quiet", "hello"];
    await start();
    for (let id = 1; id <= MESSAGES; id += 1) {
      await say(`${words[pick(words.length)]} ${pick(4)}`, 1 + pick(CHATS), id);
      if (pick(4) === 0) ground.clock.advance(pick(1_500));
      if (pick(20) === 0) {
        await ground.settleAll();
        for (const { seq } of await ground.engine.operator.parked())
          await ground.engine.operator.replay(seq);
      }
    }
    await ground.settleAll();

    const calls: unknown[] = [];
    for (let chat = 1; chat <= CHATS; chat += 1) {
      const entries: LogEntry[] = [];
      for await (const entry of ground.engine.events.readAll({ lane: `7:${chat}` }))
        entries.push(entry);
      const folded = foldConversation(entries);
      const key = `bot=7/user-in-chat/chat=${chat}/user=${chat}`;
      const { record } = await ground.store.readState(key);
      assert.deepEqual(folded.states.get(key), record, `seed ${SEED}`);
      const isSet = (await ground.store.timers.generation(`${key}|reminder`)) !== undefined;
      assert.equal(folded.timers.has(`${key}|reminder`), isSet, `seed ${SEED}`);
      calls.push(...folded.calls.map(({ messageId, params }) => [messageId, params]));
    }
    assert.ok(sent.length > 0);
    const real = sent.map((params, at) => [at + 1, params]);
    const byNumber = (a: unknown, b: unknown): number => (a as [number])[0] - (b as [number])[0];
    assert.deepEqual(calls.toSorted(byNumber), real, `seed ${SEED}`);
  });

  it("grows with a conversation, and not with its square; and rebuilds it after each answer", async () => {
    const ANSWERS = 24;
    const form = conversation("form", async ({ ask, wait }) => {
      await ask("Tell me!", text());
      for (let answers = 1; answers <= ANSWERS; answers += 1) await wait(text());
    });
    const bot = new Bot({ routers: [form] });
    bot.message(command("go"), form.enter);
    await ground.start((invocation) => bot.handle(invocation), { api });
    const entries: LogEntry[] = [];
    let written = 0;
    for (let answer = 0; answer <= ANSWERS; answer += 1) {
      await say(answer === 0 ? "/go" : `${answer} ${"words ".repeat(150)}`);
      await ground.settleAll();
      // A reader of all lanes would wait for whatever other transaction is open.
      const page = { lane: "7:5", after: entries.at(-1)?.cursor };
      entries.push(...(await ground.engine.events.read(page)));
      const [[key, folded] = []] = foldConversation(entries).states;
      const { record } = await ground.store.readState(key!);
      assert.deepEqual(folded, record, `after answer ${answer}`);
      written = JSON.stringify(record).length;
    }
    const logged = entries
      .flatMap(({ events }) => events)
      .filter(({ type }) => type === "state" || type === "grown");
    // In full it would be twelve times its last size: half of it for each of 24 answers.
    assert.ok(JSON.stringify(logged).length < 4 * written);
    // What retention has taken the beginning of is known again once it is written in full.
    const isKnown = entries.map((_, at) => foldConversation(entries.slice(at)).states.size);
    assert.deepEqual([isKnown[0], isKnown[2], isKnown.at(-1)], [1, 1, 0]);
  });

  it("has the life of an update: what was done, failed, parked, put back", async () => {
    await start();
    await say("name 2");
    await ground.settleAll();
    const [parked] = await ground.engine.operator.parked();
    await ground.engine.operator.replay(parked!.seq);
    await ground.settleAll();

    assert.deepEqual(typesOf(await ground.engine.events.read({ lane: "7:5" })), [
      ["accepted", "attempt", "call", "failed"],
      ["attempt", "call", "parked"],
      ["replayed"],
      ["accepted", "attempt", "call", "failed"],
      ["attempt", "call", "parked"],
    ]);
    // The replay used the recorded answers: one message was sent.
    assert.equal(sent.length, 1);
  });

  it("leaves out attempts that changed nothing, unless it is asked for all", async () => {
    await start();
    await say("quiet");
    await ground.settleAll();
    assert.deepEqual(await ground.engine.events.read({ lane: "7:5" }), []);
    await ground.engine.stop();
    await start({ eventLog: "all" });
    await say("quiet");
    await ground.settleAll();
    assert.deepEqual(typesOf(await ground.engine.events.read({ lane: "7:5" })), [
      ["accepted", "attempt", "done"],
    ]);
    await ground.engine.stop();
    await start({ eventLog: "off" });
    await say("name 2");
    await ground.settleAll();

    assert.equal((await ground.engine.events.read({ lane: "7:5" })).length, 1);
  });

  it("is followed from where a reader was, until the reader leaves", async () => {
    await start();
    await say("hello");
    await ground.settleAll();
    const leaving = new AbortController();
    const followed: number[] = [];
    const reading = (async () => {
      for await (const { seq } of ground.engine.events.follow({ signal: leaving.signal }))
        followed.push(seq);
    })();
    // A look may come to nothing, while another transaction is under way; the next one finds it.
    const hasFollowed = (count: number) => (): boolean => {
      ground.clock.advance(10);
      return followed.length === count;
    };
    await ground.until(hasFollowed(1));
    await say("hello");
    await ground.until(hasFollowed(2));
    leaving.abort();
    await reading;

    assert.ok(followed[1]! > followed[0]!);
  });
});
