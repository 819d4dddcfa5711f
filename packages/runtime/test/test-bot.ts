import type { Invocation, UpdateHandler } from "hookgram";

/** A bot whose handler a test can hold up; keeps what it saw. */
export class TestBot implements UpdateHandler {
  readonly allowedUpdates = ["message", "callback_query"] as const;
  readonly begun: Invocation[] = [];
  readonly handledIds: number[] = [];
  /** Set to hold every handler until it resolves. */
  gate: Promise<void> | undefined;
  #waiters: (() => void)[] = [];

  async handle(invocation: Invocation): Promise<{ status: "handled"; handler: string }> {
    this.begun.push(invocation);
    this.#wake();
    await this.gate;
    this.handledIds.push(invocation.update.update_id);
    this.#wake();
    return { status: "handled", handler: "test" };
  }

  /** Resolves when `condition` holds; looks whenever something happens here. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
