import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { test } from "node:test";

import { SECRET, setUp } from "../../test/entry-ground.ts";
import { deliver, messageUpdate } from "../../test/webhook-client.ts";
import { mountWithFlows } from "./mount-with-flows.ts";

test("mountWithFlows: updates come by typed loops, and what was not finished comes again", async (context) => {
  const { common } = await setUp(context);
  const { bot: _none, ...rest } = common;
  const handle = mountWithFlows({ ...rest, secret: SECRET, kinds: ["message"], retryDelayMs: 1 });
  const server = createServer(handle.listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await handle.ready;
  const target = {
    port: (server.address() as AddressInfo).port,
    path: handle.path,
    secret: SECRET,
  };
  await deliver(target, messageUpdate(7, "one"));
  for await (const event of handle.flow("message")) {
    assert.equal(event.update.message.text, "one");
    assert.equal(event.attempt, 1);
    assert.equal(event.me.id, 42);
    break;
  }
  await deliver(target, messageUpdate(8, "two"));
  const seen: string[] = [];
  for await (const { update, attempt } of handle.flow("message")) {
    seen.push(`${update.message.text} ${attempt}`);
    if (seen.length === 2) break;
  }
  assert.deepEqual(seen.sort(), ["one 2", "two 1"]);
  const last = handle.flow("message").next();
  await handle.stop({ drainMs: 0 });
  assert.equal((await last).done, true);
});
