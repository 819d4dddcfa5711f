import { writeFile } from "node:fs/promises";

import path from "node:path";

import { createChatPage } from "@hookgram/dashboard";
import {
  EmulatorError,
  parseRecording,
  parseWorldFile,
  startTelegram,
  type RecordedLine,
  type ReplayReport,
  type Telegram,
  type WorldFile,
} from "@hookgram/emulator";
import { stopOnSignals } from "@hookgram/runtime";

import { CliError, errorToLine } from "../cli-error.ts";
import type { CommandContext } from "../command-context.ts";
import { type Output, toColumns } from "../output.ts";
import { readNamedFile } from "../read-named-file.ts";

/** How the local Telegram is to be started. */
export interface LocalTelegramOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The bots, people and chats that are there at the first start. */
  readonly world?: WorldFile | undefined;
  /** The file that `world` was read from, for messages. */
  readonly worldName?: string | undefined;
  /** The file that everything is kept in between starts. */
  readonly snapshotPath?: string | undefined;
  readonly cloudRules?: boolean | undefined;
  readonly generic?: boolean | undefined;
  readonly floodLimits?: boolean | undefined;
  readonly seed?: number | undefined;
  /** The file to record the session in. */
  readonly recordPath?: string | undefined;
  /** A recorded session to play again. */
  readonly recording?: readonly RecordedLine[] | undefined;
  /** Also a proxy that answers for api.telegram.org; its port, 0 for any free one. */
  readonly interceptPort?: number | undefined;
  readonly output: Output;
}

/**
 * Starts the local Telegram with its chat page.
 * @throws CliError `port-in-use`, `option`, `data` or `world`, with what to do about it.
 */
export async function startLocalTelegram(options: LocalTelegramOptions): Promise<Telegram> {
  const { host, port, world } = options;
  try {
    return await startTelegram({
      host,
      port,
      page: createChatPage(),
      onWarning: (line) => options.output.warn(line),
      ...(world === undefined ? {} : { world }),
      ...(options.snapshotPath === undefined ? {} : { snapshotPath: options.snapshotPath }),
      ...(options.cloudRules === undefined ? {} : { cloudRules: options.cloudRules }),
      ...(options.floodLimits === undefined ? {} : { floodLimits: options.floodLimits }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.recordPath === undefined ? {} : { recordPath: options.recordPath }),
      ...(options.recording === undefined ? {} : { recording: options.recording }),
      ...(options.interceptPort === undefined
        ? {}
        : { intercept: { port: options.interceptPort } }),
      ...(options.generic === undefined ? {} : { generic: options.generic }),
    });
  } catch (error) {
    throw toCliError(error, options);
  }
}

/**
 * The world that a `--world` file describes.
 * @throws CliError `world` when there is no such file or it does not follow the schema.
 */
export async function readWorld(name: string | undefined): Promise<WorldFile | undefined> {
  if (name === undefined) return undefined;
  const text = await readNamedFile(name, { option: "--world", code: "world" });
  try {
    return parseWorldFile(text);
  } catch (error) {
    throw new CliError("world", `${name}: ${errorToLine(error)}`);
  }
}

/** Node says which port it was: the emulator's or the proxy's. */
interface ListenError extends NodeJS.ErrnoException {
  readonly port?: number;
}

function toCliError(error: unknown, options: LocalTelegramOptions): unknown {
  if (error instanceof EmulatorError) return fromEmulator(error, options);
  const { code, syscall, port = options.port } = error as ListenError;
  const option = port === options.port ? "--port" : "--intercept-port";
  if (code === "EADDRINUSE") {
    return new CliError(
      "port-in-use",
      `Port ${port} is taken, perhaps by another \`npm start\`: stop that one, or choose with ${option}`,
    );
  }
  if (syscall !== "listen" && syscall !== "getaddrinfo") return error;
  const what = `Cannot listen on ${options.host}:${port} (${code ?? "unknown error"})`;
  return new CliError("option", `${what}: choose with --host and ${option}`);
}

function fromEmulator({ code, message }: EmulatorError, options: LocalTelegramOptions): CliError {
  const mend = "choose another place with --data";
  if (code === "snapshot-file") return new CliError("data", `${message}: ${mend}`);
  if (code === "recording-file") {
    return new CliError("data", `${message}: choose another place with --record`);
  }
  if (code === "snapshot-in-use") {
    return new CliError(
      "data",
      `${message}, perhaps of another \`npm start\`: stop that one, or ${mend}`,
    );
  }
  // What is wrong with the snapshot says so itself; the rest comes from what the world file names.
  const where = code === "bad-world" || !options.worldName ? "" : `${options.worldName}: `;
  return new CliError("world", `${where}${message}`);
}

