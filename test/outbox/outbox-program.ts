import { setTimeout } from "node:timers/promises";

import { ChildProgram } from "../child-program.ts";
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
export class OutboxProcess extends ChildProgram {
  /** `failpoint`: where it kills itself. */
  constructor({ store, apiRoot, plan }: OutboxPlace, failpoint?: string) {
    super(PROGRAM, [store, apiRoot, JSON.stringify(plan)], { failpoint });
  }

  /** Resolves when its plan is on disk. */
  async enqueued(): Promise<void> {
    const message = await this.heard();
    if (message !== "enqueued") throw new Error(`it said ${JSON.stringify(message)}`);
  }

  /** Resolves with what is there when nothing is left to send. */
  async finished(): Promise<OutboxReport> {
    for (;;) {
      const report = (await this.ask("report")) as OutboxReport;
      if (report.left === 0) return report;
      await setTimeout(POLL_MS);
    }
  }

  async stop(): Promise<void> {
    this.tell("stop");
    await this.ended();
  }
}
