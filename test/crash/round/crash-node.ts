import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

import { FAILPOINT_VARIABLE } from "../../../packages/runtime/src/failpoint.ts";
import type { CrashBotAsk, CrashBotSettings } from "./crash-bot.ts";

const PROGRAM = new URL("crash-bot.ts", import.meta.url);

/** Longest time from the start of a process to its listening, on a machine that does much else. */
const READY_MAX_MS = 60_000;

/** One process of the bot, from its start to its end. */
export class CrashNode {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #errors = "";
  #asking: Promise<unknown> = Promise.resolve();
  /** Where it listens; undefined while it does not. */
  port: number | undefined;

  /** With a failpoint, such as `body.read@3`, it kills itself there. */
  constructor(settings: CrashBotSettings, failpoint?: string) {
    const env = { ...process.env };
    if (failpoint !== undefined) env[FAILPOINT_VARIABLE] = failpoint;
    this.#child = fork(PROGRAM, [JSON.stringify(settings)], {
      env,
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.stderr!.on("data", (text) => (this.#errors += String(text)));
    this.#child.on("message", (told: { readonly port?: number }) => {
      this.port ??= told.port;
    });
    this.#exited = once(this.#child, "exit").finally(() => {
      this.port = undefined;
    });
  }

  /** False when the process has ended before it listened. */
  async ready(): Promise<boolean> {
    const timeout = AbortSignal.timeout(READY_MAX_MS);
    while (this.port === undefined && !this.isOver) {
      await Promise.race([once(this.#child, "message", { signal: timeout }), this.#exited]);
    }
    return !this.isOver;
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves when the process was killed; rejects when it ended in another way. */
  async killed(): Promise<void> {
    await this.#exited;
    const { signalCode, exitCode } = this.#child;
    if (signalCode !== "SIGKILL") throw new Error(`the bot ended (${exitCode}): ${this.#errors}`);
  }

  /** Sends the signal and resolves when the process has heard it. */
  async terminate(): Promise<void> {
    const heard = once(this.#child, "message");
    this.#child.kill("SIGTERM");
    await Promise.race([heard, this.#exited]);
  }

  /** The exit code, as soon as there is one; undefined when a signal ended the process. */
  async exitCode(): Promise<number | undefined> {
    await this.#exited;
    return this.#child.exitCode ?? undefined;
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** One question at a time. Rejects when the process is over before it answers. */
  ask<T>(ask: CrashBotAsk): Promise<T> {
    const answer = this.#asking.then(async () => {
      if (this.isOver) throw new Error("the bot is over");
      const told = once(this.#child, "message");
      this.#child.send(ask);
      const [message] = (await Promise.race([told, this.#exited])) as [unknown];
      if (typeof message !== "object") throw new Error(`the bot ended: ${this.#errors}`);
      return message as T;
    });
    this.#asking = answer.catch(() => {});
    return answer;
  }

  /** Lets the bot end by itself. */
  async stop(): Promise<void> {
    await this.ask({ ask: "stop" });
    await this.#exited;
  }
}
