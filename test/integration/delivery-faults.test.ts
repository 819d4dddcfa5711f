import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import { createBotApi } from "@hookgram/bot-api";
import { createSqliteStore, listen, type ListenHandle, type Store } from "@hookgram/runtime";
import type { DispatchOutcome, Invocation } from "hookgram";

import {
  deliver,
  messageUpdate,
  type WebhookAnswer,
} from "../../packages/runtime/test/webhook-client.ts";

const SECRET = "delivery-faults-secret";
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const ME = { id: 42, is_bot: true, first_name: "Bot" } as const;

interface Ground extends AsyncDisposable {
  readonly handle: ListenHandle;
  readonly post: (update: unknown) => Promise<WebhookAnswer>;
  /** Resolves when nothing is pending any more. */
  readonly settled: () => Promise<void>;
}

/** A bot behind its own HTTP server. `open` makes the store for the path of a file. */
async function openGround(
  handleUpdate: (invocation: Invocation) => unknown,
  { open, folder }: { open?: (path: string) => Store; folder?: string } = {},
): Promise<Ground> {
  const place = folder ?? mkdtempSync(join(tmpdir(), "hookgram-delivery-"));
  const path = join(place, "bot.sqlite");
  const handle = listen({
    bot: {
      allowedUpdates: ["message", "callback_query"],
      async handle(invocation): Promise<DispatchOutcome> {
        await handleUpdate(invocation);
        return { status: "handled", handler: "test" };
      },
    },
    api: createBotApi({ token: `42:${"A".repeat(35)}`, apiRoot: "http://127.0.0.1:9" }),
    botId: ME.id,
    me: ME as never,
    store: open?.(path) ?? createSqliteStore({ path }),
    secret: SECRET,
    path: "/hook",
    host: "127.0.0.1",
    port: 0,
    attemptsMax: 2,
    retryDelayMs: 1,
    logger: SILENT,
  });
  await handle.ready;
  const target = { port: handle.port()!, path: "/hook", secret: SECRET };
  return {
    handle,
    post: (update) => deliver(target, update),
    async settled() {
      while (handle.stats().engine!.pending > 0) await nextTurn();
    },
    async [Symbol.asyncDispose]() {
      await handle.stop({ drainMs: 0 });
      if (folder === undefined) rmSync(place, { recursive: true });
    },
  };
}

function press(updateId: number, chatId: number): object {
  const { message } = messageUpdate(1, "hi", chatId);
  const callback_query = { id: `${updateId}`, from: message.from, message, chat_instance: "1" };
  return { update_id: updateId, callback_query };
}

function chatOf({ update }: Invocation): number {
  return (update.message ?? update.callback_query!.message!).chat.id;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The same store, whose commits of new updates begin when `gate` opens. */
function heldStore(store: Store, gate: Promise<void>, whenAsked: () => void): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const method = value.bind(target) as (...args: unknown[]) => unknown;
      if (name !== "accept") return method;
      return async (...args: unknown[]) => {
        whenAsked();
        await gate;
        return method(...args);
      };
    },
  });
}

