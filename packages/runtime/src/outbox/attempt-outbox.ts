import type { MethodName, MethodParams } from "@hookgram/bot-api";
import type { OutboxSession, SendOptions } from "hookgram";

import { RuntimeError } from "../error.ts";
import type { OutboxWrite } from "../store/outbox/outbox-store.ts";
import { checkKey, type Sender, type SendParams, toNewSend } from "./to-new-send.ts";

/** More would delay the commits of others; for many chats there are broadcasts. */
const WRITES_MAX = 1_000;

/** Collects what one attempt does to the outbox, for its commit. */
export class AttemptOutbox implements OutboxSession {
  readonly #sender: Sender;
  readonly #assertRunning: () => void;
  readonly #writes: OutboxWrite[] = [];

  /** `assertRunning` throws once the attempt is over. */
  constructor(sender: Sender, assertRunning: () => void) {
    this.#sender = sender;
    this.#assertRunning = assertRunning;
  }

  get writes(): readonly OutboxWrite[] {
    return this.#writes;
  }

  /** @throws RuntimeError `bad-options`, `store-refused`, `attempt-over`. */
  readonly send = <M extends MethodName>(
    method: M,
    params: MethodParams<M>,
    options: SendOptions = {},
  ): void => {
    const call = { method, params: params as SendParams, options };
    this.#add({ to: "send", send: toNewSend(call, this.#sender) });
  };

  readonly cancel = (key: string): void => {
    this.#add({ to: "cancel", botId: this.#sender.botId, key: checkKey(key) });
  };

  #add(write: OutboxWrite): void {
    this.#assertRunning();
    if (this.#writes.push(write) <= WRITES_MAX) return;
    const mend = "for many chats begin a broadcast";
    throw new RuntimeError("store-refused", `one attempt enqueues ${WRITES_MAX} at most; ${mend}`);
  }
}