/** The options of `hookgram telegram`, as the command line gives them. */
export interface TelegramCommandOptions {
  readonly port: number;
  readonly host: string;
  readonly world?: string;
  /** A file, as nothing but the local Telegram is kept. */
  readonly data?: string;
  readonly cloudRules?: boolean;
  readonly generic?: boolean;
  readonly floodLimits?: boolean;
  readonly seed?: number;
  /** The file for the certificate of the proxy's authority. */
  readonly intercept?: string;
  readonly interceptPort: number;
  /** The file to record the session in. */
  readonly record?: string;
  /** A recorded session to play to the bot again. */
  readonly replay?: string;
  readonly json?: boolean;
}

/** Runs the local Telegram alone and prints its addresses as soon as it answers. */
export async function runTelegram(
  options: TelegramCommandOptions,
  { output }: Pick<CommandContext, "output">,
): Promise<void> {
  const world = await readWorld(options.world);
  const telegram = await startLocalTelegram({
    ...options,
    world,
    worldName: options.world,
    snapshotPath: options.data,
    recordPath: options.record,
    recording: await readRecording(options.replay),
    interceptPort: options.intercept === undefined ? undefined : options.interceptPort,
    output,
  });
  const { proxy } = telegram;
  if (proxy !== undefined) await writeAuthority(options.intercept!, telegram);
  stopOnSignals({
    stop: async () => {
      if (telegram.replay !== undefined) printReport(telegram.replay.report, output);
      await telegram.close();
    },
  });
  const addresses = {
    chat: chatOf(telegram),
    botApi: botApiOf(telegram),
    control: telegram.controlUrl,
    ...(proxy === undefined
      ? {}
      : { proxy: proxy.url, authority: path.resolve(options.intercept!) }),
  };
  if (options.json === true) return output.print(JSON.stringify(addresses));
  output.print(
    toColumns([
      ["Chat", addresses.chat],
      ["Bot API", addresses.botApi],
      ["Control", `${addresses.control}/openapi.json`],
      ...(proxy === undefined ? [] : proxyRows(addresses)),
    ]),
  );
}

async function readRecording(name: string | undefined): Promise<RecordedLine[] | undefined> {
  if (name === undefined) return undefined;
  const text = await readNamedFile(name, { option: "--replay", code: "data" });
  try {
    return parseRecording(text);
  } catch (error) {
    throw new CliError("data", `${name}: ${errorToLine(error)}`);
  }
}

/** What the bot did otherwise, and an exit code that a script can act on. */
function printReport(report: ReplayReport, output: Output): void {
  const { same, different, missing, unexpected, heldBack } = report;
  const isSame = different.length + missing.length + unexpected.length + heldBack === 0;
  process.exitCode = isSame ? 0 : 1;
  const rows: Row[] = [
    ["Same", `${same} calls`],
    ...different.map(({ recorded, params }): Row => {
      const [then, now] = [JSON.stringify(recorded.params), JSON.stringify(params)];
      return ["Different", `${recorded.method}: then ${then}, now ${now}`];
    }),
    ...missing.map(({ method, params }): Row => ["Missing", `${method} ${JSON.stringify(params)}`]),
    ...unexpected.map(({ method, params }): Row => {
      return ["Unexpected", `${method} ${JSON.stringify(params)}`];
    }),
    ...(heldBack === 0 ? [] : [["Held back", `${heldBack} updates`] as const]),
  ];
  output.print(toColumns(rows));
}

async function writeAuthority(file: string, telegram: Telegram): Promise<void> {
  try {
    await writeFile(file, telegram.proxy!.authority);
  } catch (error) {
    await telegram.close();
    const reason = (error as NodeJS.ErrnoException).code ?? errorToLine(error);
    throw new CliError("data", `--intercept cannot write ${file} (${reason}): choose another file`);
  }
}

type Row = readonly [label: string, value: string];

/** What has to stand in the environment of a program that knows api.telegram.org only. */
function proxyRows({ proxy, authority }: { proxy?: string; authority?: string }): Row[] {
  return [
    ["Proxy", `HTTPS_PROXY=${proxy}`],
    ["", `NODE_USE_ENV_PROXY=1 NODE_EXTRA_CA_CERTS=${authority}`],
  ];
}

/** Where a person chats. */
export function chatOf(telegram: Telegram): string {
  return `${telegram.url}/`;
}

/** What a client takes as its API root. */
export function botApiOf(telegram: Telegram): string {
  return telegram.url;
}
