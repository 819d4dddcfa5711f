import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { Bot } from "hookgram";

import { describeOnStores } from "../../test/describe-on-stores.ts";
import { EngineGround, type EngineGroundOptions } from "../../test/engine-ground.ts";

describeOnStores("albums in the engine", (makeGround) => {
  let ground: EngineGround;
  /** An album as the ids of its parts, a message that came alone as its text. */
  let handled: unknown[];
  let refusing: boolean;
  let gate: Promise<void>;

  async function start(options: EngineGroundOptions = {}): Promise<void> {
    const bot = new Bot();
    bot.album(({ album }) => {
      if (refusing) throw new Error("the shop is closed");
      const ids = album.parts.map(({ message_id }) => message_id);
      handled.push(album.isLate ? ["late", ...ids] : ids);
    });
    bot.message(async ({ message }) => {
      await gate;
      handled.push(message.text);
    });
    await ground.start((invocation) => bot.handle(invocation), options);
  }

  async function receive(messageId: number, fields: object): Promise<void> {
    const from = { id: 5, is_bot: false, first_name: "P" };
    const chat = { id: 5, type: "private" };
    const message = { message_id: messageId, date: 1, chat, from, ...fields };
    await ground.engine.accept(ground.update({ message }));
  }

  const acceptPart = (messageId: number): Promise<void> =>
    receive(messageId, { media_group_id: "13", photo: [] });

  async function part(messageId: number): Promise<void> {
    await acceptPart(messageId);
    await ground.settleAll(0);
  }

  async function pass(ms: number): Promise<void> {
    ground.clock.advance(ms);
    await ground.quiet();
    await ground.settleAll(0);
  }

  /** After a restart, a node learns of timers by its heartbeat, which goes by real time. */
  async function passAfterRestart(ms: number): Promise<void> {
    ground.clock.advance(ms);
    await ground.until(() => {
      ground.clock.advance(0);
      return ground.engine.stats().timersFired === 1;
    });
    await ground.settleAll(0);
  }

  /** As if the process had been killed now. */
  async function restart(): Promise<void> {
    await ground.crash();
    await start();
    await ground.settleAll(0);
  }

  beforeEach(() => {
    ground = new EngineGround(makeGround());
    handled = [];
    refusing = false;
    gate = Promise.resolve();
  });
  afterEach(() => ground.close());

  it("are handled once, as one", async () => {
    await start();
    for (const id of [2, 1, 3]) {
      await part(id);
      await pass(500);
    }
    assert.deepEqual(handled, []);
    await pass(500);
    await pass(60_000);

    assert.deepEqual(handled, [[1, 2, 3]]);
    assert.equal(ground.engine.stats().timersFired, 1);
  });

  it("survive a process that dies between their parts, and before they are handed over", async () => {
    await start();
    await acceptPart(1);
    await restart();
    await part(2);
    await restart();
    assert.deepEqual(handled, []);
    await passAfterRestart(1_000);

    assert.deepEqual(handled, [[1, 2]]);
  });

  it("are handed over at the next start when the process was down at the time", async () => {
    await start();
    await part(1);
    await ground.crash();
    ground.clock.advance(86_400_000);
    await start();
    await passAfterRestart(0);

    assert.deepEqual(handled, [[1]]);
  });

  it("are overtaken by what is written while they wait, and by nothing that comes later", async () => {
    await start();
    await part(1);
    await receive(2, { text: "first" });
    await ground.settleAll(0);
    await pass(1_000);
    await receive(3, { text: "second" });
    await pass(0);

    assert.deepEqual(handled, ["first", [1], "second"]);
  });

  it("wait for the parts that stand in a lane that is busy", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    await start();
    await part(1);
    await receive(2, { text: "slow" });
    await acceptPart(3);
    // The album is due while its second part waits for the handler of the text.
    ground.clock.advance(5_000);
    await ground.quiet();
    resolve();
    await ground.settleAll(0);
    assert.deepEqual(handled, ["slow"]);
    await pass(1_000);

    assert.deepEqual(handled, ["slow", [1, 3]]);
  });

  it("have late parts as an event of their own", async () => {
    await start();
    await part(1);
    await pass(1_000);
    await part(2);
    await restart();
    await passAfterRestart(1_000);

    assert.deepEqual(handled, [[1], ["late", 2]]);
  });

  it("become a dead letter with all their parts, which can be replayed", async () => {
    await start({ attemptsMax: 1 });
    refusing = true;
    await part(1);
    await part(2);
    await pass(1_000);
    await ground.settleAll();
    const [letter] = await ground.engine.operator.parked();
    assert.match(letter?.error ?? "", /bot\/album#1 failed: the shop is closed/);
    assert.deepEqual(handled, []);

    refusing = false;
    await ground.engine.operator.replay(letter!.seq);
    await ground.settleAll(0);
    assert.deepEqual(handled, [[1, 2]]);
  });

  it("need no lane to be complete", async () => {
    await start({ laneKey: () => null });
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(acceptPart));
    await ground.settleAll();
    await pass(1_000);

    assert.deepEqual(handled, [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]);
  });
});
