import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { BotApi } from "@hookgram/bot-api";
import type { HookContext, Invocation } from "hookgram";

import { EngineGround } from "../../test/engine-ground.ts";
import { RuntimeError } from "../error.ts";

describe("a bot's start and stop", () => {
  let ground: EngineGround;
  let log: string[];
  const handle = ({ update }: Invocation): void => void log.push(update.message!.text!);
  beforeEach(() => {
    ground = new EngineGround();
    log = [];
  });
  afterEach(() => ground.close());

  /** Leaves one update pending in the store. */
  async function leavePending(): Promise<void> {
    const engine = await ground.start(() => new Promise(() => {}));
    await engine.accept(ground.message(1, "pending"));
    await ground.crash();
  }

  it("get the bot's own client, who it is, a logger and a signal", async () => {
    const api = {} as BotApi;
    let found: HookContext | undefined;
    const start = async (context: HookContext): Promise<void> => void (found = context);
    await ground.start(handle, { api, hooks: { start } });
    assert.equal(found?.api, api);
    assert.equal(found.me.id, 7);
    assert.equal(found.logger, ground.logger);
    assert.equal(found.signal.aborted, false);
  });

  it("come before the first update, the pending ones included, and after the last", async () => {
    await leavePending();
    const ready = Promise.withResolvers<void>();
    const start = async (): Promise<void> => {
      await ready.promise;
      log.push("start");
    };
    const stop = async (): Promise<void> => void log.push("stop");
    const starting = ground.start(handle, { hooks: { start, stop } });
    await ground.quiet();
    assert.deepEqual(log, []);
    assert.equal(ground.engine.stats().state, "starting");
    await assert.rejects(ground.engine.accept(ground.message(1)), { code: "store-unavailable" });
    ready.resolve();
    const engine = await starting;
    await ground.settleAll();
    await engine.stop();
    assert.deepEqual(log, ["start", "pending", "stop"]);
  });

  it("fail the start in one line, and what is pending stays pending", async () => {
    await leavePending();
    const token = "123456:AAF0dummy-dummy-dummy-dummy-dummy12";
    const hooks = {
      start: () => Promise.reject(new Error(`no answer from /bot${token}/setMyCommands`)),
      stop: async () => void log.push("stop"),
    };
    await assert.rejects(ground.start(handle, { hooks }), (error) => {
      assert.ok(error instanceof RuntimeError);
      assert.equal(error.code, "start-hook-failed");
      assert.match(error.message, /^the bot could not start: no answer from /);
      assert.doesNotMatch(error.message, /AAF0dummy|\n/);
      return true;
    });
    assert.equal(ground.engine.stats().state, "stopped");
    assert.deepEqual(log, []);
    await ground.start(handle);
    await ground.settleAll();
    assert.deepEqual(log, ["pending"]);
  });

  it("are given up when the engine is stopped meanwhile", async () => {
    let seen: AbortSignal | undefined;
    const start = ({ signal }: HookContext): Promise<void> => {
      seen = signal;
      return new Promise(() => {});
    };
    const starting = ground.start(handle, { hooks: { start } });
    const refused = assert.rejects(starting, { code: "stopping" });
    await ground.until(() => seen !== undefined);
    assert.deepEqual(await ground.engine.stop(), { finished: 0, aborted: 0, left: 0 });
    await refused;
    assert.equal(seen?.aborted, true);
  });

  it("cannot hold the end up: a stop has the drain's time and half a second more", async () => {
    let begun = false;
    const stop = (): Promise<void> => {
      begun = true;
      return new Promise(() => {});
    };
    const engine = await ground.start(handle, { hooks: { stop } });
    let stopped = false;
    const stopping = engine.stop({ drainMs: 1_000 }).then(() => (stopped = true));
    await ground.until(() => begun);
    ground.clock.advance(1_499);
    await ground.quiet();
    assert.equal(stopped, false);
    ground.clock.advance(1);
    await stopping;
    assert.match(ground.logger.lines.join("\n"), /error the bot could not stop in order/);
  });

  it("have half a second for the stop when the attempts have taken all the time", async () => {
    const held = Promise.withResolvers<void>();
    let aborted = false;
    const stop = async ({ signal }: HookContext): Promise<void> => {
      await held.promise;
      aborted = signal.aborted;
      log.push("stop");
    };
    const engine = await ground.start(() => new Promise(() => {}), { hooks: { stop } });
    await engine.accept(ground.message(1));
    await ground.until(() => engine.stats().running === 1);
    const stopping = engine.stop({ drainMs: 0 });
    ground.clock.advance(0);
    await ground.quiet();
    ground.clock.advance(499);
    held.resolve();
    assert.equal((await stopping).aborted, 1);
    assert.deepEqual(log, ["stop"]);
    assert.equal(aborted, false);
  });
});
