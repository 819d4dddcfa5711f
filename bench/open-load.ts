import { setTimeout } from "node:timers/promises";

import { LoadConnection, toRequest } from "./load-connection.ts";
import { monotonicMs } from "./servers/handled-log.ts";

export interface OpenLoad {
  readonly port: number;
  readonly path: string;
  readonly secret: string;
  readonly ratePerSecond: number;
  readonly requests: number;
  readonly body: (updateId: number) => Buffer;
  readonly firstUpdateId: number;
  /** Gives numbers from 0 up to 1, for the gaps between arrivals. */
  readonly random: () => number;
}

/** When each update was due and when it was answered, as `monotonicMs()` counts. */
export interface Arrivals {
  readonly dueMs: Float64Array;
  readonly answeredMs: Float64Array;
}

/** The shortest time that a timer can wait. */
const TICK_MS = 1;

/**
 * Sends requests at times that do not depend on the answers. Arrivals are a Poisson process. If this
 * process sends a request late, its latency counts from when it was due, so that a server which stops
 * for a moment cannot hide it.
 */
export async function runOpenLoad(load: OpenLoad): Promise<Arrivals> {
  const { port, path, secret, requests } = load;
  const sender = new OpenSender(port);
  const gaps = Array.from(
    { length: requests },
    () => (-Math.log(1 - load.random()) * 1_000) / load.ratePerSecond,
  );
  const dueMs = new Float64Array(requests);
  const answeredMs = new Float64Array(requests);
  let nextMs = monotonicMs() + TICK_MS;
  const answers: Promise<void>[] = [];
  for (let index = 0; index < requests; index += 1) {
    nextMs += gaps[index]!;
    dueMs[index] = nextMs;
    const request = toRequest(path, secret, load.body(load.firstUpdateId + index));
    const waitMs = nextMs - monotonicMs();
    if (waitMs > 0) await setTimeout(waitMs);
    answers.push(
      sender.send(request).then(() => {
        answeredMs[index] = monotonicMs();
      }),
    );
  }
  await Promise.all(answers);
  sender.close();
  return { dueMs, answeredMs };
}

/** Opens as many connections as are used at the same time. */
class OpenSender {
  readonly #port: number;
  readonly #idle: LoadConnection[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  async send(request: Buffer): Promise<void> {
    const connection =
      this.#idle.pop() ?? (await LoadConnection.open({ port: this.#port, tls: false }));
    const status = await new Promise<string>((resolve) => connection.ask(request, resolve));
    if (status !== "200") throw new Error(`an update was answered ${status}`);
    this.#idle.push(connection);
  }

  close(): void {
    for (const connection of this.#idle) connection.close();
  }
}
