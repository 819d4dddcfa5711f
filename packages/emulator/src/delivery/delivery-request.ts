import type { QueuedUpdate } from "./update-queue.ts";
import { updateToJson } from "./update-queue.ts";
import { hostHeader } from "./webhook-url.ts";
import type { WebhookUrl } from "./webhook-url.ts";

/** Telegram's server writes the headers of a delivery into a buffer of this size. */
const HEAD_MAX_BYTES = 4_096;

/**
 * The bytes of one delivery, the same for every attempt. Undefined when the headers do not fit:
 * such an update is never sent, and Telegram reports no error about it.
 */
export function deliveryRequest(
  update: QueuedUpdate,
  url: WebhookUrl,
  secretToken: string,
): Buffer | undefined {
  const body = Buffer.from(updateToJson(update));
  const lines = [`POST ${url.pathAndQuery} HTTP/1.1`, `Host: ${hostHeader(url)}`];
  if (url.userinfo !== "") {
    lines.push(`Authorization: Basic ${Buffer.from(url.userinfo).toString("base64")}`);
  }
  if (secretToken !== "") lines.push(`X-Telegram-Bot-Api-Secret-Token: ${secretToken}`);
  lines.push(
    "Content-Type: application/json",
    `Content-Length: ${body.byteLength}`,
    "Connection: keep-alive",
    "Accept-Encoding: gzip, deflate",
  );
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
  return head.byteLength > HEAD_MAX_BYTES ? undefined : Buffer.concat([head, body]);
}
