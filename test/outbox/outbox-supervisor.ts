import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";

import type { OutboxPlan, OutboxReport } from "./outbox-process.ts";

const PROGRAM = new URL("outbox-process.ts", import.meta.url);
const POLL_MS = 100;

/** Where the processes work, and on what. */
export interface OutboxPlace {
  /** A SQLite file, or a PostgreSQL URL. */
  readonly store: string;
  readonly apiRoot: string;
  readonly plan: OutboxPlan;
}

/** One process with an outbox. */
export class OutboxProcess {
  readonly #child: ChildProcess;

  /** `failpoint`: where it kills itself. */
  constructor({ store, apiRoot, plan }: OutboxPlace, failpoint?: string) {
    const env = failpoint === undefined ? {} : { HOOKGRAM_FAILPOINT: failpoint };
    this.#child = fork(PROGRAM, [store, apiRoot, JSON.stringify(plan)], {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      env: { ...process.env, ...env },
    });
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** The signal that ended it; null when it ended by itself. */
  async ended(): Promise<string | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
      return this.#child.signalCode;
    }
    const [, signal] = (await once(this.#child, "exit")) as [number | null, string | null];
    return signal;
  }

  /** Resolves when its plan is on disk. */
  async enqueued(): Promise<void> {
    const [message] = (await once(this.#child, "message")) as [unknown];
    if (message !== "enqueued") throw new Error(`it said ${JSON.stringify(message)}`);
  }

  async report(): Promise<OutboxReport> {
    const answer = once(this.#child, "message");
    this.#child.send("report");
    const [report] = (await answer) as [OutboxReport];
    return report;
  }

  /** Resolves with what is there when nothing is left to send. */
  async finished(): Promise<OutboxReport> {
    for (;;) {
      const report = await this.report();
      if (report.left === 0) return report;
      await setTimeout(POLL_MS);
    }
  }

  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.send("stop");
    await this.ended();
  }
}
