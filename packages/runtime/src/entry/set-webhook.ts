import {
  type BotApi,
  DEFAULT_UPDATE_KINDS,
  fileFromBytes,
  type MethodParams,
  type UpdateKind,
  type WebhookInfo,
} from "@hookgram/bot-api";
import { isIP } from "node:net";

import { RuntimeError } from "../error.ts";
import { failpoint } from "../failpoint.ts";
import { callPatiently, type Patience } from "../patient-call.ts";

/** The wanted webhook. What is not given becomes Telegram's default, even if it was set before. */
export interface WebhookRequest {
  /** The public address: https, on port 443, 80, 88 or 8443. */
  readonly url: string;
  readonly secret: string;
  /** The kinds that Telegram is to send. Empty: its default kinds. */
  readonly allowedUpdates: readonly UpdateKind[];
  /** Requests that Telegram may have under way at once, 1 to 100. Default 40. */
  readonly maxConnections?: number | undefined;
  /** The IP address that Telegram sends to. Default: what the name in `url` resolves to. */
  readonly ipAddress?: string | undefined;
  /** The server's certificate as PEM, if no public authority has signed it. */
  readonly certificate?: Uint8Array | undefined;
  /** Discard the updates that wait at Telegram. Default false; they would be lost. */
  readonly dropPendingUpdates?: boolean | undefined;
}

/**
 * Sets the webhook and verifies that Telegram has it. The calls are repeated on 429 and while
 * Telegram cannot be reached. Telegram leaves a webhook that is the same already as it is.
 *
 * A `setWebhook` that Telegram refuses leaves the bot without any webhook, so `url` is checked here
 * first, as far as that is possible.
 * @throws RuntimeError `bad-options`, `telegram-refused`, `token-refused`, `telegram-unreachable`,
 * or `webhook-replaced` when Telegram has another URL right afterwards.
 * @see https://core.telegram.org/bots/api#setwebhook
 */
export async function setWebhook(
  api: BotApi,
  request: WebhookRequest,
  patience: Patience,
): Promise<void> {
  const url = parseWebhookUrl(request.url).href;
  const params = toParams({ ...request, url });
  failpoint("webhook.begins");
  await callPatiently("setWebhook", (signal) => api.setWebhook(params, { signal }), patience);
  failpoint("webhook.set");
  const ask = (signal: AbortSignal): Promise<WebhookInfo> => api.getWebhookInfo({}, { signal });
  const info = await callPatiently("getWebhookInfo", ask, patience);
  const place = toPlace(url);
  if (info.url !== url) {
    const found = info.url === "" ? "has none" : `has one at ${toPlace(info.url)}`;
    const mend = "another process sets it too; only one may";
    throw new RuntimeError(
      "webhook-replaced",
      `the webhook was set to ${place}, but Telegram ${found}: ${mend}`,
    );
  }
  for (const difference of differences(request, info)) patience.logger.warn({ place }, difference);
  patience.logger.info({ place, pending: info.pending_update_count }, "the webhook is set");
}

/** @throws RuntimeError `bad-options`. */
export function parseWebhookUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.hash === "") return parsed;
  const rule = "the webhook's url must be an https address without #";
  throw new RuntimeError("bad-options", `${rule}, such as https://bot.example.com/hook`);
}

/** The part of a URL that may be printed: its path may be a secret, and it may hold a password. */
export function toPlace(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? "an unreadable address" : `${parsed.origin}/…`;
}

/** Leaves out what is not given, because Telegram's server reads JSON's `null` as the text "null". */
function toParams(request: WebhookRequest): MethodParams<"setWebhook"> {
  const { maxConnections, ipAddress, certificate } = request;
  return {
    url: request.url,
    secret_token: request.secret,
    allowed_updates: [...request.allowedUpdates],
    ...(maxConnections === undefined ? {} : { max_connections: maxConnections }),
    ...(ipAddress === undefined ? {} : { ip_address: ipAddress }),
    ...(certificate === undefined
      ? {}
      : { certificate: fileFromBytes(certificate, "certificate.pem") }),
    ...(request.dropPendingUpdates === true ? { drop_pending_updates: true } : {}),
  };
}

type Setting = string | number | boolean | undefined;

/** One sentence for each setting in which Telegram's webhook differs from the wanted one. */
function differences(request: WebhookRequest, info: WebhookInfo): string[] {
  const { maxConnections = info.max_connections, ipAddress, certificate } = request;
  // Telegram answers "<unknown>" until it has resolved the name.
  const address = isIP(info.ip_address ?? "") === 0 ? ipAddress : info.ip_address;
  const rows: readonly (readonly [what: string, wanted: Setting, found: Setting])[] = [
    ["allowed_updates", kindsOf(request.allowedUpdates), kindsOf(info.allowed_updates)],
    ["max_connections", maxConnections, info.max_connections],
    ["ip_address", ipAddress ?? address, address],
    ["has_custom_certificate", certificate !== undefined, info.has_custom_certificate],
  ];
  return rows
    .filter(([, wanted, found]) => wanted !== found)
    .map(
      ([what, wanted, found]) =>
        `Telegram has ${what} ${String(found)} for the webhook, not ${String(wanted)}`,
    );
}

function kindsOf(kinds: readonly string[] | undefined): string {
  const named = kinds === undefined || kinds.length === 0 ? DEFAULT_UPDATE_KINDS : kinds;
  return [...named].sort().join(",");
}