describe("what Telegram sends at a bad moment", () => {
  it("answers a repetition of what is being committed only with its commit, and handles it once", async () => {
    const gate = Promise.withResolvers<void>();
    const both = Promise.withResolvers<void>();
    let asked = 0;
    const handled: number[] = [];
    const open = (path: string): Store =>
      heldStore(createSqliteStore({ path }), gate.promise, () => {
        asked += 1;
        if (asked === 2) both.resolve();
      });
    await using ground = await openGround(({ update }) => handled.push(update.update_id), { open });
    let answered = 0;
    const answers = [1, 2].map(() =>
      ground.post(messageUpdate(7)).finally(() => {
        answered += 1;
      }),
    );
    await both.promise;
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    assert.equal(answered, 0);
    gate.resolve();
    assert.deepEqual(
      (await Promise.all(answers)).map(({ status }) => status),
      [200, 200],
    );
    await ground.settled();
    assert.deepEqual(handled, [7]);
  });

  it("handles a message and a button of one chat one after the other, in the order of the answers", async () => {
    const chats = Array.from({ length: 150 }, (_, at) => at + 1);
    const running = new Set<number>();
    const handled = new Map<number, number[]>();
    const overlaps: number[] = [];
    await using ground = await openGround(async (invocation) => {
      const chat = chatOf(invocation);
      if (running.has(chat)) overlaps.push(chat);
      running.add(chat);
      await nextTurn();
      handled.set(chat, [...(handled.get(chat) ?? []), invocation.update.update_id]);
      running.delete(chat);
    });
    for (const chat of chats) {
      // Telegram keeps them in two queues: they come at the same moment, or in either order.
      const message = [messageUpdate(chat * 10, "hi", chat), press(chat * 10 + 1, chat)];
      if (chat % 3 === 0) await Promise.all(message.map((update) => ground.post(update)));
      else
        for (const update of chat % 3 === 1 ? message : message.toReversed())
          await ground.post(update);
    }
    await ground.settled();
    assert.deepEqual(overlaps, []);
    const operator = ground.handle.operator();
    const placeOf = async (updateId: number): Promise<number> =>
      (await operator.record({ botId: ME.id, updateId }))!.seq;
    for (const chat of chats) {
      const [message, button] = [chat * 10, chat * 10 + 1];
      // Of two that were posted together only the store knows which one it took first.
      const isMessageFirst =
        chat % 3 === 0 ? (await placeOf(message)) < (await placeOf(button)) : chat % 3 === 1;
      const expected = isMessageFirst ? [message, button] : [button, message];
      assert.deepEqual(handled.get(chat), expected, `chat ${chat}`);
    }
  });

  it("answers 200 to poison in a hundred chats, parks it with its reason, and handles the rest", async () => {
    const handled: number[] = [];
    await using ground = await openGround((invocation) => {
      if (invocation.update.message!.text === "poison") throw new Error("cannot digest");
      handled.push(chatOf(invocation));
    });
    const chats = Array.from({ length: 200 }, (_, at) => at + 1);
    const answers = await Promise.all(
      chats.map((chat) => ground.post(messageUpdate(chat, chat <= 100 ? "poison" : "hi", chat))),
    );
    assert.ok(answers.every(({ status }) => status === 200));
    await ground.settled();
    const parked = await ground.handle.operator().parked({ limit: 1_000 });
    assert.equal(parked.length, 100);
    assert.ok(parked.every(({ reason, error }) => reason === "failed" && error.includes("digest")));
    assert.deepEqual(
      handled.toSorted((a, b) => a - b),
      chats.slice(100),
    );
  });

  it("answers 503 on a full disk, never 200 to what it cannot keep, and goes on when there is room", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hookgram-full-"));
    const handled: number[] = [];
    const text = "x".repeat(4_000);
    const open = (path: string): Store => createSqliteStore({ path, sizeMaxBytes: 300_000 });
    const kept: number[] = [];
    let refused: WebhookAnswer | undefined;
    {
      await using full = await openGround(() => new Promise(() => {}), { folder, open });
      for (let updateId = 1; refused === undefined; updateId += 1) {
        assert.ok(updateId < 1_000, "nothing is refused");
        const answer = await full.post(messageUpdate(updateId, text, updateId));
        if (answer.status === 200) kept.push(updateId);
        else refused = answer;
      }
    }
    assert.equal(refused.status, 503);
    assert.ok(Number(refused.headers["retry-after"]) <= 5);
    {
      await using roomy = await openGround(({ update }) => handled.push(update.update_id), {
        folder,
      });
      // Telegram repeats what was refused.
      assert.equal((await roomy.post(messageUpdate(kept.length + 1, text, 1))).status, 200);
      await roomy.settled();
    }
    assert.ok(kept.length > 10);
    assert.deepEqual(
      handled.toSorted((a, b) => a - b),
      [...kept, kept.length + 1],
    );
    rmSync(folder, { recursive: true });
  });
});
