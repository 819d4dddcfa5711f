import type { IncomingMessage, ServerResponse } from "node:http";

import type { WebhookMount } from "./webhook-mount.ts";

/** The part of a Fastify instance that the bridge needs. */
export interface FastifyLike {
  addHook(
    name: "onRequest",
    hook: (
      request: { readonly raw: IncomingMessage },
      reply: { readonly raw: ServerResponse; hijack(): unknown },
      done: () => void,
    ) => void,
  ): unknown;
}

/** Fastify's mark of a plugin whose hooks apply to the instance that registers it. */
const SKIP_OVERRIDE = Symbol.for("skip-override");

/**
 * The bridge to Fastify 5: `app.register(createFastifyPlugin(handle))`. It answers in a hook that runs
 * before Fastify parses anything, so that no route and no content type parser is needed. Requests for
 * other paths are passed on. The whole path of the URL has to be the bot's, whatever the prefix.
 *
 * The answer bypasses Fastify, so that no `onSend` hook can put a body into it: Telegram would execute
 * a body that names a method.
 * @see https://fastify.dev/docs/latest/Reference/Lifecycle/
 */
export function createFastifyPlugin(
  mount: WebhookMount,
): (instance: FastifyLike, options: unknown, done: () => void) => void {
  const plugin = (instance: FastifyLike, _options: unknown, done: () => void): void => {
    instance.addHook("onRequest", ({ raw }, reply, goOn) => {
      if (mount.receiverFor(raw.url ?? "") === undefined) return goOn();
      reply.hijack();
      mount.listener(raw, reply.raw);
    });
    done();
  };
  return Object.assign(plugin, { [SKIP_OVERRIDE]: true });
}
