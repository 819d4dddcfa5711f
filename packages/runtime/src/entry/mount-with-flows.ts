import type { UpdateHandler } from "hookgram";

import { type Flow, FlowHub, type FlowKind } from "./flow-hub.ts";
import { mount, type MountHandle } from "./mount.ts";
import type { WebhookOptions } from "./webhook-host.ts";

/** Options of {@link mountWithFlows}. */
export interface FlowOptions<K extends FlowKind> extends Omit<WebhookOptions, "bot"> {
  /**
   * The kinds of updates and own events that come by flows. Open a flow of each kind: updates that
   * have no consumer wait.
   */
  readonly kinds: readonly K[];
  /** Is asked first; flows get what it leaves unhandled. */
  readonly bot?: UpdateHandler | undefined;
}

/** What {@link mountWithFlows} returns. */
export interface FlowHandle<K extends FlowKind> extends MountHandle {
  /**
   * The updates of one kind, for a `for await` loop. Several flows of one kind share its updates. All
   * flows end when the bot has stopped.
   */
  flow<P extends K>(kind: P): Flow<P>;
}

/**
 * A consumer handles one update after the other, and the time that an update waits for it counts
 * towards the attempt's deadline. So only a few attempts may begin at the same time.
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
 * There is no buffer in memory: what no consumer has taken waits in the store and survives a crash.
 * An update is done when its consumer asks for the next one or calls `done()`. A loop that throws or
 * breaks leaves its update unfinished, and the update comes again, up to `attemptsMax` times.
 *
 * Up to `concurrencyMax` attempts (here 16 by default) wait for consumers at the same time. If a
 * consumer needs more than a sixteenth of `attemptTimeoutMs` for one update, lower it.
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
