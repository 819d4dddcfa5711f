import type { ServerReport } from "../server-process.ts";
import type { HandledLog } from "./handled-log.ts";

/** What a server process does for its benchmark. */
export interface Served {
  readonly port: number;
  readonly handled: () => number;
  /** Logs each update, for benchmarks that check them one by one. */
  readonly log?: HandledLog;
  readonly stop: () => unknown;
}

const LEAVE_MS = 5_000;

/** Answers the benchmark's messages until it is told to stop. */
export function serve({ port, handled, log, stop }: Served): void {
  const leave = (): void => {
    void Promise.resolve(stop()).finally(() => process.exit());
  };
  // If the benchmark was cut short, what the server needs for an orderly stop may be gone as well.
  process.once("disconnect", () => {
    setTimeout(() => process.exit(1), LEAVE_MS).unref();
    leave();
  });
  process.on("message", (message) => {
    if (message === "stop") return leave();
    if (message === "handled") {
      process.send!(log!.take());
      return;
    }
    const { user, system } = process.threadCpuUsage();
    const report: ServerReport = {
      handled: handled(),
      eventLoopMicros: user + system,
      rssBytes: process.memoryUsage.rss(),
    };
    process.send!(report);
  });
  process.send!({ port });
}

/** What the benchmark gave to `ServerProcess.start`. */
export function readConfig<T>(): T {
  return JSON.parse(process.argv[2]!) as T;
}

export const BENCH_PATH = "/hook";
export const BENCH_SECRET = "bench-secret-0123456789-0123456789-0123456789";
export const BENCH_TOKEN = "42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
export const BENCH_ME = {
  id: 42,
  is_bot: true,
  first_name: "Bench",
  username: "bench_bot",
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
} as const;
