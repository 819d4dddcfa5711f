import assert from "node:assert/strict";
import { it } from "node:test";

import { EngineGround } from "../../test/engine-ground.ts";
import { ok, scriptTelegram } from "../../test/scripted-telegram.ts";

it("a chat action is shown in each attempt, since it is over in 5 seconds", async () => {
  const ground = new EngineGround();
  const telegram = await scriptTelegram(() => ok(true));
  try {
    const engine = await ground.start(
      async ({ api, attempt }) => {
        await api.sendChatAction({ chat_id: 1, action: "typing" });
        if (attempt < 3) throw new Error("not yet");
      },
      { retryDelayMs: 10, api: telegram.api },
    );
    await engine.accept(ground.message(1));
    await ground.settleAll();
    assert.equal(telegram.calls.length, 3);
    assert.equal(engine.stats().handled, 1);
  } finally {
    await ground.close();
    await telegram.close();
  }
});
