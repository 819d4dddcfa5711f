import type { ServerReport } from "../server-process.ts";

/** What a server process does for its benchmark. */
export interface Served {
  readonly port: number;
  readonly handled: () => number;
  readonly stop: () => unknown;
}

/** Answers the benchmark's messages until it says stop. */
export function serve({ port, handled, stop }: Served): void {
  process.on("message", (message) => {
    if (message === "stop") {
      void Promise.resolve(stop()).then(() => process.exit());
      return;
    }
    const report: ServerReport = { handled: handled(), rssBytes: process.memoryUsage.rss() };
    process.send!(report);
  });
  process.send!({ port });
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
