import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { describe, it } from "node:test";
import { setImmediate as nextTurn, setTimeout as realDelay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { EmulatedBot } from "../../test/emulated-bot.ts";

/** Listens in a thread that stands still before it could look: nothing is ever accepted. */
const DEAF_SERVER = `
  const { createServer } = require("node:net");
  const { parentPort } = require("node:worker_threads");
  const server = createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** Connects until the system takes no more connections for a port, and gives those that it took. */
async function fillBacklog(port: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let isTaken = true; isTaken;) {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    sockets.push(socket);
    await Promise.race([once(socket, "connect"), realDelay(300)]);
    // On a busy machine the timer may come first although the connection stands.
    await nextTurn();
    isTaken = !socket.connecting;
  }
  return sockets;
}

describe("a connection to a webhook that is never taken up", () => {
  it("is given up after 60 s, with the request unsent", async () => {
    const deaf = new Worker(DEAF_SERVER, { eval: true });
    const [port] = (await once(deaf, "message")) as [number];
    const sockets = await fillBacklog(port);
    try {
      await using bot = await EmulatedBot.start();
      await bot.call("setWebhook", { url: `http://127.0.0.1:${port}/` });
      bot.publish("message", 5);
      await bot.advance(60);
      const info = (await bot.call("getWebhookInfo")).result as Record<string, unknown>;
      assert.equal(info["last_error_message"], "Write timeout expired");
      assert.equal(info["pending_update_count"], 1);
    } finally {
      for (const socket of sockets) socket.destroy();
      await deaf.terminate();
    }
  });
});
