import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What a server reports to its benchmark. */
export interface ServerReport {
  /** How many updates have gone through the bot's handler. */
  readonly handled: number;
  /** CPU time of the thread that runs the event loop, since the process started. */
  readonly eventLoopMicros: number;
  /** Resident memory of the server's process. */
  readonly rssBytes: number;
}

/** A server in a process of its own, so that the load generator does not share its event loop. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  /** Rejects when the process ends. */
  readonly #ended: Promise<never>;

  private constructor(child: ChildProcess, ended: Promise<never>, port: number) {
    this.#child = child;
    this.#ended = ended;
    this.port = port;
  }

  /**
   * `name`: a file in `bench/servers`, which sends `{ port }` when it listens. `config`: what it
   * reads with `readConfig`.
   */
  static async start(name: string, config: object = {}): Promise<ServerProcess> {
    const file = fileURLToPath(new URL(`servers/${name}.ts`, import.meta.url));
    const child = fork(file, [JSON.stringify(config)], { serialization: "advanced" });
    const ended = once(child, "exit").then(([code]): never => {
      throw new Error(`bench/servers/${name}.ts ended with code ${code}`);
    });
    const [ready] = await Promise.race([once(child, "message"), ended]);
    ended.catch(() => {});
    return new ServerProcess(child, ended, (ready as { port: number }).port);
  }

  report(): Promise<ServerReport> {
    return this.#ask("report");
  }

  /**
   * What was handled since the last time this was asked: update id and time of the handler's start
   * by turns, the time in milliseconds of the machine's monotonic clock, which all processes share.
   */
  handledSince(): Promise<Float64Array> {
    return this.#ask("handled");
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.send("stop");
    await ended;
  }

  async #ask<T>(question: string): Promise<T> {
    const answer = once(this.#child, "message");
    this.#child.send(question);
    const [value] = await Promise.race([answer, this.#ended]);
    return value as T;
  }
}
