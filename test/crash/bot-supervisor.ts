import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { BotReport } from "./bot-process.ts";
import type { HandlerRun } from "./check-history.ts";

/** Little enough to be filled at once. */
const HEAP_MAX_MB = 96;

const BOT_PROCESS = new URL("bot-process.ts", import.meta.url);

/** Starts the bot's process, again and again, on one folder. */
export class BotSupervisor {
  readonly #folder: string;
  readonly #attemptsMax: number;
  #child: ChildProcess | undefined;
  #port: number | undefined;

  constructor(folder: string, attemptsMax: number) {
    this.#folder = folder;
    this.#attemptsMax = attemptsMax;
  }

  /** Where the bot listens; undefined while it does not. */
  get port(): number | undefined {
    return this.#port;
  }

  /** Starts the process. The bot is ready some time later: see {@link BotSupervisor.ready}. */
  start(): void {
    const child = fork(BOT_PROCESS, [this.#folder, String(this.#attemptsMax)], {
      execArgv: ["--disable-warning=ExperimentalWarning", `--max-old-space-size=${HEAP_MAX_MB}`],
      // What V8 says when its memory is full is long, and meant.
      stdio: ["ignore", "inherit", "ignore", "ipc"],
    });
    this.#child = child;
    child.on("message", (message: { readonly port?: number }) => {
      if (this.#child === child && message.port !== undefined) this.#port = message.port;
    });
    child.on("exit", () => {
      if (this.#child === child) this.#port = undefined;
    });
  }

  /** Resolves when the bot listens. Rejects when its process ends before. */
  async ready(): Promise<void> {
    const child = this.#child!;
    const ended = once(child, "exit").then(([code, signal]) => {
      throw new Error(`the bot ended before it was ready: code ${code}, signal ${signal}`);
    });
    while (this.#port === undefined) await Promise.race([once(child, "message"), ended]);
    ended.catch(() => {});
  }

  /** Resolves when the process has ended. */
  async exited(): Promise<void> {
    const child = this.#child!;
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }

  /** How often a poison was swallowed, in all lives. */
  get poisoned(): number {
    return readFileSync(join(this.#folder, "poisoned")).length;
  }

  async kill(): Promise<void> {
    this.#child!.kill("SIGKILL");
    this.#port = undefined;
    await this.exited();
  }

  async report(): Promise<BotReport> {
    const answer = once(this.#child!, "message");
    this.#child!.send("report");
    const [report] = await answer;
    return report as BotReport;
  }

  /** Lets the bot end by itself. */
  async stop(): Promise<void> {
    if (this.#child?.connected === true) this.#child.send("stop");
    await this.exited();
  }

  /** What the handlers of all processes wrote down. A line that a kill cut off is no run. */
  runs(): readonly HandlerRun[] {
    const lines = readFileSync(join(this.#folder, "runs.jsonl"), "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as HandlerRun);
  }
}
