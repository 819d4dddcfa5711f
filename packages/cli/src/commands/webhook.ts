import { readFile } from "node:fs/promises";

import {
  type BotApi,
  createBotApi,
  fileFromBytes,
  UPDATE_KINDS,
  type WebhookInfo,
} from "@hookgram/bot-api";

import { apiRootOf, parseAddress, tokenOf } from "../bot-environment.ts";
import { CliError, toLine } from "../cli-error.ts";
import type { CommandContext } from "../command-context.ts";
import { toColumns } from "../output.ts";

/** The options of `hookgram webhook set`, as the command line gives them. */
export interface WebhookSetOptions {
  readonly maxConnections?: number;
  readonly allowedUpdates?: readonly string[];
  readonly ipAddress?: string;
  readonly certificate?: string;
  readonly dropPending?: boolean;
}

export interface WebhookCommandContext extends CommandContext {
  readonly json: boolean;
}

function apiOf({ environment }: WebhookCommandContext): BotApi {
  return createBotApi({ token: tokenOf(environment), apiRoot: apiRootOf(environment) });
}

/** Points the bot's webhook to `address`; what is not named is reset to Telegram's default. */
export async function setWebhook(
  address: string,
  options: WebhookSetOptions,
  context: WebhookCommandContext,
): Promise<void> {
  const secret = context.environment.WEBHOOK_SECRET;
  const certificate =
    options.certificate === undefined ? undefined : await readCertificate(options.certificate);
  await apiOf(context).setWebhook({
    url: parseAddress("The webhook's address", address).href,
    ...(options.maxConnections === undefined ? {} : { max_connections: options.maxConnections }),
    ...(options.allowedUpdates === undefined
      ? {}
      : { allowed_updates: assertKinds(options.allowedUpdates) }),
    ...(options.ipAddress === undefined ? {} : { ip_address: options.ipAddress }),
    ...(options.dropPending === true ? { drop_pending_updates: true } : {}),
    ...(secret === undefined ? {} : { secret_token: secret }),
    ...(certificate === undefined ? {} : { certificate }),
  });
  if (secret === undefined) {
    context.output.warn("No secret is set: with WEBHOOK_SECRET only Telegram can post updates");
  }
  await showWebhook(context);
}

/** Prints what Telegram knows of the bot's webhook. */
export async function showWebhook(context: WebhookCommandContext): Promise<void> {
  const info = await apiOf(context).getWebhookInfo();
  context.output.print(context.json ? JSON.stringify(info) : webhookToText(info));
}

/** Removes the webhook; pending updates stay unless they are to be dropped. */
export async function deleteWebhook(
  options: { readonly dropPending?: boolean },
  context: WebhookCommandContext,
): Promise<void> {
  const api = apiOf(context);
  await api.deleteWebhook(options.dropPending === true ? { drop_pending_updates: true } : {});
  await showWebhook(context);
}

async function readCertificate(name: string): Promise<ReturnType<typeof fileFromBytes>> {
  try {
    return fileFromBytes(await readFile(name), "certificate.pem");
  } catch {
    throw new CliError("option", `--certificate cannot be read: there is no file ${name}`);
  }
}

type Kinds = (typeof UPDATE_KINDS)[number][];

function assertKinds(names: readonly string[]): Kinds {
  const known: readonly string[] = UPDATE_KINDS;
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined) {
    throw new CliError(
      "option",
      `--allowed-updates has no kind "${wrong}": the kinds are ${UPDATE_KINDS.join(", ")}`,
    );
  }
  return names as Kinds;
}

/** Credentials in the address and an opaque path may be secrets: only scheme and host are shown. */
function toPlace(address: string): string {
  const url = URL.parse(address);
  return url === null ? toLine(address) : `${url.origin}/…`;
}

function certificateOf({ url, has_custom_certificate: own }: WebhookInfo): string {
  if (own) return "your own";
  return url.startsWith("https:") ? "checked against public authorities" : "none: plain HTTP";
}

function webhookToText(info: WebhookInfo): string {
  if (info.url === "") {
    return toColumns([
      ["webhook", "none: the bot can be polled"],
      ["waiting", `${info.pending_update_count} updates`],
    ]);
  }
  const error =
    info.last_error_date === undefined
      ? "none"
      : `${toLine(info.last_error_message ?? "")} at ${new Date(info.last_error_date * 1000).toISOString()}`;
  return toColumns([
    ["webhook", toPlace(info.url)],
    ["address", info.ip_address ?? "not resolved yet"],
    ["waiting", `${info.pending_update_count} updates`],
    ["connections", `at most ${info.max_connections ?? 40}`],
    ["updates", info.allowed_updates?.join(", ") ?? "Telegram's default kinds"],
    ["certificate", certificateOf(info)],
    ["last error", error],
  ]);
}
