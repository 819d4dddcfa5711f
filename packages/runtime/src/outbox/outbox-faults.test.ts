import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { BOT_ID, chatOf } from "../../test/engine-ground.ts";
import { waitUntil } from "../../test/fair-watch.ts";
import { numbered } from "../../test/counting-node.ts";
import { type CutMoment, PostgresProxy } from "../../test/postgres-proxy.ts";
import { PostgresServer } from "../../test/postgres-server.ts";
import { ME, ok, type ScriptedTelegram, scriptTelegram } from "../../test/scripted-telegram.ts";
import { createEngine } from "../engine/create-engine.ts";
import type { Engine } from "../engine/engine.ts";
import { createPostgresStore } from "../store/postgres/postgres-store.ts";

/** As many as a message and the commit of its handler take, and so many as a send takes. */
const STATEMENTS = 15;

describe("an outbox between which and its PostgreSQL server connections are cut", () => {
  let server: PostgresServer;
  let telegram: ScriptedTelegram;
  /** What happens when Telegram gets the first message for a chat. */
  const whenCalled = new Map<unknown, () => void>();
  const engines: Engine[] = [];
  const proxies: PostgresProxy[] = [];

  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server.remove());
  beforeEach(async () => {
    telegram = await scriptTelegram(({ params }) => {
      whenCalled.get(params["chat_id"])?.();
      whenCalled.delete(params["chat_id"]);
      return ok({ message_id: 1, date: 1, chat: { id: params["chat_id"] } });
    });
  });
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.stop({ drainMs: 0 })));
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
    await telegram.close();
  });

  /** A bot that enqueues what it hears for the same chat. */
  async function start(proxy: PostgresProxy): Promise<Engine> {
    const engine = createEngine({
      store: createPostgresStore({ url: proxy.through(server.url), schema: server.newSchema() }),
      bots: [
        {
          id: BOT_ID,
          me: ME as never,
          api: telegram.api,
          handler: {
            allowedUpdates: [],
            handle(invocation) {
              const text = invocation.update.message!.text!;
              invocation.outbox.send("sendMessage", { chat_id: chatOf(invocation), text });
              return Promise.resolve({ status: "handled", handler: "echo" });
            },
          },
        },
      ],
      outbox: { limits: { perSecond: 1_000 } },
    });
    engines.push(engine);
    await engine.start();
    return engine;
  }

  async function deliver(engine: Engine, chatId: number, number: number): Promise<void> {
    const update = numbered(chatId, number);
    while ((await engine.accept(update).catch(() => undefined)) === undefined) await delay(10);
  }

  const textsOf = (chatId: number): string[] =>
    telegram.calls
      .filter(({ params }) => params["chat_id"] === chatId)
      .map((it) => String(it.params["text"]));

  /** What of this chat is known as sent; nothing, if the store cannot say. */
  async function sentTo(engine: Engine, chatId: number) {
    const sends = await engine.outbox.sends({ state: "sent", limit: 4 }).catch(() => []);
    return sends.filter((send) => send.chatId === chatId);
  }

  /** `isSending`: of those that follow a call of Telegram, not of those that follow a message. */
  async function cutEveryStatement(
    moment: CutMoment,
    { isSending, firstChat }: { readonly isSending: boolean; readonly firstChat: number },
  ): Promise<number> {
    const proxy = await PostgresProxy.start(server.port);
    proxies.push(proxy);
    const engine = await start(proxy);
    let cuts = 0;
    for (let statement = 1; statement <= STATEMENTS; statement += 1) {
      const chatId = firstChat + statement;
      const arm = (): void => proxy.cutAt(statement, moment);
      if (isSending) whenCalled.set(chatId, arm);
      else arm();
      await deliver(engine, chatId, 1);
      await deliver(engine, chatId, 2);
      await waitUntil(async () => (await sentTo(engine, chatId)).length === 2);
      if (!proxy.isArmed) cuts += 1;
      proxy.disarm();
      const texts = textsOf(chatId);
      assert.deepEqual([...new Set(texts)], ["1", "2"], `cut at ${statement}`);
      assert.ok(texts.lastIndexOf("1") < texts.indexOf("2"), `cut at ${statement}`);
      const doubtful = (await sentTo(engine, chatId)).filter(({ doubts }) => doubts > 0);
      assert.ok(texts.length <= 2 + doubtful.length, `cut at ${statement}: ${texts.join()}`);
    }
    return cuts;
  }

  it("sends everything once and in order, whichever statement is cut at either end", async (t) => {
    const cuts = await Promise.all([
      cutEveryStatement("asked", { isSending: false, firstChat: 1_000 }),
      cutEveryStatement("answered", { isSending: false, firstChat: 2_000 }),
      cutEveryStatement("asked", { isSending: true, firstChat: 3_000 }),
      cutEveryStatement("answered", { isSending: true, firstChat: 4_000 }),
    ]);
    t.diagnostic(`${cuts.join(", ")} cuts, ${telegram.calls.length} calls`);
    for (const count of cuts) assert.ok(count > STATEMENTS / 2, `${count} cuts`);
  });
});
