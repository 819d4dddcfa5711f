import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { createBotApi } from "@hookgram/bot-api";
import type { Invocation } from "hookgram";

import { EngineGround } from "../../test/engine-ground.ts";

describe("the journal of an update", () => {
  let ground: EngineGround;
  beforeEach(() => {
    ground = new EngineGround();
  });
  afterEach(() => ground.close());

  it("runs a step once, whatever happens to the attempts after it", async () => {
    let charged = 0;
    const results: unknown[] = [];
    const handle = async ({ step, attempt }: Invocation): Promise<void> => {
      results.push(await step("charge", () => ({ receipt: (charged += 1) })));
      if (attempt === 1) throw new Error("after the charge");
      if (attempt === 2) await new Promise(() => {});
    };
    const engine = await ground.start(handle, { retryDelayMs: 10 });
    await engine.accept(ground.message(1));
    await ground.quiet();
    ground.clock.advance(10);
    await ground.until(() => results.length === 2);
    await ground.crash();
    await ground.start(handle, { retryDelayMs: 10 });
    await ground.settleAll();
    assert.equal(charged, 1);
    assert.deepEqual(results, Array(3).fill({ receipt: 1 }));
  });

  it("repeats a step that failed", async () => {
    let tries = 0;
    const engine = await ground.start(
      ({ step }) =>
        step("fragile", () => {
          tries += 1;
          if (tries === 1) throw new Error("fragile");
        }),
      { retryDelayMs: 10 },
    );
    await engine.accept(ground.message(1));
    await ground.settleAll();
    assert.equal(tries, 2);
    assert.equal(engine.stats().handled, 1);
  });

  it("sends a message once, the same text twice when it is asked twice, another text too", async () => {
    const sent: unknown[] = [];
    const fetch = (async (_url: unknown, init: RequestInit) => {
      sent.push((JSON.parse(init.body as string) as { text: string }).text);
      return Response.json({ ok: true, result: { message_id: sent.length } });
    }) as typeof globalThis.fetch;
    const api = createBotApi({ token: `7:${"A".repeat(35)}`, fetch });
    const ids: number[][] = [];
    const engine = await ground.start(
      async ({ api, attempt }) => {
        const texts = ["hello", "hello", `attempt ${attempt}`];
        const messages = [];
        for (const text of texts) messages.push(await api.sendMessage({ chat_id: 1, text }));
        ids.push(messages.map(({ message_id }) => message_id));
        if (attempt === 1) throw new Error("after sending");
      },
      { retryDelayMs: 10, api },
    );
    await engine.accept(ground.message(1));
    await ground.settleAll();
    assert.deepEqual(sent, ["hello", "hello", "attempt 1", "attempt 2"]);
    assert.deepEqual(ids, [
      [1, 2, 3],
      [1, 2, 4],
    ]);
    assert.match(ground.logger.lines.join("\n"), /took another path/);
  });
});
