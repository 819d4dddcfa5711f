import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Bot, eventKind, toEmission } from "hookgram";

import { EngineGround, type Handle } from "../../test/engine-ground.ts";

const ping = eventKind("ping");
const ofChat = (chat: number, lane?: string) => ({ chat, lane, nowMs: 0 });

describe("own events in the engine", () => {
  let ground: EngineGround;
  let handled: unknown[];

  /** Writes down what comes: the text of a message, the data of an event. */
  const note: Handle = ({ update }) => {
    const event = (update as Record<string, { data?: unknown } | undefined>)["event:ping"];
    handled.push(event === undefined ? update.message?.text : event.data);
  };

  beforeEach(() => {
    ground = new EngineGround();
    handled = [];
  });
  afterEach(() => ground.close());

  it("are handled once per key, in the lane of their chat", async () => {
    const engine = await ground.start(note);
    assert.equal(await engine.emit(ping, 1, { chat: 5, key: "a" }), "stored");
    await engine.accept(ground.message(5, "two"));
    assert.equal(await engine.emit(ping, 9, { chat: 5, key: "a" }), "duplicate");
    await engine.emit(ping, 3, { chat: 5 });
    await ground.settleAll();

    assert.deepEqual(handled, [1, "two", 3]);
  });

  it("wait behind what their lane is at, and nothing else", async () => {
    const gates = new Map<string, () => void>();
    const engine = await ground.start(async (invocation) => {
      if (invocation.update.message !== undefined)
        await new Promise<void>((resolve) => gates.set("message", resolve));
      await note(invocation);
    });
    await engine.accept(ground.message(5, "slow"));
    await engine.emit(ping, "same lane", { chat: 5 });
    await engine.emit(ping, "by lane", { lane: `7:5` });
    await engine.emit(ping, "elsewhere", { chat: 6 });
    await engine.emit(ping, "anywhere");
    await ground.until(() => handled.length === 2);
    assert.deepEqual(new Set(handled), new Set(["anywhere", "elsewhere"]));
    gates.get("message")!();
    await ground.settleAll();

    assert.deepEqual(handled.slice(2), ["slow", "same lane", "by lane"]);
  });

  it("come after the handler that emits them, before later messages of the chat", async () => {
    const engine = await ground.start(async (invocation) => {
      await note(invocation);
      if (invocation.update.message?.text !== "one") return;
      invocation.emit(await toEmission(ping, "two", ofChat(5)));
      await engine.accept(ground.message(5, "later"));
    });
    await engine.accept(ground.message(5, "one"));
    await ground.settleAll();

    // The message was stored while the handler ran, so it is older than the event.
    assert.deepEqual(handled, ["one", "later", "two"]);
  });

  it("of an attempt that fails do not exist", async () => {
    const engine = await ground.start(async (invocation) => {
      await note(invocation);
      if (invocation.update.message === undefined) return;
      invocation.emit(await toEmission(ping, invocation.attempt, ofChat(6)));
      if (invocation.attempt === 1) throw new Error("boom");
    });
    await engine.accept(ground.message(5, "one"));
    await ground.settleAll();

    assert.deepEqual(handled, ["one", "one", 2]);
  });

  it("survive a process that dies right after the commit", async () => {
    const engine = await ground.start(async ({ emit, update }) => {
      if (update.message !== undefined) emit(await toEmission(ping, "after", ofChat(6)));
      else await new Promise(() => {});
    });
    await engine.accept(ground.message(5));
    await ground.until(() => engine.stats().handled === 1);
    await ground.crash();
    await ground.start(note);
    await ground.settleAll();

    assert.deepEqual(handled, ["after"]);
  });

  it("run a bot's handlers, with emit and state", async () => {
    const bot = new Bot();
    bot.message(({ emit }) => emit(ping, { n: 1 }));
    bot.on(ping, ({ event, chat }) => {
      handled.push(event.data, chat?.id);
    });
    const engine = await ground.start((invocation) => bot.handle(invocation));
    await engine.accept(ground.message(5));
    await ground.settleAll();

    assert.deepEqual(handled, [{ n: 1 }, 5]);
  });

  it("are refused beyond a thousand per attempt", async () => {
    const engine = await ground.start(
      async ({ emit }) => {
        const emission = await toEmission(ping, 1, ofChat(6));
        for (let at = 0; at <= 1_000; at += 1) emit(emission);
      },
      { attemptsMax: 1 },
    );
    await engine.accept(ground.message(5));
    await ground.settleAll();

    assert.match((await engine.operator.parked())[0]!.error, /1000 events at most/);
  });
});
