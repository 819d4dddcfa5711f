import type { MethodName, MethodParams } from "@hookgram/bot-api";
import type { WhenAmbiguous } from "./invocation.ts";

/**
 * What goes first when Telegram's limits make sends wait: `interactive` before `normal` before
 * `bulk`. Within one priority the order in a chat is that of enqueueing.
 */
export type SendPriority = "interactive" | "normal" | "bulk";

/** How a send is enqueued. */
export interface SendOptions {
  /**
   * When it is to be sent, as milliseconds since the epoch or a `Date`; in the past and by default: at
   * once.
   */
  readonly at?: number | Date | undefined;
  /** Default `interactive`; `normal` for what has an `at`. */
  readonly priority?: SendPriority | undefined;
  /**
   * Names the send: while one with this key is known to the host, another one changes nothing. It is
   * also what {@link OutboxSession.cancel} takes.
   */
  readonly key?: string | undefined;
  /**
   * What becomes of it when nobody can know whether it was sent: `repeat` sends it again, `park`
   * leaves it to a person. Default: what the host was told for the bot, else `repeat`.
   */
  readonly ambiguous?: WhenAmbiguous | undefined;
}

/**
 * Calls whose result the handler does not need. They are enqueued in the commit of the attempt, once
 * per update, and carried out afterwards: in the order of each chat, within Telegram's limits, again
 * after failures that may pass.
 */
export interface OutboxSession {
  /**
   * Enqueues a call. Files cannot be uploaded in it: they are given by `file_id` or by URL.
   * @throws what the host throws for parameters that cannot be kept as JSON.
   */
  send<M extends MethodName>(method: M, params: MethodParams<M>, options?: SendOptions): void;
  /** Removes the send with this key, if it is not under way. Its key is free for what follows. */
  cancel(key: string): void;
}
