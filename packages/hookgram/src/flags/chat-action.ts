import type { Chat, Clock, MethodParams } from "@hookgram/bot-api";
import { placeOf } from "../context/reply.ts";
import { Scope } from "../context/scope.ts";
import type { FilterObject } from "../filter/filter.ts";
import { markWith } from "../filter/flag.ts";
import type { AnyMiddleware } from "../router/router-node.ts";

/** What the chat shows that the bot is doing: `typing`, `upload_photo`, … */
export type ChatAction = MethodParams<"sendChatAction">["action"];

/** When a chat action is shown. */
export interface ChatActionOptions {
  /** Milliseconds before it is shown first; 200 by default, so that quick handlers cost no call. */
  readonly afterMs?: number;
  /** Milliseconds after which it is shown again; 4500 by default. */
  readonly everyMs?: number;
}

/** Nobody misses an action that is over before it is seen. */
const AFTER_MS = 200;
/** Telegram takes an action down after 5 s; a little earlier, and it does not blink. */
const EVERY_MS = 4500;

/**
 * Shows the chat that the bot is at work for as long as the handler runs, in the topic and for the
 * business connection from which the update came:
 * `router.message(command("report"), chatAction("upload_document"), report)`. As a root filter it
 * holds for every handler of the router. A call that fails is logged and harms nothing.
 * @see https://core.telegram.org/bots/api#sendchataction
 */
export function chatAction(
  action: ChatAction = "typing",
  { afterMs = AFTER_MS, everyMs = EVERY_MS }: ChatActionOptions = {},
): FilterObject<{ readonly chat: Chat | undefined }> {
  const around: AnyMiddleware = async (context, next) => {
    const scope = context as Scope;
    if (scope.chat === undefined) return next();
    const place = placeOf(scope.chat, Scope.attemptOf(scope).origin);
    const stopped = new AbortController();
    const show = async (): Promise<void> => {
      try {
        await scope.api.sendChatAction({ ...place, action }, { signal: stopped.signal });
      } catch (error) {
        if (!stopped.signal.aborted) scope.logger.debug({ error, action }, "No chat action");
      }
    };
    const stop = repeat(show, { afterMs, everyMs, clock: scope.clock });
    try {
      return await next();
    } finally {
      stopped.abort();
      await stop();
    }
  };
  return markWith("chatAction", { value: action, arounds: [around] });
}

/** Runs the task now and then until it is stopped; the stop waits for one that is under way. */
function repeat(
  task: () => Promise<void>,
  { afterMs, everyMs, clock }: Required<ChatActionOptions> & { readonly clock: Clock },
): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let cancel = clock.after(afterMs, run);
  function run(): void {
    cancel = clock.after(everyMs, run);
    running = task();
  }
  return () => {
    cancel();
    return running;
  };
}
