import type { Clock, UpdateKind } from "@hookgram/bot-api";
import type { Logger } from "hookgram";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";

import type { StopReport } from "../engine/engine.ts";
import { RuntimeError } from "../error.ts";
import { Receiver, type ReceiverLimits } from "../receiver/receiver.ts";
import { WebhookSecrets } from "../receiver/webhook-secrets.ts";
import { BotRunner, DEFAULT_STORE_PATH, type RunOptions } from "./bot-runner.ts";
import type { Handle, RunStats } from "./handle.ts";
import type { SharedEngine } from "./shared-engine.ts";
import { keptSecret, reportOwnSecret } from "./secret-file.ts";
import { WebhookReplies, type WebhookReplyOptions } from "../webhook-reply/webhook-replies.ts";
import { setWebhook, type WebhookRequest } from "./set-webhook.ts";

/** What every entry point that receives by webhook takes. */
export interface WebhookOptions extends RunOptions, ReceiverLimits {
  /**
   * The path at which Telegram's requests arrive. It is not a secret and must not contain one.
   * Default: `/telegram/` and 22 characters that depend on nothing but the bot's id.
   */
  readonly path?: string | undefined;
  /**
   * Proves that a request comes from Telegram. Of a list, which is for a rotation, the first is given
   * to Telegram and all are accepted. All nodes of a bot need the same secret. Default: 32 random
   * bytes, kept in the file `secretPath` for the next start.
   */
  readonly secret?: string | readonly [string, ...string[]] | undefined;
  /**
   * Lets the answer to Telegram's request carry a call that a handler makes with `webhookReply`. This
   * saves a request to Telegram; the call's result is never known, and answers wait for the handler.
   * `true`: with the defaults. Default: off, all calls are requests to Telegram.
   */
  readonly webhookReply?: WebhookReplyOptions | true | undefined;
  /** Where a generated secret is kept. Default: `webhook-secret-ID` beside the SQLite store. */
  readonly secretPath?: string | undefined;
}

/** What {@link WebhookHandle.setWebhook} takes. */
export type HostWebhookRequest = Omit<WebhookRequest, "secret" | "allowedUpdates"> & {
  /** Default: the kinds that the bot has handlers for. */
  readonly allowedUpdates?: readonly UpdateKind[] | undefined;
};

/** The handle of a bot that receives by webhook. */
export interface WebhookHandle extends Handle {
  /** The path at which Telegram's requests have to arrive. */
  readonly path: string;
  /** The secrets that are accepted; `rotate` changes them while the bot runs. */
  readonly secrets: WebhookSecrets;
  /**
   * Points the bot's webhook here, with the current secret, and verifies it. Call it after `ready`,
   * on one of several nodes.
   * @throws RuntimeError as the `ready` of `setWebhookAndListen` does.
   */
  setWebhook(request: HostWebhookRequest): Promise<void>;
}

/** A bot and its receiver, for any HTTP server. */
export class WebhookHost {
  readonly runner: BotRunner;
  readonly receiver: Receiver;
  readonly secrets: WebhookSecrets;
  readonly #allowedUpdates: readonly UpdateKind[];
  readonly #replies: WebhookReplies | undefined;

  /**
   * With `shared`, the bot joins that engine.
   * @throws RuntimeError `bad-options` or `secret-file`.
   */
  constructor(options: WebhookOptions, shared?: SharedEngine) {
    this.runner = new BotRunner(options, shared);
    const { clock, logger, botId } = this.runner;
    this.#replies = repliesOf(options.webhookReply, { clock, logger });
    const path = options.path ?? defaultPath(botId);
    assertNoToken("path", path, options.token);
    this.secrets = new WebhookSecrets(secretsOf(options, { botId, logger }), { clock });
    this.receiver = new Receiver({
      ...options,
      path,
      secrets: this.secrets,
      clock,
      logger,
      replies: this.#replies,
    });
    this.#allowedUpdates = options.bot.allowedUpdates;
  }

  /** Starts the bot; once it resolves, the receiver takes updates. */
  async start(signal: AbortSignal): Promise<void> {
    const engine = await this.runner.start(signal, this.#replies);
    this.receiver.open({ botId: this.runner.botId, inbox: engine });
  }

  /**
   * Has the receiver answer 503 from now on. Resolves when nothing runs any more. What is being stored
   * has its part of `drainMs`, and is answered 503 if the store does not say in time that it has it.
   */
  async stop(drainMs: number): Promise<StopReport> {
    this.receiver.drain();
    const leftMs = await leftOfDrain(drainMs, this.receiver.idle(), this.runner.clock);
    return this.runner.stop(leftMs);
  }

  /** What a webhook adds to a handle, wherever the receiver is mounted. */
  controls(): Omit<WebhookHandle, keyof Handle> {
    return {
      path: this.receiver.path,
      secrets: this.secrets,
      setWebhook: (request) => this.setWebhook(request),
    };
  }

  stats(): RunStats {
    return { engine: this.runner.stats(), receiver: this.receiver.stats() };
  }

  async setWebhook(request: HostWebhookRequest, signal?: AbortSignal): Promise<void> {
    const patience = this.runner.patience(signal ?? new AbortController().signal);
    const { allowedUpdates = this.#allowedUpdates, ...rest } = request;
    const complete = { ...rest, secret: this.secrets.current, allowedUpdates };
    await setWebhook(this.runner.api, complete, patience);
  }
}

/** Opaque, the same on every node and after every restart, and not derived from the token. */
export function defaultPath(botId: number): string {
  const digest = createHash("sha256")
    .update(`hookgram webhook path of ${botId}`)
    .digest("base64url");
  return `/telegram/${digest.slice(0, 22)}`;
}

/** Waits for it, but not beyond the drain. Resolves to how much of that is left for what follows. */
async function leftOfDrain(drainMs: number, first: Promise<void>, clock: Clock): Promise<number> {
  const endMs = clock.monotonic() + drainMs;
  let cancel: () => void = () => {};
  const late = new Promise<void>((resolve) => (cancel = clock.after(drainMs, resolve)));
  await Promise.race([first, late]);
  cancel();
  return Math.max(0, endMs - clock.monotonic());
}

function repliesOf(
  options: WebhookOptions["webhookReply"],
  host: { readonly clock: Clock; readonly logger: Logger },
): WebhookReplies | undefined {
  if (options === undefined) return undefined;
  return new WebhookReplies({ ...(options === true ? {} : options), ...host });
}

function secretsOf(
  options: WebhookOptions,
  { botId, logger }: { readonly botId: number; readonly logger: Logger },
): readonly [string, ...string[]] {
  const { secret, secretPath, store = DEFAULT_STORE_PATH } = options;
  if (secret !== undefined) return typeof secret === "string" ? [secret] : secret;
  const folder = dirname(typeof store === "string" ? store : DEFAULT_STORE_PATH);
  const path = secretPath ?? join(folder, `webhook-secret-${botId}`);
  const isShared = typeof store !== "string" && store.isShared;
  if (isShared && secretPath === undefined) reportOwnSecret(path, logger);
  return [keptSecret(path)];
}

/** URLs end up in the logs of proxies, so the secret half of the token must not be in them. */
export function assertNoToken(option: string, text: string, token: string | undefined): void {
  const secretHalf = token?.slice(token.indexOf(":") + 1);
  if (secretHalf === undefined || !text.includes(secretHalf)) return;
  const mend = "choose another, or leave the path out to get an opaque one";
  throw new RuntimeError(
    "bad-options",
    `${option} contains the bot's token, which logs would show; ${mend}`,
  );
}
