import { systemClock } from "@hookgram/bot-api";

import type { Outbox } from "../outbox/outbox.ts";
import { StoreOutbox } from "../outbox/store-outbox.ts";
import { silentLogger } from "../silent-logger.ts";
import type { Store } from "../store/store.ts";
import { type Operator, StoreOperator } from "./operator.ts";

/** What an operator can look at and repair in a store. */
export interface Desk {
  readonly operator: Operator;
  readonly outbox: Outbox;
}

/** A {@link Desk} on a store that no engine of this process runs on. */
export interface OpenDesk extends Desk {
  /** Closes the store. */
  close(): Promise<void>;
}

/** Nothing is handled here, so nobody has to hear of new updates. */
const NO_LISTENER = { found() {}, foundAside() {}, waiting() {}, timerDue() {} };

/**
 * Opens a store for an operator, without an engine. Nothing is handled or sent from here: what is
 * replayed, resumed or enqueued waits for an engine. One that shares the store notices within seconds;
 * on a store that is not shared it is the next one to start.
 * @param botIds the bots that the {@link Outbox} counts and may enqueue for. Default: none.
 * @throws RuntimeError what `Store.open` throws: `store-in-use` when a running bot owns the store.
 */
export async function openDesk(store: Store, botIds: readonly number[] = []): Promise<OpenDesk> {
  await store.open(NO_LISTENER);
  const pauses = { refresh: () => Promise.resolve() };
  return {
    operator: new StoreOperator({ store, clock: systemClock, logger: silentLogger, pauses }),
    outbox: new StoreOutbox({ store: store.outbox, bots: botIds.map((id) => ({ id })) }),
    close: () => store.close(),
  };
}
