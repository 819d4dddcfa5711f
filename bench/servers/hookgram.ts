/** hookgram's receiver, SQLite inbox, lanes and a bot with one handler that does nothing. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listen } from "@hookgram/runtime";
import { Bot, Router } from "hookgram";

import { BENCH_ME, BENCH_PATH, BENCH_SECRET, BENCH_TOKEN, serve } from "./serve.ts";

const folder = mkdtempSync(join(tmpdir(), "hookgram-bench-"));
let handled = 0;
const router = new Router("bench");
router.message(() => {
  handled += 1;
});
const handle = listen({
  bot: new Bot({ routers: [router] }),
  token: BENCH_TOKEN,
  me: BENCH_ME as never,
  store: join(folder, "bot.sqlite"),
  secret: BENCH_SECRET,
  path: BENCH_PATH,
  host: "127.0.0.1",
  port: 0,
});
await handle.ready;
serve({
  port: handle.port()!,
  handled: () => handled,
  stop: async () => {
    await handle.stop({ drainMs: 0 });
    rmSync(folder, { recursive: true });
  },
});
