import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

import { listen, type ListenOptions } from "../src/entry/listen.ts";
import { recordingLogger } from "./recording-logger.ts";
import {
  ME,
  ok,
  type ScriptedAnswer,
  type ScriptedCall,
  scriptTelegram,
} from "./scripted-telegram.ts";
import { TestBot } from "./test-bot.ts";

export const SECRET = "canary-secret";

/** A webhook that is whatever was set last. */
export function ordinaryTelegram(): (call: ScriptedCall) => ScriptedAnswer {
  let webhook: Record<string, unknown> = { url: "" };
  return ({ method, params }) => {
    if (method === "getMe") return ok(ME);
    if (method === "setWebhook")
      webhook = { max_connections: 40, ip_address: "<unknown>", ...params };
    if (method === "deleteWebhook") webhook = { url: "" };
    if (method !== "getWebhookInfo") return ok(method === "getUpdates" ? [] : true);
    const { secret_token: _hidden, ...info } = webhook;
    return ok({ has_custom_certificate: false, pending_update_count: 0, ...info });
  };
}

/** Everything that an entry point needs for one test, in a folder that goes away with it. */
export async function setUp(
  context: TestContext,
  answer: (
    call: ScriptedCall,
    count: number,
  ) => ScriptedAnswer | Promise<ScriptedAnswer> = ordinaryTelegram(),
) {
  const telegram = await scriptTelegram(answer);
  const folder = mkdtempSync(join(tmpdir(), "hookgram-entry-"));
  const logger = recordingLogger();
  context.after(async () => {
    await telegram.close();
    rmSync(folder, { recursive: true });
  });
  const bot = new TestBot();
  const store = join(folder, "bot.sqlite");
  const { token, apiRoot } = telegram;
  const common = { bot, store, token, apiRoot, logger, host: "127.0.0.1", port: 0 };
  const methods = (): string[] => telegram.calls.map(({ method }) => method);
  return { telegram, folder, logger, bot, common, methods };
}

/** A bot that listens, and where to deliver its updates. */
export async function started(context: TestContext, options: ListenOptions) {
  const handle = listen({ secret: SECRET, path: "/hook", ...options });
  context.after(() => handle.stop({ drainMs: 0 }));
  await handle.ready;
  return { handle, target: { port: handle.port()!, path: "/hook", secret: SECRET } };
}
