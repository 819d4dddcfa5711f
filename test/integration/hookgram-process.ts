import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../packages/cli/bin/hookgram.js", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `hookgram` command: what it printed so far, and how to wait for more. */
export interface HookgramProcess {
  readonly child: ChildProcess;
  /** The first line of standard output that `pattern` matches; fails when the process ends first. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  finished(): Promise<Finished>;
}

export interface RunOptions {
  /** The folder that the command runs in; its data goes below it. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

const running = new Set<ChildProcess>();

/** Ends what a failed test left running; for `after` of every file that starts commands. */
export function killLeftovers(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** Starts the command as a person would, with an environment of its own. */
export function runHookgram(args: readonly string[], options: RunOptions): HookgramProcess {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: options.cwd,
    env: { PATH, HOME, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  child.once("close", () => running.delete(child));
  let stdout = "";
  let stderr = "";
  const heard = new Set<() => void>();
  const hear = (): void => heard.forEach((listener) => listener());
  child.stdout.on("data", (chunk: Buffer) => ((stdout += chunk.toString()), hear()));
  child.stderr.on("data", (chunk: Buffer) => ((stderr += chunk.toString()), hear()));
  const closed = once(child, "close").then(([code]) => {
    hear();
    return { code: code as number | null, stdout, stderr };
  });
  return {
    child,
    finished: () => closed,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(stdout);
          if (match === null) return;
          heard.delete(look);
          resolve(match);
        };
        heard.add(look);
        look();
        void closed.then(({ code }) =>
          reject(new Error(`ended with ${code} before ${pattern}: ${stdout}${stderr}`)),
        );
      }),
  };
}
