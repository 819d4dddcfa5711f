import { chmodSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";

import type { Desk, Handle } from "@hookgram/runtime";

import { CliError } from "../cli-error.ts";
import { explainError } from "../explain-error.ts";
import { DESK_CALLS, type DeskAnswer, type DeskCallName, type DeskInput } from "./desk-calls.ts";

interface Question {
  readonly call: DeskCallName;
  readonly input: unknown;
}

type Reply = { readonly answer: unknown } | { readonly error: string };

/** The longest request; one dead letter may have many effects to decide. */
const REQUEST_MAX_BYTES = 1_000_000;

/** A client that is silent for longer is disconnected. */
const SILENCE_MS = 10_000;

/** A path with its final zero has at most 108 bytes on Linux and 104 on macOS and BSD. */
const SOCKET_PATH_MAX_BYTES = 103;

/** The socket is beside the store's file, so that whoever may use the one may use the other. */
export function operatorSocketOf(storePath: string): string {
  return `${storePath}-operator`;
}

/** The desk of a running bot. */
export function deskOf(handle: Handle): Desk {
  return { operator: handle.operator(), outbox: handle.outbox() };
}

/**
 * Lets the `hookgram` command operate a bot that a program of your own runs on a SQLite store, which
 * belongs to that program alone: the command asks it, over a socket beside the file. Only the user who
 * runs the program may. It waits for `handle.ready`, and ends with the process. On PostgreSQL the
 * command does without.
 * @param storePath the option `store` of the entry point.
 * @returns false where there can be no such socket: on Windows, or if the path is longer than 94 bytes.
 * @throws what `handle.ready` rejects with.
 */
export async function answerOperators(handle: Handle, storePath: string): Promise<boolean> {
  await handle.ready;
  return (await listenForOperators(storePath, () => deskOf(handle))) !== undefined;
}

/**
 * Answers operators while a bot owns its SQLite store: one line of JSON per question and per answer.
 * Only the user who runs the bot may connect. Undefined where there can be no such socket: on Windows,
 * or if the path is too long.
 */
export async function listenForOperators(
  storePath: string,
  desk: () => Desk,
): Promise<Server | undefined> {
  const path = operatorSocketOf(storePath);
  if (process.platform === "win32" || Buffer.byteLength(path) > SOCKET_PATH_MAX_BYTES) return;
  // We own the store, so nobody listens here: a socket that exists was left by a killed process.
  rmSync(path, { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => void serve(socket, desk));
  const mask = process.umask(0o177);
  try {
    await once(server.listen(path), "listening");
  } finally {
    process.umask(mask);
  }
  chmodSync(path, 0o600);
  server.unref();
  return server;
}

async function serve(socket: Socket, desk: () => Desk): Promise<void> {
  socket.on("error", () => {});
  socket.setTimeout(SILENCE_MS, () => socket.destroy());
  try {
    const { call, input } = JSON.parse(await readAll(socket, REQUEST_MAX_BYTES)) as Question;
    socket.end(`${JSON.stringify(await answer(desk, call, input))}\n`);
  } catch {
    socket.destroy();
  }
}

async function answer(desk: () => Desk, call: DeskCallName, input: unknown): Promise<Reply> {
  try {
    if (!Object.hasOwn(DESK_CALLS, call)) throw new CliError("option", `it does not know ${call}`);
    return { answer: await DESK_CALLS[call](desk(), input as never) };
  } catch (error) {
    return { error: explainError(error) };
  }
}

/**
 * Asks the process that owns the store. Undefined if it does not listen.
 * @throws CliError `refused` with what that process says.
 */
export async function askOwner<N extends DeskCallName>(
  storePath: string,
  call: N,
  input: DeskInput<N>,
): Promise<{ readonly answer: DeskAnswer<N> } | undefined> {
  const socket = connect({ path: operatorSocketOf(storePath), allowHalfOpen: true });
  socket.on("error", () => {});
  try {
    await once(socket, "connect");
  } catch {
    return undefined;
  }
  socket.end(JSON.stringify({ call, input: input ?? {} } satisfies Question));
  const reply = JSON.parse(await readAll(socket)) as Reply;
  if ("error" in reply) throw new CliError("refused", reply.error);
  return { answer: reply.answer as DeskAnswer<N> };
}

/** Reads until the other side has ended. */
function readAll(socket: Socket, maxBytes = Infinity): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    socket.on("data", (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > maxBytes) socket.destroy(new Error("it is too long"));
    });
    socket.on("end", () => resolve(Buffer.concat(chunks).toString()));
    socket.on("close", () => reject(new Error("the connection was closed before the end")));
    socket.on("error", reject);
  });
}
