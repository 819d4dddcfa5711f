import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type BotApi, createBotApi } from "@hookgram/bot-api";

/** One call that came in. */
export interface ScriptedCall {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What the server does with a call: the answer's JSON and status, or cut the connection. */
export type ScriptedAnswer = { readonly status?: number; readonly json: unknown } | "cut" | "hang";

export interface ScriptedTelegram {
  readonly api: BotApi;
  readonly apiRoot: string;
  readonly token: string;
  readonly calls: readonly ScriptedCall[];
  close(): Promise<void>;
}

export const ME = { id: 42, is_bot: true, first_name: "Bot", username: "a_bot" } as const;

export const ok = (result: unknown): ScriptedAnswer => ({ json: { ok: true, result } });

/** Telegram's error envelope. */
export function refusal(
  errorCode: number,
  description: string,
  retryAfter?: number,
): ScriptedAnswer {
  const parameters = retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } };
  const json = { ok: false, error_code: errorCode, description, ...parameters };
  return { status: errorCode, json };
}

/**
 * A Bot API server on loopback that answers as a test says, for what the emulator would never do
 * by itself. The token is a canary: no output may contain its second half.
 */
export async function scriptTelegram(
  answer: (call: ScriptedCall, count: number) => ScriptedAnswer | Promise<ScriptedAnswer>,
): Promise<ScriptedTelegram> {
  const token = `42:CANARY_TOKEN_${"x".repeat(22)}`;
  const calls: ScriptedCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => void answerCall(request, Buffer.concat(chunks).toString(), response));
  });
  const answerCall = async (
    request: IncomingMessage,
    text: string,
    response: ServerResponse,
  ): Promise<void> => {
    const method = request.url!.slice(request.url!.lastIndexOf("/") + 1);
    const isJson = /json/.test(request.headers["content-type"] ?? "");
    const params = isJson && text !== "" ? JSON.parse(text) : { multipart: text };
    const call: ScriptedCall = { method, params };
    calls.push(call);
    const answered = await answer(call, calls.filter((other) => other.method === method).length);
    if (answered === "hang") return;
    if (answered === "cut") return void request.socket.destroy();
    response.writeHead(answered.status ?? 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answered.json));
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const apiRoot = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    api: createBotApi({ token, apiRoot }),
    apiRoot,
    token,
    calls,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
