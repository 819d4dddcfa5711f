import { systemClock } from "@hookgram/bot-api";

import { StoreFault } from "../store-fault.ts";
import { Connection, type ConnectionEvents } from "./connection.ts";
import type { Target } from "./target.ts";

/**
 * When a store closes, a server that owes an answer for so long is given up. A commit takes
 * milliseconds, on a busy disk some hundred. To be too early costs little: what was not written is
 * taken up by others, a few seconds later.
 */
const SILENCE_MAX_MS = 750;

/** Time between two looks at the connections of a store that closes. */
const LOOK_MS = 50;

/**
 * Opens the connections of one store, and sees to it that a server that does not answer cannot hold
 * up the store's end.
 *
 * States: open → closing (by {@link Connector.close}) → given up, if the server is silent. Then
 * nothing is opened any more, because it would be asked in vain.
 */
export class Connector {
  readonly #target: Target;
  readonly #connections = new Set<Connection>();
  #hasGivenUp = false;

  constructor(target: Target) {
    this.#target = target;
  }

  /** Rejects with what the client throws, or a `StoreFault`. */
  async open(events: ConnectionEvents = {}): Promise<Connection> {
    if (this.#hasGivenUp) throw new StoreFault("broken", "the server does not answer");
    for (const other of this.#connections) if (other.isOver) this.#connections.delete(other);
    const connection = new Connection(this.#target, events);
    this.#connections.add(connection);
    await connection.open();
    return connection;
  }

  /**
   * Waits for the end of everything that the store still does over its connections. If the server
   * is silent meanwhile, they are cut, and what was on its way rejects as when the link is lost.
   */
  async close(end: () => Promise<void>): Promise<void> {
    let cancel: () => void = () => {};
    const look = (): void => {
      this.#giveUpIfSilent();
      cancel = systemClock.after(LOOK_MS, look);
    };
    look();
    await end().finally(() => cancel());
  }

  #giveUpIfSilent(): void {
    const connections = [...this.#connections];
    if (!connections.some(({ silentMs }) => silentMs >= SILENCE_MAX_MS)) return;
    this.#hasGivenUp = true;
    for (const connection of connections) connection.cut();
  }
}
