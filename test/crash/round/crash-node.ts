import { setTimeout as delay } from "node:timers/promises";

import { ChildProgram } from "../../child-program.ts";
import type { CrashBotAsk, CrashBotSettings } from "./crash-bot.ts";

const PROGRAM = new URL("crash-bot.ts", import.meta.url);

/** Longest time from the start of a process to its listening, on a machine that does much else. */
const READY_MAX_MS = 60_000;

/** Enough for a round, and little enough to be filled at once. */
const HEAP_MAX_MB = 96;

/** One process of the bot, from its start to its end. */
export class CrashNode extends ChildProgram {
  #asking: Promise<unknown> = Promise.resolve();
  #port: number | undefined;

  /** With a failpoint, such as `body.read@3`, it kills itself there. */
  constructor(settings: CrashBotSettings, failpoint?: string) {
    super(PROGRAM, [JSON.stringify(settings)], { failpoint, heapMaxMb: HEAP_MAX_MB });
    this.onMessage((told) => {
      this.#port ??= (told as { readonly port?: number }).port;
    });
  }

  /** Where it listens; undefined while it does not. */
  get port(): number | undefined {
    return this.isOver ? undefined : this.#port;
  }

  /** False when the process has ended before it listened. */
  async ready(): Promise<boolean> {
    const late = delay(READY_MAX_MS, "late", { ref: false });
    while (this.port === undefined && !this.isOver) {
      const heard = this.heard().catch(() => {});
      if ((await Promise.race([heard, late])) === "late")
        throw new Error("the bot does not listen");
    }
    return !this.isOver;
  }

  /** Sends the signal and resolves when the process has heard it. */
  async terminate(): Promise<void> {
    const heard = this.heard();
    this.signal("SIGTERM");
    await heard.catch(() => {});
  }

  /** One question at a time. Rejects when the process is over before it answers. */
  inquire<T>(ask: CrashBotAsk): Promise<T> {
    const answer = this.#asking.then(() => this.ask(ask) as Promise<T>);
    this.#asking = answer.catch(() => {});
    return answer;
  }

  /** Lets the bot end by itself. */
  async stop(): Promise<void> {
    await this.inquire({ ask: "stop" });
    await this.ended();
  }
}
