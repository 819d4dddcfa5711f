import { setTimeout as delay } from "node:timers/promises";

import { ChildProgram } from "../../child-program.ts";
import type { CrashBotAsk, CrashBotSettings } from "./crash-bot.ts";

const PROGRAM = new URL("crash-bot.ts", import.meta.url);

/** Longest time until a new process listens, on a busy machine. */
const READY_MAX_MS = 60_000;

/** Enough for a round, and small enough to be filled quickly. */
const HEAP_MAX_MB = 96;

/** One process of the bot. */
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

  /** The port on which it listens; undefined while it does not. */
  get port(): number | undefined {
    return this.isOver ? undefined : this.#port;
  }

  /** Resolves when the process listens, or to false if it has ended before. */
  async ready(): Promise<boolean> {
    const late = delay(READY_MAX_MS, "late", { ref: false });
    while (this.port === undefined && !this.isOver) {
      const heard = this.heard().catch(() => {});
      if ((await Promise.race([heard, late])) === "late")
        throw new Error("the bot does not listen");
    }
    return !this.isOver;
  }

  /** Sends SIGTERM. Resolves when the process has received it. */
  async terminate(): Promise<void> {
    const heard = this.heard();
    this.signal("SIGTERM");
    await heard.catch(() => {});
  }

  /** Asks the process, one question at a time. Rejects if the process ends before it answers. */
  inquire<T>(ask: CrashBotAsk): Promise<T> {
    const answer = this.#asking.then(() => this.ask(ask) as Promise<T>);
    this.#asking = answer.catch(() => {});
    return answer;
  }

  /** Stops the bot in an orderly way. */
  async stop(): Promise<void> {
    await this.inquire({ ask: "stop" });
    await this.ended();
  }
}
