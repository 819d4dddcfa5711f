import { answerTo, targetOf, toResponse } from "./fetch-handler.ts";
import type { WebhookMount } from "./webhook-mount.ts";

/** The part of Hono's context that the bridge needs. */
export interface HonoLikeContext {
  readonly req: { readonly raw: Request };
}

/** Options of {@link createHonoMiddleware}. */
export interface HonoMiddlewareOptions<C extends HonoLikeContext> {
  /**
   * Returns the address of the other end of the connection: `getConnInfo(context).remote.address`, from
   * Hono's adapter for the platform. Needed only with an allow list, which refuses every request
   * otherwise.
   */
  readonly peerAddress?: ((context: C) => string | undefined) | undefined;
}

/**
 * The bridge to Hono 4: `app.use(createHonoMiddleware(handle))`. Requests for other paths are passed on.
 * It has to come before anything that reads bodies, because what Hono keeps of a body need not be the
 * bytes that arrived. The whole path of the URL has to be the bot's, wherever it is mounted. As with
 * {@link createFetchHandler}, a refusal does not close its connection.
 */
export function createHonoMiddleware<C extends HonoLikeContext = HonoLikeContext>(
  mount: Pick<WebhookMount, "receiverFor">,
  { peerAddress }: HonoMiddlewareOptions<C> = {},
): (context: C, next: () => Promise<void>) => Promise<Response | undefined> {
  return async (context, next) => {
    const { raw } = context.req;
    const receiver = mount.receiverFor(targetOf(raw));
    if (receiver !== undefined) {
      return toResponse(await answerTo(receiver, raw, peerAddress?.(context)));
    }
    await next();
    return undefined;
  };
}
