import type { IncomingMessage, ServerResponse } from "node:http";

import type { WebhookMount } from "./webhook-mount.ts";

/** The part of Koa's context that the bridge needs. */
export interface KoaLikeContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly originalUrl: string;
  /** False: Koa does not answer. */
  respond?: boolean | undefined;
}

/**
 * The bridge to Koa 3: `app.use(createKoaMiddleware(handle))`. Requests for other paths are passed on.
 * It has to come before anything that reads bodies. The whole path of the URL has to be the bot's,
 * wherever it is mounted.
 *
 * The answer bypasses Koa, so that no middleware around this one can put a body into it: Telegram would
 * execute a body that names a method. Such middlewares see the status and the end of the answer.
 */
export function createKoaMiddleware(
  mount: WebhookMount,
): (context: KoaLikeContext, next: () => Promise<unknown>) => Promise<void> {
  return async (context, next) => {
    const { req, res, originalUrl } = context;
    if (mount.receiverFor(originalUrl) === undefined) return void (await next());
    context.respond = false;
    const closed = new Promise((resolve) => res.once("close", resolve));
    // Mounting in Koa removes the prefix from `req.url`, but the whole path counts.
    mount.listener(Object.assign(req, { originalUrl }), res);
    await closed;
  };
}
