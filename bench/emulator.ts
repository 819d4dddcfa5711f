import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import { benchEmulatorStart } from "./emulator-start.ts";
import { type BenchRow, median } from "./row.ts";
import type { EmulatorState, EmulatorTask } from "./servers/emulator.ts";

const ROUNDS = 5;
const CALLS_PER_ROUND = 4_000;
const UPDATES_PER_ROUND = 4_000;
const CONNECTIONS = 16;
/** As many as there are in the emulator's process. */
const PEOPLE = 1_000;
/** Enough for the journal to be full, so that it does not grow while memory is measured. */
const MESSAGES_BEFORE = 25_000;
const MESSAGES_MEASURED = 100_000;
/** Longest answer of `getUpdates`. */
const BATCH = 100;

const API = "/bot1234:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/";
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

/**
 * What one core of the emulator does: rates are per second of the CPU time of its process, so that
 * neither the load nor other programs on the machine count.
 */
export async function benchEmulator(): Promise<BenchRow[]> {
  const emulator = await Emulator.start();
  try {
    // A bot may only write to people who have written to it.
    await emulator.state(PEOPLE);
    await emulator.call("deleteWebhook", { drop_pending_updates: true });
    return [
      await rate(emulator, "getMe", "calls", () => emulator.callMany("getMe", {})),
      await rate(emulator, "sendMessage", "calls", () => {
        return emulator.callMany("sendMessage", { chat_id: 10_000, text: "Hello, <b>you</b>" });
      }),
      await rate(emulator, "getUpdates", "updates", () => emulator.poll()),
      await emulator.withWebhook(() => {
        return rate(emulator, "webhook", "updates", () => emulator.deliver());
      }),
      await memory(emulator),
      ...(await benchEmulatorStart()),
    ];
  } finally {
    agent.destroy();
    emulator.stop();
  }
}

/** Each round does a number of things and says how many. The first is for the compilers. */
async function rate(
  emulator: Emulator,
  name: string,
  metric: string,
  round: () => Promise<number>,
): Promise<BenchRow> {
  const rates: number[] = [];
  for (let index = 0; index <= ROUNDS; index += 1) {
    const before = await emulator.state();
    const done = await round();
    const { cpuMs } = await emulator.state();
    if (index > 0) rates.push((done / (cpuMs - before.cpuMs)) * 1000);
  }
  return row(name, { metric, unit: "1/s", value: median(rates) });
}

async function memory(emulator: Emulator): Promise<BenchRow> {
  await emulator.call("getUpdates", { offset: -1, allowed_updates: ["poll"] });
  const before = await emulator.state(MESSAGES_BEFORE);
  const after = await emulator.state(MESSAGES_MEASURED);
  const value = (after.heapBytes - before.heapBytes) / 1e6;
  return row("100,000 messages", { metric: "memory", unit: "MB", value });
}

function row(name: string, figure: Pick<BenchRow, "metric" | "unit" | "value">): BenchRow {
  return { bench: "emulator", case: name, ...figure, against: null, ratio: null };
}

class Emulator {
  readonly #process: ChildProcess;
  readonly #url: string;
  #received = 0;
  #onReceived = (): void => {};

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.#url = url;
  }

  static async start(): Promise<Emulator> {
    const file = fileURLToPath(new URL("servers/emulator.ts", import.meta.url));
    const child = fork(file, { execArgv: ["--expose-gc"] });
    const [{ url }] = (await once(child, "message")) as [EmulatorState];
    return new Emulator(child, url);
  }

  stop(): void {
    this.#process.disconnect();
  }

  /** How the process is, after people have written so many messages. */
  async state(messages = 0): Promise<EmulatorState> {
    const answer = once(this.#process, "message") as Promise<[EmulatorState]>;
    this.#process.send({ messages } satisfies EmulatorTask);
    return (await answer)[0];
  }

  async call(method: string, params: object): Promise<unknown> {
    const headers = { "content-type": "application/json" };
    const calling = request(this.#url + API + method, { method: "POST", agent, headers });
    calling.end(JSON.stringify(params));
    const [response] = (await once(calling, "response")) as [AsyncIterable<Buffer>];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const answer = JSON.parse(Buffer.concat(chunks).toString()) as { ok: boolean; result: unknown };
    if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer)}`);
    return answer.result;
  }

  async callMany(method: string, params: object): Promise<number> {
    const share = CALLS_PER_ROUND / CONNECTIONS;
    const work = async (): Promise<void> => {
      for (let count = 0; count < share; count += 1) await this.call(method, params);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, work));
    return CALLS_PER_ROUND;
  }

  /** People write, and the bot asks until it has everything. */
  async poll(): Promise<number> {
    await this.state(UPDATES_PER_ROUND);
    let offset = 0;
    for (let received = 0; received < UPDATES_PER_ROUND;) {
      const params = { offset, limit: BATCH, timeout: 5 };
      const updates = (await this.call("getUpdates", params)) as { update_id: number }[];
      received += updates.length;
      offset = (updates.at(-1)?.update_id ?? offset - 1) + 1;
    }
    await this.call("getUpdates", { offset });
    return UPDATES_PER_ROUND;
  }

  /** People write, and everything comes to the webhook. */
  async deliver(): Promise<number> {
    const wanted = this.#received + UPDATES_PER_ROUND;
    const all = new Promise<void>((resolve) => {
      this.#onReceived = () => this.#received >= wanted && resolve();
    });
    await this.state(UPDATES_PER_ROUND);
    await all;
    return UPDATES_PER_ROUND;
  }

  async withWebhook<T>(work: () => Promise<T>): Promise<T> {
    const server = createServer((delivery, response) => {
      delivery.resume().once("end", () => {
        response.end();
        this.#received += 1;
        this.#onReceived();
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await this.call("setWebhook", { url: `http://127.0.0.1:${port}/`, max_connections: 40 });
    try {
      return await work();
    } finally {
      await this.call("deleteWebhook", {});
      server.closeAllConnections();
      server.close();
    }
  }
}
