import type { UpdateHandler } from "hookgram";

import { type Flow, FlowHub, type FlowKind } from "./flow-hub.ts";
import { mount, type MountHandle } from "./mount.ts";
import type { WebhookOptions } from "./webhook-host.ts";

/** Options of {@link mountWithFlows}. */
export interface FlowOptions<K extends FlowKind> extends Omit<WebhookOptions, "bot"> {
  /** The kinds of updates, and own kinds of event, that come by flows. Open a flow of each: what has no consumer waits. */
  readonly kinds: readonly K[];
  /** Comes first; flows get what it leaves unhandled. */
  readonly bot?: UpdateHandler | undefined;
}

/** What {@link mountWithFlows} returns. */
export interface FlowHandle<K extends FlowKind> extends MountHandle {
  /**
   * The updates of one kind, for a `for await` loop. Several flows of one kind share its updates.
   * Flows end when the bot has stopped.
   */
  flow<P extends K>(kind: P): Flow<P>;
}

/**
 * A consumer handles one update after the other, so few attempts are let in at once: the time that
 * an update waits for its consumer counts towards the attempt's deadline.
 */
const CONCURRENCY_MAX = 16;

/**
 * {@link mount}, with updates as typed async iterables instead of handlers:
 *
 * ```ts
 * const { listener, flow } = mountWithFlows({ token, kinds: ["message"] });
 * for await (const { update, api } of flow("message")) {
 *   await api.sendMessage({ chat_id: update.message.chat.id, text: "Hello" });
 * }
 * ```
 *
 * There is no buffer in memory: what no consumer has taken waits in the store and survives a
 * crash. An update is done when its consumer asks for the next one or calls `done()`; a loop that
 * throws or breaks off leaves it unfinished, and it comes again, up to `attemptsMax` times. Of
 * `attemptTimeoutMs` a consumer should need a sixteenth per update, or `concurrencyMax` (here 16 by
 * default) be smaller.
 * @throws RuntimeError as {@link mount} does.
 */
export function mountWithFlows<K extends FlowKind>(options: FlowOptions<K>): FlowHandle<K> {
  const { kinds, bot, ...rest } = options;
  const hub = new FlowHub(kinds, bot);
  const handle = mount({ concurrencyMax: CONCURRENCY_MAX, ...rest, bot: hub });
  return {
    ...handle,
    stop: (stopOptions) => handle.stop(stopOptions).finally(() => hub.close()),
    flow: (kind) => hub.flow(kind),
  };
}
