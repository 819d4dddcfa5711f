/**
 * Bridges to HTTP frameworks, for a bot that is mounted. An entry of its own, so that nobody else
 * loads it; the frameworks themselves are never imported. Express needs none: `handle.listener` is
 * a middleware.
 */
export { createFastifyPlugin, type FastifyLike } from "./hosts/fastify-plugin.ts";
export { createFetchHandler, type FetchHandlerOptions } from "./hosts/fetch-handler.ts";
export {
  createHonoMiddleware,
  type HonoLikeContext,
  type HonoMiddlewareOptions,
} from "./hosts/hono-middleware.ts";
export { createKoaMiddleware, type KoaLikeContext } from "./hosts/koa-middleware.ts";
export type { WebhookMount } from "./hosts/webhook-mount.ts";
