/**
 * The bot that the malformed requests are thrown at, in a process of its own so that its memory
 * can be measured and a crash is seen. Arguments: the folder for its store.
 */
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { listen } from "@hookgram/runtime";
import type { UpdateHandler } from "hookgram";

import { MARKER, PATH, SECRET, TOKEN } from "./requests.ts";

/** What the server tells the test at the end. */
export interface FuzzReport {
  readonly handledIds: readonly number[];
  /** Updates that reached the handler although they must not have been stored. */
  readonly handledMarkers: number;
  readonly parkedMarkers: number;
  readonly parked: number;
  readonly pending: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly refusedBySecret: number;
  readonly rssMaxBytes: number;
  readonly loopDelayMaxMs: number;
}

const handledIds: number[] = [];
let handledMarkers = 0;
const bot: UpdateHandler = {
  allowedUpdates: ["message"],
  handle: async ({ update }) => {
    handledIds.push(update.update_id);
    if (JSON.stringify(update).includes(MARKER)) handledMarkers += 1;
    return { status: "unhandled" };
  },
};

const handle = listen({
  bot,
  token: TOKEN,
  me: { id: 42, is_bot: true, first_name: "Fuzz", username: "fuzz_bot" } as never,
  store: join(process.argv[2]!, "bot.sqlite"),
  secret: SECRET,
  path: PATH,
  host: "127.0.0.1",
  port: 0,
});

let rssMaxBytes = 0;
const sampling = setInterval(() => {
  rssMaxBytes = Math.max(rssMaxBytes, process.memoryUsage.rss());
}, 100);
const delays = monitorEventLoopDelay({ resolution: 5 });
delays.enable();

async function countParkedMarkers(): Promise<number> {
  let markers = 0;
  let beforeSeq: number | undefined;
  for (;;) {
    const page = await handle.operator().parked({
      limit: 1_000,
      ...(beforeSeq === undefined ? {} : { beforeSeq }),
    });
    markers += page.filter(({ raw }) => Buffer.from(raw).includes(MARKER)).length;
    const last = page.at(-1);
    if (last === undefined) return markers;
    beforeSeq = last.seq;
  }
}

async function report(): Promise<FuzzReport> {
  while (handle.stats().engine!.pending > 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { engine, receiver } = handle.stats();
  return {
    handledIds,
    handledMarkers,
    parkedMarkers: await countParkedMarkers(),
    parked: engine!.parked,
    pending: engine!.pending,
    stored: receiver!.stored,
    duplicates: receiver!.duplicates,
    refusedBySecret: receiver!.refused.secret,
    rssMaxBytes,
    loopDelayMaxMs: delays.max / 1e6,
  };
}

process.on("message", (message) => {
  if (message === "report") void report().then((answer) => process.send!(answer));
  if (message !== "stop") return;
  clearInterval(sampling);
  void handle.stop({ drainMs: 1_000 }).then(() => process.disconnect());
});
await handle.ready;
process.send!({ port: handle.port() });
