import type { MethodArguments, MethodName } from "@hookgram/bot-api";
import type { Attempt } from "./scope.ts";

/**
 * Makes a call whose result the handler does not need: `await webhookReply("sendMessage", { … })`. Where the
 * host has the option of that name, the first such call of an update travels in the answer to Telegram's
 * request, if that still waits. Then nobody is told whether it was carried out: a refusal by Telegram
 * or a broken connection goes unnoticed, and the call is never made again. Everywhere else it is made
 * as any call, and rejects as any call does.
 *
 * Make it the last call of a handler: Telegram carries it out when it has read the answer, which may be
 * after calls that were made later.
 */
export type WebhookReply = <M extends MethodName>(
  method: M,
  ...args: MethodArguments<M>
) => Promise<void>;

export function webhookReplyFor({ api }: Attempt): WebhookReply {
  return async (method, ...[params, options]) => {
    const args = [params, { ...options, webhookReply: true }] as unknown;
    await api.call(method, ...(args as MethodArguments<typeof method>));
  };
}
