import type { Acceptance, Inbox, IncomingUpdate } from "../src/inbox.ts";

/** An inbox for tests of what stands in front of it: keeps updates and can be told to fail. */
export class MemoryInbox implements Inbox {
  readonly updates: IncomingUpdate[] = [];
  /** Set to make every `accept` reject with it. */
  failure: unknown;
  /** Set to hold every `accept` back until it resolves. */
  gate: Promise<void> | undefined;
  /** How often `accept` was called. */
  asked = 0;
  readonly #ids = new Set<number>();

  async accept(update: IncomingUpdate): Promise<Acceptance> {
    this.asked += 1;
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    if (update.updateId !== undefined && this.#ids.has(update.updateId)) return "duplicate";
    if (update.updateId !== undefined) this.#ids.add(update.updateId);
    this.updates.push(update);
    return "stored";
  }
}
