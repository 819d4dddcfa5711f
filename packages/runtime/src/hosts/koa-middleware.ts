import type { IncomingMessage, ServerResponse } from "node:http";

import type { WebhookMount } from "./webhook-mount.ts";

/** As much of Koa's context as the bridge needs. */
export interface KoaLikeContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly originalUrl: string;
  /** False: Koa leaves the answer to others. */
  respond?: boolean | undefined;
}

/**
 * The bridge to Koa 3: `app.use(createKoaMiddleware(handle))`. Requests for other paths go on. It
 * has to come before anything that reads bodies. The whole path of the URL has to be the bot's,
 * wherever it is mounted.
 *
 * The answer is written past Koa, so that no middleware around this one can put a body into it:
 * Telegram would execute one that names a method. What they see is the status and its end.
 */
export function createKoaMiddleware(
  mount: WebhookMount,
): (context: KoaLikeContext, next: () => Promise<unknown>) => Promise<void> {
  return async (context, next) => {
    const { req, res, originalUrl } = context;
    if (mount.receiverFor(originalUrl) === undefined) return void (await next());
    context.respond = false;
    const closed = new Promise((resolve) => res.once("close", resolve));
    // Mounting in Koa cuts the prefix off `req.url`, and the whole path is what counts.
    mount.listener(Object.assign(req, { originalUrl }), res);
    await closed;
  };
}
