import { LoadConnection, toRequest } from "./load-connection.ts";

export interface Load {
  /** Connections are spread over these evenly. */
  readonly ports: readonly number[];
  /** Whether requests go by HTTPS. Default false. */
  readonly tls?: boolean | undefined;
  readonly path: string;
  readonly secret: string;
  readonly connections: number;
  /** How many requests are sent. */
  readonly requests: number;
  /** The body with this `update_id`; called once per request. */
  readonly body: (updateId: number) => Buffer;
  readonly firstUpdateId: number;
}

export interface LoadResult {
  /** When the first request was sent, as `performance.now()` counts. */
  readonly startedMs: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were not 200. */
  readonly failed: number;
}

/**
 * Sends webhook requests as Telegram does: on keep-alive connections, one request at a time on each, and
 * each with another `update_id`. The bytes are prepared before the measurement, and answers are only
 * searched for their end, so that two cores are enough to load a server.
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const { requests: count, path, secret, ports, tls = false } = load;
  const requests = Array.from({ length: count }, (_, index) =>
    toRequest(path, secret, load.body(load.firstUpdateId + index)),
  );
  const latencies = new Float64Array(count);
  const connections = await Promise.all(
    Array.from({ length: load.connections }, (_, index) =>
      LoadConnection.open({ port: ports[index % ports.length]!, tls }),
    ),
  );
  const run: Run = { requests, latencies, next: 0, failed: 0 };
  const startedMs = performance.now();
  await Promise.all(connections.map((connection) => drive(connection, run)));
  const elapsedMs = performance.now() - startedMs;
  for (const connection of connections) connection.close();
  latencies.sort();
  return {
    startedMs,
    requestsPerSecond: (count / elapsedMs) * 1_000,
    p50Ms: latencies[Math.floor(count * 0.5)]!,
    p99Ms: latencies[Math.floor(count * 0.99)]!,
    failed: run.failed,
  };
}

interface Run {
  readonly requests: readonly Buffer[];
  readonly latencies: Float64Array;
  /** The request that is sent next, whichever connection is free. */
  next: number;
  failed: number;
}

/** Sends requests on one connection. Resolves when none is left. */
function drive(connection: LoadConnection, run: Run): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentMs = 0;
    let index = 0;
    const answered = (status: string): void => {
      run.latencies[index] = performance.now() - sentMs;
      if (status !== "200") run.failed += 1;
      send();
    };
    const send = (): void => {
      if (run.next >= run.requests.length) return resolve();
      index = run.next;
      run.next += 1;
      sentMs = performance.now();
      connection.ask(run.requests[index]!, answered);
    };
    connection.onEnd(reject);
    send();
  });
}
