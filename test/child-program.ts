import { type ChildProcess, fork, type Serializable } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";

import { FAILPOINT_VARIABLE } from "../packages/runtime/src/failpoint.ts";

/** Of what a process writes when it goes down; V8 writes much when its memory is full. */
const ERRORS_MAX = 4_000;

const LEAVE_WITH_PARENT = new URL("leave-with-parent.ts", import.meta.url).href;

export interface ChildProgramOptions {
  /** Where it kills itself, and which time that it comes there, such as `body.read@3`. */
  readonly failpoint?: string | undefined;
  /** Default: Node's own. */
  readonly heapMaxMb?: number | undefined;
}

/** A program of the tests in a process of its own, which can be killed and talks with its parent. */
export class ChildProgram {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #name: string;
  #errors = "";

  constructor(program: URL, args: readonly string[], options: ChildProgramOptions = {}) {
    const { failpoint, heapMaxMb } = options;
    const execArgv = ["--disable-warning=ExperimentalWarning", "--import", LEAVE_WITH_PARENT];
    if (heapMaxMb !== undefined) execArgv.push(`--max-old-space-size=${heapMaxMb}`);
    const env = { ...process.env, ...(failpoint && { [FAILPOINT_VARIABLE]: failpoint }) };
    const stdio = ["ignore", "ignore", "pipe", "ipc"] as const;
    this.#name = basename(program.pathname);
    this.#child = fork(program, args, { env, execArgv, stdio: [...stdio] });
    this.#child.stderr!.on("data", (text) => {
      this.#errors = `${this.#errors}${text}`.slice(-ERRORS_MAX);
    });
    this.#exited = once(this.#child, "exit");
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Hears everything that the program says, from now on. */
  onMessage(listener: (message: unknown) => void): void {
    this.#child.on("message", listener);
  }

  /** What the program says next. Rejects when it ends before. */
  async heard(): Promise<unknown> {
    const said = once(this.#child, "message");
    const first = this.isOver ? undefined : await Promise.race([said, this.#exited.then(() => {})]);
    if (first === undefined) throw await this.#ending();
    return (first as [unknown])[0];
  }

  tell(message: Serializable): void {
    if (this.#child.connected) this.#child.send(message);
  }

  /** Tells it something, and gives what it says then. */
  ask(message: Serializable): Promise<unknown> {
    const answer = this.heard();
    this.tell(message);
    return answer;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The signal that has ended it, or its exit code, as soon as there is one. */
  async ended(): Promise<NodeJS.Signals | number> {
    await this.#exited;
    return this.#child.signalCode ?? this.#child.exitCode!;
  }

  /** Resolves when the program was killed. Rejects when it ends in another way. */
  async killed(): Promise<void> {
    if ((await this.ended()) !== "SIGKILL") throw await this.#ending();
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.#exited;
  }

  /** Has nothing more to say, and resolves when the program has ended by itself. */
  async leave(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#exited;
  }

  async #ending(): Promise<Error> {
    return new Error(`${this.#name} ended (${await this.ended()}): ${this.#errors}`);
  }
}
