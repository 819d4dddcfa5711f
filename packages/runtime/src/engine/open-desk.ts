import { systemClock } from "@hookgram/bot-api";

import type { Outbox } from "../outbox/outbox.ts";
import { StoreOutbox } from "../outbox/store-outbox.ts";
import { silentLogger } from "../silent-logger.ts";
import type { Store } from "../store/store.ts";
import { type Operator, StoreOperator } from "./operator.ts";

/** What can be looked at and mended in a store. */
export interface Desk {
  readonly operator: Operator;
  readonly outbox: Outbox;
}

/** A desk without an engine. */
export interface OpenDesk extends Desk {
  /** Lets go of the store. */
  close(): Promise<void>;
}

/** Nothing is handled here, so nothing has to be told. */
const DEAF = { found() {}, foundAside() {}, waiting() {}, timerDue() {} };

/**
 * Opens a store to look and mend while no engine of this process runs on it. Nothing is handled or
 * sent from here: what is put back, resumed or begun waits for an engine. One that shares the store
 * notices within seconds; on a store that is not shared it is the next one that starts.
 * @param botIds the bots of which {@link Outbox} may tell and for which it may enqueue. Default: none.
 * @throws RuntimeError what `Store.open` throws: `store-in-use` when a running bot has it to itself.
 */
export async function openDesk(store: Store, botIds: readonly number[] = []): Promise<OpenDesk> {
  await store.open(DEAF);
  const pauses = { refresh: () => Promise.resolve() };
  return {
    operator: new StoreOperator({ store, clock: systemClock, logger: silentLogger, pauses }),
    outbox: new StoreOutbox({ store: store.outbox, bots: botIds.map((id) => ({ id })) }),
    close: () => store.close(),
  };
}
