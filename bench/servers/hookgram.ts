/** hookgram's receiver, inbox, lanes and a bot with one handler that does nothing. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listen, type Store, type TlsFiles } from "@hookgram/runtime";
import { createPostgresStore } from "@hookgram/runtime/postgres";
import { Bot, Router } from "hookgram";

import { HandledLog } from "./handled-log.ts";
import { BENCH_ME, BENCH_PATH, BENCH_SECRET, BENCH_TOKEN, readConfig, serve } from "./serve.ts";

/** How `servers/hookgram.ts` is started. */
export interface HookgramConfig {
  /** Default: a SQLite file in a folder of its own. */
  readonly postgres?: { readonly url: string; readonly schema: string };
  readonly tls?: TlsFiles;
  /** Notes each update. Default: counts them. */
  readonly logs?: boolean;
  /** The one handler that may run never ends: updates are only taken in, and count as handled. */
  readonly stuck?: boolean;
}

const { postgres, tls, logs = false, stuck = false } = readConfig<HookgramConfig>();
const folder = mkdtempSync(join(tmpdir(), "hookgram-bench-"));
const store: Store | string =
  postgres === undefined ? join(folder, "bot.sqlite") : createPostgresStore(postgres);
const log = new HandledLog();
let counted = 0;
const router = new Router("bench");
if (stuck) router.message(() => new Promise<void>(() => {}));
else if (logs) router.message(({ update }) => log.note(update.update_id));
else {
  router.message(() => {
    counted += 1;
  });
}
const handle = listen({
  bot: new Bot({ routers: [router] }),
  token: BENCH_TOKEN,
  me: BENCH_ME as never,
  store,
  secret: BENCH_SECRET,
  path: BENCH_PATH,
  host: "127.0.0.1",
  port: 0,
  tls,
  ...(stuck && { concurrencyMax: 1, loadedMax: 1, attemptTimeoutMs: 3_600_000 }),
});
await handle.ready;
serve({
  port: handle.port()!,
  handled: () => (stuck ? handle.stats().receiver!.stored : counted + log.count),
  log,
  stop: async () => {
    await handle.stop({ drainMs: 0 });
    rmSync(folder, { recursive: true });
  },
});
