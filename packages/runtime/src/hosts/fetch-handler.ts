import { ANSWERS, type Answer } from "../receiver/answer.ts";
import type { Receiver, RequestHead } from "../receiver/receiver.ts";
import type { WebhookMount } from "./webhook-mount.ts";

/**
 * Options of {@link createFetchHandler}. `Rest` are the types of what the host passes besides the
 * request, for example `createFetchHandler<[Bun.Server]>(…)`.
 */
export interface FetchHandlerOptions<Rest extends readonly unknown[]> {
  /** Answers requests for other paths. Default: 404. */
  readonly otherwise?:
    | ((request: Request, ...rest: Rest) => Response | Promise<Response>)
    | undefined;
  /**
   * Returns the address of the other end of the connection, which a `Request` does not have. Needed
   * only with an allow list, which refuses every request otherwise.
   */
  readonly peerAddress?: ((request: Request, ...rest: Rest) => string | undefined) | undefined;
}

/**
 * The bridge for hosts that turn a `Request` into a `Response`: `Deno.serve`, `Bun.serve`, a route
 * of Next.js on its Node runtime, or a server of your own.
 *
 * The whole path of the URL has to be the bot's. Unlike on `node:http`, a refusal does not close its
 * connection, because a `Response` cannot ask every host for that.
 */
export function createFetchHandler<Rest extends readonly unknown[] = []>(
  mount: Pick<WebhookMount, "receiverFor">,
  options: FetchHandlerOptions<Rest> = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  const { otherwise, peerAddress } = options;
  return async (request, ...rest) => {
    const receiver = mount.receiverFor(targetOf(request));
    if (receiver !== undefined) {
      return toResponse(await answerTo(receiver, request, peerAddress?.(request, ...rest)));
    }
    return otherwise?.(request, ...rest) ?? new Response(null, { status: 404 });
  };
}

/** The request target, as a `node:http` server would see it. */
export function targetOf(request: Request): string {
  const { pathname, search } = new URL(request.url);
  return pathname + search;
}

/** Never rejects, because a host's own error page must not be the answer to Telegram. */
export async function answerTo(
  receiver: Receiver,
  request: Request,
  peerAddress: string | undefined,
): Promise<Answer> {
  const { method, headers } = request;
  const header = (name: string): string | undefined => headers.get(name) ?? undefined;
  const head: RequestHead = { method, target: targetOf(request), header, peerAddress };
  const refusal = receiver.admit(head);
  if (refusal !== undefined) return refusal;
  return request.bodyUsed ? receiver.bodyIsGone() : acceptBody(receiver, request);
}

export function toResponse({ status, headers, body, sent }: Answer): Response {
  if (sent === undefined) return new Response(null, { status, headers });
  // The host does not tell what becomes of the answer.
  sent("written");
  return new Response(Buffer.from(body), { status, headers });
}

/** Gives up waiting for a slow body; cancelling it would cut the connection before the answer. */
function acceptBody(receiver: Receiver, request: Request): Promise<Answer> {
  const { body } = request;
  if (body?.locked === true) return Promise.resolve(receiver.bodyIsGone());
  return new Promise((resolve) => {
    let isLate = false;
    const deadline = receiver.bodyDeadlines.begin(() => {
      isLate = true;
      resolve(ANSWERS.tooSlow);
    });
    const read = async (): Promise<Answer> => {
      const collector = receiver.collector();
      try {
        for await (const chunk of body ?? []) if (isLate || !collector.push(chunk)) break;
      } finally {
        receiver.bodyDeadlines.end(deadline);
      }
      return isLate ? ANSWERS.tooSlow : receiver.accept(collector.finish());
    };
    // If the client leaves in the middle of its body, nobody reads this answer.
    read().then(resolve, () => resolve(ANSWERS.unavailable));
  });
}
