import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import type { BotApi, User } from "@hookgram/bot-api";
import { eventKind, type Invocation } from "hookgram";

import { describeOnStores } from "../../test/describe-on-stores.ts";
import { BOT_ID, EngineGround } from "../../test/engine-ground.ts";
import type { IncomingUpdate } from "../inbox.ts";
import type { EngineBot } from "./engine.ts";

const OTHER_ID = 8;
const reminder = eventKind("reminder");

describeOnStores("bots that come and go", (makeGround) => {
  let ground: EngineGround;
  /** `bot:text`, in the order of handling. */
  let handled: string[];
  let gate: Promise<void>;

  async function handle({ me, update }: Invocation): Promise<void> {
    const { text = "event" } = update.message ?? {};
    if (text === "wait") await gate;
    handled.push(`${me.id}:${text}`);
  }

  function bot(id = OTHER_ID, hooks: Partial<EngineBot["handler"]> = {}): EngineBot {
    const me = { id, is_bot: true, first_name: "Other" } as User;
    const run = async (invocation: Invocation) => {
      await handle(invocation);
      return { status: "handled", handler: "test" } as const;
    };
    return { id, me, api: {} as BotApi, handler: { allowedUpdates: [], handle: run, ...hooks } };
  }

  const update = (botId: number, text: string, chatId = 5): IncomingUpdate => ({
    ...ground.message(chatId, text),
    botId,
  });

  const accept = (botId: number, text: string): Promise<unknown> =>
    ground.engine.accept(update(botId, text));

  /** Waits for what only the clock can bring about. */
  async function pass<T>(promise: Promise<T>): Promise<T> {
    let isOver = false;
    void promise.finally(() => (isOver = true)).catch(() => {});
    while (!isOver) {
      await ground.quiet();
      ground.clock.advance(50);
    }
    return promise;
  }

  beforeEach(() => {
    ground = new EngineGround(makeGround());
    handled = [];
    gate = Promise.resolve();
  });
  afterEach(() => ground.close());

  it("are refused before and after, and handled in between", async () => {
    await ground.start(handle);
    await assert.rejects(accept(OTHER_ID, "early"), { code: "bad-options" });
    await ground.engine.bots.add(bot());
    await assert.rejects(ground.engine.bots.add(bot()), { code: "bad-options" });
    await accept(OTHER_ID, "one");
    await accept(BOT_ID, "two");
    await ground.settleAll(0);
    assert.deepEqual(await pass(ground.engine.bots.remove(OTHER_ID)), { finished: 0, aborted: 0 });
    await assert.rejects(accept(OTHER_ID, "late"), { code: "bad-options" });
    await assert.rejects(ground.engine.bots.remove(OTHER_ID), { code: "bad-options" });

    assert.deepEqual(handled.sort(), [`${BOT_ID}:two`, `${OTHER_ID}:one`].sort());
  });

  it("leave what is pending, and go on with it when they are added again", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    await ground.start(handle);
    await ground.engine.bots.add(bot());
    for (const text of ["wait", "two", "three"]) await accept(OTHER_ID, text);
    await ground.until(() => ground.engine.stats().running === 1);
    const removed = await pass(ground.engine.bots.remove(OTHER_ID, { drainMs: 100 }));
    assert.deepEqual(removed, { finished: 0, aborted: 1 });
    await accept(BOT_ID, "meanwhile");
    await ground.until(() => ground.engine.stats().pending === 3);

    resolve();
    await ground.engine.bots.add(bot());
    await ground.settleAll(0);
    // The handler that was cut off has gone on by itself, and nothing that it did counts.
    const counted = handled.filter((one, at) => handled.indexOf(one) === at);
    const own = ["wait", "two", "three"].map((text) => `${OTHER_ID}:${text}`);
    assert.deepEqual(counted, [`${BOT_ID}:meanwhile`, ...own]);
    assert.equal(ground.engine.stats().handled, 4);
  });

  it("let their attempts end before they go", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    await ground.start(handle);
    const stopped: string[] = [];
    const stop = async (): Promise<void> => void stopped.push(...handled);
    await ground.engine.bots.add(bot(OTHER_ID, { stop }));
    await accept(OTHER_ID, "wait");
    await ground.until(() => ground.engine.stats().running === 1);
    const removing = ground.engine.bots.remove(OTHER_ID);
    await ground.quiet();
    await assert.rejects(accept(OTHER_ID, "late"), { code: "bad-options" });
    resolve();

    assert.deepEqual(await pass(removing), { finished: 1, aborted: 0 });
    assert.deepEqual(stopped, [`${OTHER_ID}:wait`]);
  });

  it("go on with what was cut short, though they come back before that is written", async () => {
    const { promise: written, resolve: write } = Promise.withResolvers<void>();
    await ground.start(handle);
    const { store } = ground;
    const settle = store.settle.bind(store);
    let isWriting = false;
    store.settle = async (settlement) => {
      isWriting = settlement.ending.to === "taken-back";
      if (isWriting) await written;
      return settle(settlement);
    };
    gate = new Promise(() => {});
    await ground.engine.bots.add(bot());
    await accept(OTHER_ID, "wait");
    await ground.until(() => ground.engine.stats().running === 1);
    const removing = pass(ground.engine.bots.remove(OTHER_ID, { drainMs: 0 }));
    assert.deepEqual(await removing, { finished: 0, aborted: 1 });
    assert.equal(isWriting, true);
    gate = Promise.resolve();
    await ground.engine.bots.add(bot());
    write();
    await ground.settleAll(0);

    assert.deepEqual(handled, [`${OTHER_ID}:wait`]);
  });

  it("go on with what was being counted when they were removed", async () => {
    const { promise: counted, resolve: count } = Promise.withResolvers<void>();
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    await ground.start(handle, { concurrencyMax: 1 });
    const { store } = ground;
    const begin = store.begin.bind(store);
    let isCounting = false;
    store.begin = async (attempt) => {
      isCounting = true;
      await counted;
      return begin(attempt);
    };
    await ground.engine.bots.add(bot());
    await accept(BOT_ID, "wait");
    await accept(OTHER_ID, "one");
    resolve();
    await ground.until(() => isCounting);
    await pass(ground.engine.bots.remove(OTHER_ID, { drainMs: 0 }));
    count();
    await ground.quiet();
    await ground.engine.bots.add(bot());
    await ground.settleAll(0);

    assert.deepEqual(handled, [`${BOT_ID}:wait`, `${OTHER_ID}:one`]);
    assert.equal(ground.engine.stats().parked, 0);
  });

  it("go on with what waited to run again when they were removed", async () => {
    await ground.start(handle);
    const { store } = ground;
    const settle = store.settle.bind(store);
    let conflicts = 0;
    store.settle = async (settlement) => {
      if (settlement.ending.to !== "done" || conflicts > 0) return settle(settlement);
      conflicts += 1;
      return "conflict";
    };
    await ground.engine.bots.add(bot());
    await accept(OTHER_ID, "one");
    await ground.until(() => conflicts === 1);
    await pass(ground.engine.bots.remove(OTHER_ID, { drainMs: 0 }));
    await ground.engine.bots.add(bot());
    await ground.settleAll();

    assert.deepEqual(handled, [`${OTHER_ID}:one`, `${OTHER_ID}:one`]);
    assert.equal(ground.engine.stats().parked, 0);
  });

  it("find what was pending before a restart, though they are added late", async () => {
    gate = new Promise(() => {});
    await ground.start(handle);
    await ground.engine.bots.add(bot());
    await accept(OTHER_ID, "wait");
    await ground.until(() => ground.engine.stats().running === 1);
    await ground.crash();
    gate = Promise.resolve();
    await ground.start(handle);
    await accept(BOT_ID, "first");
    await ground.until(() => handled.length === 1);
    await ground.engine.bots.add(bot());
    await ground.settleAll(0);

    assert.deepEqual(handled, [`${BOT_ID}:first`, `${OTHER_ID}:wait`]);
  });

  it("have their timers and events wait for them, too", async () => {
    await ground.start(handle);
    await ground.engine.bots.add(
      bot(OTHER_ID, {
        handle: async (invocation) => {
          await handle(invocation);
          const { update: own, timers } = invocation;
          const body = { data: null, emitted_at_ms: 0, chat: own.message?.chat };
          const timer = { key: "t", name: "t", due_at_ms: 0, set_at_ms: 0 };
          const raised = { update_id: 0, "event:reminder": { ...body, timer } } as never;
          const emission = { update: raised, key: undefined, lane: undefined };
          if (own.message) timers.write("t", { dueAtMs: ground.clock.now() + 500, emission });
          return { status: "handled", handler: "test" };
        },
      }),
    );
    await accept(OTHER_ID, "set");
    await ground.settleAll(0);
    await pass(ground.engine.bots.remove(OTHER_ID));
    const emitted = ground.engine.emit(reminder, null, { botId: OTHER_ID });
    await assert.rejects(emitted, { code: "bad-options" });
    ground.clock.advance(1_000);
    await ground.until(() => ground.engine.stats().timersFired === 1);
    await ground.quiet();
    assert.deepEqual(handled, [`${OTHER_ID}:set`]);
    await ground.engine.bots.add(bot());
    await ground.settleAll(0);

    assert.deepEqual(handled, [`${OTHER_ID}:set`, `${OTHER_ID}:event`]);
  });

  it("that cannot start are not there, and can be added once more", async () => {
    await ground.start(handle);
    const start = (): Promise<void> => Promise.reject(new Error("no"));
    const adding = ground.engine.bots.add(bot(OTHER_ID, { start }));
    await assert.rejects(adding, { code: "start-hook-failed" });
    await assert.rejects(accept(OTHER_ID, "early"), { code: "bad-options" });
    await ground.engine.bots.add(bot());
    await accept(OTHER_ID, "one");
    await ground.settleAll(0);

    assert.deepEqual(handled, [`${OTHER_ID}:one`]);
    await ground.engine.stop();
    await assert.rejects(ground.engine.bots.add(bot(9)), { code: "stopping" });
    await assert.rejects(ground.engine.bots.remove(OTHER_ID), { code: "stopping" });
  });

  it("that were still starting when the engine stopped are stopped, too", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const hooks: string[] = [];
    await ground.start(handle);
    const adding = ground.engine.bots.add(
      bot(OTHER_ID, {
        start: async () => {
          await promise;
          hooks.push("started");
        },
        stop: async () => void hooks.push("stopped"),
      }),
    );
    await ground.engine.stop();
    resolve();
    await assert.rejects(adding, { code: "stopping" });
    assert.deepEqual(hooks, ["started", "stopped"]);
    assert.equal(ground.clock.waiting, 0);
  });
});
