import { type BotApi, type Clock, systemClock, type Update, type User } from "@hookgram/bot-api";
import type { Invocation, Logger, StateRecord } from "../dispatch/invocation.ts";
import type { Transcript, Turn } from "./transcript.ts";

const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * What the context of a turn is made of: the attempt that runs now, with the turn's own update and
 * time, and with every effect recorded.
 *
 * **Invariant:** while recorded turns are run again nothing is emitted, enqueued, set, logged or
 * written to states.
 */
export class TurnInvocation implements Invocation {
  readonly update: Update;
  readonly api: BotApi;
  readonly now: () => number;
  readonly states: Invocation["states"];
  readonly outbox: Invocation["outbox"];
  readonly timers: Invocation["timers"];
  readonly emit: Invocation["emit"];
  readonly step: Invocation["step"];
  readonly #host: Invocation;
  readonly #transcript: Transcript;

  /** `api` is the client that records. */
  constructor(host: Invocation, { update, atMs }: Turn, of: TurnParts) {
    const { transcript } = of;
    this.#host = host;
    this.#transcript = transcript;
    this.update = update;
    this.api = of.api;
    this.step = of.step;
    this.now = () => atMs;
    this.states = {
      read: (key) => readState(transcript, host, key),
      write: (key, record) => this.#whenLive(() => host.states.write(key, record)),
    };
    this.outbox = {
      send: (...send) => this.#whenLive(() => host.outbox.send(...send)),
      cancel: (key) => this.#whenLive(() => host.outbox.cancel(key)),
    };
    this.timers = {
      write: (key, timer) => this.#whenLive(() => host.timers.write(key, timer)),
    };
    this.emit = (emission) => this.#whenLive(() => host.emit(emission));
  }

  get me(): User {
    return this.#host.me;
  }
  get attempt(): number {
    return this.#host.attempt;
  }
  get attemptsMax(): number {
    return this.#host.attemptsMax;
  }
  get signal(): AbortSignal {
    return this.#host.signal;
  }
  get clock(): Clock {
    return this.#host.clock ?? systemClock;
  }
  get logger(): Logger {
    return this.#transcript.isLive ? this.#host.logger : SILENT;
  }

  #whenLive(act: () => void): void {
    if (this.#transcript.isLive) act();
  }
}

/** What all turns of a run have in common. */
export interface TurnParts {
  readonly transcript: Transcript;
  readonly api: BotApi;
  readonly step: Invocation["step"];
}

async function readState(
  transcript: Transcript,
  host: Invocation,
  key: string,
): Promise<StateRecord | undefined> {
  const name = `state:${key}`;
  const run = (): Promise<StateRecord | undefined> => host.states.read(key);
  return (await transcript.effect({ name, run })) as StateRecord | undefined;
}
