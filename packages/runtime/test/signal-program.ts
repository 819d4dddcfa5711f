/**
 * A bot in a process of its own, for tests that send signals. Arguments: the store's path, and how
 * the handler behaves: `slow` takes 300 ms, `stuck` never ends. Prints a line for what happens.
 */
import { setTimeout } from "node:timers/promises";

import { listen } from "../src/entry/listen.ts";
import { stopOnSignals } from "../src/entry/stop-on-signals.ts";
import { ME } from "./scripted-telegram.ts";

const [, , store, behaviour] = process.argv;
const handle = listen({
  bot: {
    allowedUpdates: ["message"],
    handle: async ({ update }) => {
      process.stdout.write(`begun ${update.update_id}\n`);
      await setTimeout(behaviour === "stuck" ? 600_000 : 300);
      process.stdout.write(`handled ${update.update_id}\n`);
      return { status: "handled", handler: "slow" };
    },
  },
  token: `42:CANARY_TOKEN_${"x".repeat(22)}`,
  me: ME as never,
  store: store!,
  secret: "the-secret",
  path: "/hook",
  host: "127.0.0.1",
  port: 0,
});
stopOnSignals(handle, {
  drainMs: 20_000,
  cleanUp: () => {
    if (behaviour === "dirty") throw new Error("the broom\nis broken");
    process.stdout.write("clean\n");
  },
});
await handle.ready;
process.stdout.write(`port ${handle.port()}\n`);
