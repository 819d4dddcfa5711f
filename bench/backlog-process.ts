/**
 * Fills a store, then accepts an update for each one that it handles, so that as many are pending all
 * the time, and tells what one of them costs. A process of its own, so that its memory is its own.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BotApi } from "@hookgram/bot-api";
import { createEngine, createSqliteStore, type Store } from "@hookgram/runtime";
import { createPostgresStore } from "@hookgram/runtime/postgres";
import type { DispatchOutcome, Invocation } from "hookgram";

import {
  fillPostgres,
  fillSqlite,
  pendingUpdate,
  stateData,
  stateKeyOf,
  toStored,
} from "./backlog-fill.ts";
import { BENCH_ME } from "./servers/serve.ts";

export interface BacklogConfig {
  /** Default: a SQLite file in a folder of its own. */
  readonly postgres?: { readonly url: string; readonly schema: string };
  readonly pending: number;
  /** They take turns; each has a state record, which its handler reads and writes. */
  readonly chats: number;
  /** They come in another order than their state records were made in. */
  readonly shuffled: boolean;
  readonly warmUp: number;
  readonly cycles: number;
}

export interface BacklogResult {
  /** From one update's handling to the next one's. */
  readonly wallMicros: number;
  /** Time of all threads of the process, without the database server's. */
  readonly cpuMicros: number;
  readonly rssBytes: number;
}

const config = JSON.parse(process.argv[2]!) as BacklogConfig;
const { postgres, pending, chats, shuffled, warmUp, cycles } = config;
const folder = mkdtempSync(join(tmpdir(), "hookgram-bench-"));
const path = join(folder, "bot.sqlite");
const openStore = (): Store =>
  postgres === undefined ? createSqliteStore({ path }) : createPostgresStore(postgres);

let nextId = 1;
let handled = 0;
const marks: { readonly atMs: number; readonly cpuMicros: number }[] = [];
const { promise: isOver, resolve: end } = Promise.withResolvers<void>();

function mark(): void {
  const { user, system } = process.cpuUsage();
  marks.push({ atMs: performance.now(), cpuMicros: user + system });
}

async function handle({ update, states }: Invocation): Promise<DispatchOutcome> {
  const key = stateKeyOf(update.message!.chat.id);
  const { count } = (await states.read(key))!.data as { readonly count: number };
  states.write(key, { state: "bench:count", data: stateData(count + 1), schemaVersion: 1 });
  handled += 1;
  if (handled === warmUp || handled === warmUp + cycles) mark();
  if (handled === warmUp + cycles) end();
  if (handled <= warmUp + cycles) {
    void engine.accept(pendingUpdate(nextId, chats));
    nextId += 1;
  }
  return { status: "handled", handler: "bench" };
}

// The schema is made, and what is there is stored, before the engine comes.
const filling = openStore();
await filling.open({ found() {}, foundAside() {}, waiting() {}, timerDue() {} });
for (const first = nextId; nextId < first + pending;) {
  const length = Math.min(5_000, first + pending - nextId);
  const updates = Array.from({ length }, (_, at) => pendingUpdate(nextId + at, chats));
  await Promise.all(updates.map((update) => filling.accept(toStored(update, chats))));
  nextId += length;
}
await filling.close();
if (postgres === undefined) fillSqlite(path, chats, shuffled);
else await fillPostgres(postgres, chats, shuffled);

const engine = createEngine({
  store: openStore(),
  bots: [
    {
      id: BENCH_ME.id,
      me: BENCH_ME as never,
      api: {} as BotApi,
      handler: { allowedUpdates: [], handle },
    },
  ],
});
await engine.start();
await isOver;
const [begin, over] = marks;
const result: BacklogResult = {
  wallMicros: ((over!.atMs - begin!.atMs) * 1_000) / cycles,
  cpuMicros: (over!.cpuMicros - begin!.cpuMicros) / cycles,
  rssBytes: process.memoryUsage.rss(),
};
await engine.stop({ drainMs: 0 });
rmSync(folder, { recursive: true });
process.send!(result, () => process.disconnect());
