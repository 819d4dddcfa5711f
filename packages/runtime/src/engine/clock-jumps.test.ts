import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Invocation } from "hookgram";

import { chatOf, EngineGround } from "../../test/engine-ground.ts";

const HOUR_MS = 3_600_000;
const RETRY_DELAY_MS = 1_000;
const CHATS = [1, 2, 3, 4, 5];

/** Somebody sets the machine's clock while lanes wait, attempts run and updates come in. */
describe("a wall clock that jumps", () => {
  let ground: EngineGround;
  let handled: number[];
  beforeEach(() => {
    ground = new EngineGround();
    handled = [];
  });
  afterEach(() => ground.close());

  /** The first attempt at each update fails. */
  const handle = ({ update, attempt }: Invocation): void => {
    if (attempt === 1) throw new Error("first");
    handled.push(update.update_id);
  };
  const start = () => ground.start(handle, { retryDelayMs: RETRY_DELAY_MS });

  /** Two messages per chat, of which the first waits for its second attempt. */
  async function write(): Promise<number[]> {
    const updates = [...CHATS, ...CHATS].map((chatId) => ground.message(chatId));
    for (const update of updates) await ground.engine.accept(update);
    await ground.quiet();
    return updates.map(({ updateId }) => updateId!);
  }

  /** Everything is handled once, after about as much time as without the jump. */
  async function expectHandled(expected: readonly number[]): Promise<void> {
    for (let steps = 0; steps < 8; steps += 1) {
      ground.clock.advance(RETRY_DELAY_MS);
      await ground.quiet();
    }
    assert.deepEqual(
      handled.toSorted((a, b) => a - b),
      expected,
    );
    assert.equal(ground.engine.stats().pending, 0);
  }

  for (const [name, jumpMs] of [
    ["forwards", 3 * HOUR_MS],
    ["backwards", -3 * HOUR_MS],
  ] as const) {
    it(`${name} by hours holds up no lane and loses nothing`, async () => {
      await start();
      const before = await write();
      ground.clock.jump(jumpMs);
      const after = await write();
      await expectHandled([...before, ...after]);
    });

    it(`${name} by hours, before the process comes back, neither`, async () => {
      await start();
      const before = await write();
      await ground.crash();
      ground.clock.jump(jumpMs);
      await start();
      const after = await write();
      await expectHandled([...before, ...after]);
    });
  }

  it("backwards after it went forwards makes nobody wait longer than the policy says", async () => {
    const policy = { retryDelayMs: RETRY_DELAY_MS, retryDelayMaxMs: 2 * RETRY_DELAY_MS };
    let hasJumped = false;
    const jumpAndFail = (invocation: Invocation): void => {
      if (!hasJumped) ground.clock.jump(3 * HOUR_MS);
      hasJumped = true;
      handle(invocation);
    };
    await ground.start(jumpAndFail, policy);
    const before = await write();
    await ground.crash();
    ground.clock.jump(-3 * HOUR_MS);
    await ground.start(handle, policy);
    await expectHandled(before);
  });

  it("backwards leaves a lane in the order of acceptance", async () => {
    const order: number[] = [];
    await ground.start((invocation) => {
      assert.equal(chatOf(invocation), 1);
      order.push(invocation.update.update_id);
    });
    for (let count = 0; count < 10; count += 1) {
      await ground.engine.accept(ground.message(1));
      ground.clock.jump(-HOUR_MS);
    }
    await ground.settleAll();
    assert.deepEqual(order, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("forwards ends no attempt early, and backwards none late", async () => {
    const ends: string[] = [];
    await ground.start(
      ({ signal }: Invocation) => {
        signal.addEventListener("abort", () => ends.push((signal.reason as Error).name));
        return new Promise(() => {});
      },
      { attemptTimeoutMs: 10_000, attemptsMax: 1 },
    );
    await ground.engine.accept(ground.message(1));
    await ground.quiet();
    ground.clock.jump(HOUR_MS);
    ground.clock.advance(9_999);
    await ground.quiet();
    assert.deepEqual(ends, []);
    ground.clock.jump(-2 * HOUR_MS);
    ground.clock.advance(1);
    await ground.quiet();
    assert.deepEqual(ends, ["TimeoutError"]);
  });
});
