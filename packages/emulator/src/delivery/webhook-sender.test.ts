import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { EmulatedBot } from "../../test/emulated-bot.ts";
import { OK, respond, ScriptedPeer } from "../../test/scripted-peer.ts";
import type { PeerAction } from "../../test/scripted-peer.ts";

const FAIL = respond("500 Internal Server Error");
const LATER = respond("503 Service Unavailable", { "Retry-After": "7" });

const ACTIONS: readonly PeerAction[] = [
  OK,
  OK,
  { ...OK, afterMs: 900 },
  FAIL,
  LATER,
  "end",
  "reset",
  { send: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n12", thenEnd: true },
  { send: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" },
  { send: "nonsense\r\n\r\n" },
];

interface Scenario {
  readonly connectionsMax: number;
  /** Chats of the updates, in the order in which they are queued. */
  readonly chats: readonly number[];
  /** What the peer does with the first requests; then it answers 200 for ever. */
  readonly actions: readonly PeerAction[];
  /** Seconds that pass after the first updates. */
  readonly pausesS: readonly number[];
}

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  connectionsMax: fc.integer({ min: 1, max: 6 }),
  chats: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 40 }),
  actions: fc.array(fc.constantFrom(...ACTIONS), { maxLength: 60 }),
  pausesS: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 10 }),
});

interface Delivery {
  readonly chat: number;
  readonly updateId: number;
  readonly isSuccess: boolean;
}

/** Runs a scenario to its end and returns all requests in the order in which they came. */
async function run(given: Scenario): Promise<{
  readonly deliveries: readonly Delivery[];
  readonly left: number;
}> {
  await using bot = await EmulatedBot.start();
  await using peer = new ScriptedPeer(bot.clock);
  await peer.up();
  const deliveries: Delivery[] = [];
  const actions = [...given.actions];
  peer.act = ({ body }) => {
    const performed = actions.shift() ?? OK;
    const update = JSON.parse(body) as { update_id: number; message: { chat: { id: number } } };
    const isSuccess = typeof performed === "object" && "send" in performed && is2xx(performed.send);
    deliveries.push({ chat: update.message.chat.id, updateId: update.update_id, isSuccess });
    return performed;
  };
  const url = `http://127.0.0.1:${peer.port}/`;
  await bot.call("setWebhook", { url, max_connections: given.connectionsMax });
  const pauses = [...given.pausesS];
  for (const chat of given.chats) {
    bot.publish("message", chat);
    const pauseS = pauses.shift();
    if (pauseS !== undefined) await bot.advance(pauseS);
  }
  await bot.advance(6_000);
  await peer.down();
  return { deliveries, left: bot.session.queue.size };
}

function is2xx(send: string | Uint8Array): boolean {
  const text = Buffer.from(send).toString("latin1");
  return text.startsWith("HTTP/1.1 200") && !text.endsWith("12");
}

describe("the sender, whatever the peer does", () => {
  it("delivers everything, in order per chat, and nothing again after its success", async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (given) => {
        const { deliveries, left } = await run(given);
        assert.equal(left, 0);
        const succeeded = deliveries.filter(({ isSuccess }) => isSuccess);
        assert.equal(succeeded.length, given.chats.length);
        for (const chat of new Set(given.chats)) {
          const ids = deliveries.filter((one) => one.chat === chat).map((one) => one.updateId);
          assert.deepEqual(
            ids,
            ids.toSorted((a, b) => a - b),
            `the attempts of chat ${chat} are in order`,
          );
          const done = succeeded.filter((one) => one.chat === chat).map((one) => one.updateId);
          assert.equal(new Set(done).size, done.length);
        }
      }),
      { numRuns: 25 },
    );
  });
});
