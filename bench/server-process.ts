import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What a server under load tells its benchmark. */
export interface ServerReport {
  /** Updates that went through the bot's handler so far. */
  readonly handled: number;
  /** Resident memory of the server's process. */
  readonly rssBytes: number;
}

/** A server in a process of its own, so that the load generator does not share its event loop. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** `name`: a file in `bench/servers`, which sends `{ port }` when it listens. */
  static async start(name: string): Promise<ServerProcess> {
    const child = fork(fileURLToPath(new URL(`servers/${name}.ts`, import.meta.url)));
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`bench/servers/${name}.ts ended with code ${code} before it listened`);
    });
    const [ready] = await Promise.race([once(child, "message"), ended]);
    ended.catch(() => {});
    return new ServerProcess(child, (ready as { port: number }).port);
  }

  async report(): Promise<ServerReport> {
    const answer = once(this.#child, "message");
    this.#child.send("report");
    const [report] = await answer;
    return report as ServerReport;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.send("stop");
    await ended;
  }
}
