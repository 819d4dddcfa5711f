import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, it } from "node:test";
import { type Clock, createBotApi, systemClock, wrapBotApi } from "@hookgram/bot-api";
import { Bot, eventKind, states } from "hookgram";

import { describeOnStores } from "../../test/describe-on-stores.ts";
import { recordingLogger } from "../../test/recording-logger.ts";
import { TestBot } from "../../test/test-bot.ts";
import { deliver, messageUpdate } from "../../test/webhook-client.ts";
import { type BotsHandle, type BotsOptions, mountBots } from "./mount-bots.ts";
import type { WebhookOptions } from "./webhook-host.ts";

const ping = eventKind("ping");
const { greeted } = states("form", { greeted: null });

describeOnStores("bots that share an engine", (makeGround) => {
  let folder: string;
  let bots: BotsHandle;
  let makeStore: () => NonNullable<BotsOptions["store"]>;
  let server: ReturnType<typeof createServer>;

  const optionsOf = (id: number, bot: WebhookOptions["bot"]): WebhookOptions => ({
    bot,
    token: `${id}:${"x".repeat(35)}`,
    me: { id, is_bot: true, first_name: "Bot", username: `bot_${id}` },
    secret: `secret-${id}`,
    logger: recordingLogger(),
  });

  async function add(id: number, bot: WebhookOptions["bot"], more: Partial<WebhookOptions> = {}) {
    const handle = bots.add({ ...optionsOf(id, bot), ...more });
    await handle.ready;
    return handle;
  }

  async function post(id: number, updateId: number, text?: string): Promise<number> {
    const { port } = server.address() as AddressInfo;
    const path = bots.get(id)?.path ?? "/gone";
    return (await deliver({ port, path, secret: `secret-${id}` }, messageUpdate(updateId, text)))
      .status;
  }

  function open(options: BotsOptions = {}): void {
    bots = mountBots({ store: makeStore(), logger: recordingLogger(), ...options });
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hookgram-shared-"));
    const make = makeGround();
    makeStore = make ?? (() => join(folder, "bots.sqlite"));
    open();
    server = createServer((request, response) => bots.listener(request, response));
    return new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  });
  afterEach(async () => {
    await bots.stop({ drainMs: 0 });
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  it("have updates, secrets and states of their own", async () => {
    const seen: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const shared = new Bot();
    shared.message(greeted, ({ me }) => void seen.push(`${me.id} again`));
    shared.message(async ({ me, state }) => {
      await state.enter(greeted);
      if (seen.push(`${me.id} first`) === 2) resolve();
    });
    await Promise.all([add(1, shared), add(2, shared)]);
    const { port } = server.address() as AddressInfo;
    const wrong = { port, path: bots.get(1)!.path, secret: "secret-2" };
    assert.equal((await deliver(wrong, messageUpdate(7))).status, 401);
    // The same update id in the same chat is another update at another bot.
    assert.deepEqual([await post(1, 7), await post(2, 7)], [200, 200]);
    await promise;
    assert.deepEqual(seen.sort(), ["1 first", "2 first"]);
  });

  it("say when other nodes do not have the secret that was made for them", async () => {
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      const logger = recordingLogger();
      await add(1, new TestBot(), { secret: undefined, logger });
      const warnings = logger.lines.filter((line) => /other nodes do not have/.test(line));
      assert.equal(warnings.length, makeGround() === undefined ? 0 : 1);
      assert.ok(warnings.every((line) => line.includes("webhook-secret-1")));
      await add(2, new TestBot(), { logger });
      assert.equal(logger.lines.filter((line) => line.includes("webhook-secret-2")).length, 0);
    } finally {
      process.chdir(cwd);
    }
  });

  it("come and go; what is pending stays, also over a restart", async () => {
    const held = new TestBot();
    held.gate = new Promise(() => {});
    const stays = new TestBot();
    await add(1, stays);
    const leaves = await add(2, held);
    assert.equal(await post(2, 7), 200);
    await held.until(() => held.begun.length === 1);
    assert.deepEqual(await leaves.stop({ drainMs: 0 }), { finished: 0, aborted: 1, left: 1 });
    assert.equal(await post(2, 8), 404);
    assert.equal(await post(1, 7), 200);
    await stays.until(() => stays.handledIds.length === 1);

    await bots.stop();
    open();
    const back = new TestBot();
    await add(1, new TestBot());
    await add(2, back);
    await back.until(() => back.handledIds.length === 1);
    assert.equal(back.begun[0]?.me.id, 2);
  });

  it("speak for themselves by their handles", async () => {
    const seen: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const shared = new Bot();
    shared.on(ping, ({ me }) => {
      if (seen.push(`ping ${me.id}`) === 2) resolve();
    });
    const client = createBotApi({ token: `2:${"x".repeat(35)}` });
    const sent = Promise.withResolvers<void>();
    const api = wrapBotApi(client, async (method) => {
      seen.push(`2 ${method}`);
      sent.resolve();
      return { message_id: 1 };
    });
    await add(1, shared);
    const second = await add(2, shared, { api, botId: 2 });
    await second.outbox().enqueue("sendMessage", { chat_id: 5, text: "Hello" });
    await sent.promise;
    await second.emit(ping, null);
    await bots.get(1)!.emit(ping, null);
    await promise;
    assert.deepEqual(seen.slice(0, 1), ["2 sendMessage"]);
    assert.deepEqual(seen.slice(1).sort(), ["ping 1", "ping 2"]);
    assert.deepEqual(await second.operator().parked(), []);
  });

  it("leave what concerns all of them to the mount", async () => {
    assert.throws(() => bots.add({ ...optionsOf(1, new TestBot()), attemptsMax: 3 }), {
      code: "bad-options",
      message: /^attemptsMax is the shared engine's; give it to mountBots/,
    });
    const refuses = Object.assign(new TestBot(), { start: () => Promise.reject(new Error("no")) });
    await assert.rejects(add(2, refuses), { code: "start-hook-failed" });
    const taken = new TestBot();
    await add(2, taken);
    assert.equal(await post(2, 7), 200);
    await taken.until(() => taken.handledIds.length === 1);
  });

  it("cost no timer each while nothing happens", async () => {
    await bots.stop();
    let waiting = 0;
    const counting: Clock = {
      ...systemClock,
      after(delayMs, task) {
        waiting += 1;
        let isOver = false;
        const end = (): void => {
          if (!isOver) waiting -= 1;
          isOver = true;
        };
        const cancel = systemClock.after(delayMs, () => (end(), task()));
        return () => (end(), cancel());
      },
    };
    open({ clock: counting });
    const shared = new Bot();
    const addSome = (from: number, to: number) =>
      Promise.all(
        Array.from({ length: to - from }, (_, at) => add(from + at, shared, { clock: counting })),
      );
    await addSome(1, 11);
    const withTen = waiting;
    await addSome(11, 111);
    // What the engine and its store wait for changes by the moment, and not with the bots.
    assert.ok(waiting <= withTen + 5, `${withTen} timers for 10 bots, ${waiting} for 110`);
    assert.equal(bots.list().size, 110);
  });
});
