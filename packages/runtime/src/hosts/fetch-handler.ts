import { ANSWERS, type Answer } from "../receiver/answer.ts";
import type { Receiver, RequestHead } from "../receiver/receiver.ts";
import type { WebhookMount } from "./webhook-mount.ts";

/**
 * Options of {@link createFetchHandler}. `Rest` is what the host passes besides the request, to be
 * said where it is used: `createFetchHandler<[Bun.Server]>(…)`.
 */
export interface FetchHandlerOptions<Rest extends readonly unknown[]> {
  /** Answers requests for other paths. Default: 404. */
  readonly otherwise?:
    | ((request: Request, ...rest: Rest) => Response | Promise<Response>)
    | undefined;
  /**
   * The address of the other end of the connection, which a `Request` does not have. Needed only
   * with an allow list; without it such a receiver refuses everybody.
   */
  readonly peerAddress?: ((request: Request, ...rest: Rest) => string | undefined) | undefined;
}

/**
 * The bridge for hosts that turn a `Request` into a `Response`: `Deno.serve`, `Bun.serve`, a route
 * of Next.js on its Node runtime, or a server of one's own.
 *
 * The whole path of the URL has to be the bot's. A refusal does not close its connection, as it
 * does on `node:http`: a `Response` cannot say that to every host.
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

/** What a request asks for, as a `node:http` server would have seen it. */
export function targetOf(request: Request): string {
  const { pathname, search } = new URL(request.url);
  return pathname + search;
}

/** Never rejects: a host's own error page would be an answer that Telegram must not see. */
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
  // What the host does with it, nobody is told here.
  sent("written");
  return new Response(Buffer.from(body), { status, headers });
}

/** Settles by itself when the body takes too long: cancelling it would cut the connection first. */
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
    // The client went away in the middle of its body: nobody reads this answer.
    read().then(resolve, () => resolve(ANSWERS.unavailable));
  });
}
