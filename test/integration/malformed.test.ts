/**
 * 100,000 malformed requests, made from a seed, against a bot in a process of its own. The seed is
 * printed; `HOOKGRAM_SEED=… npm test -- malformed` makes the same requests again.
 */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { FairWatch } from "../../packages/runtime/test/fair-watch.ts";
import { Random } from "./malformed/random.ts";
import { RawConnection, type RawResponse } from "./malformed/raw-connection.ts";
import { type Case, MARKER, PATH, RequestMaker, SECRET, TOKEN } from "./malformed/requests.ts";
import type { FuzzReport } from "./malformed/server.ts";

const REQUESTS = 100_000;
const CONNECTIONS = 24;
const RSS_MAX_BYTES = 500 * 1_048_576;

const seed = Number(process.env["HOOKGRAM_SEED"] ?? Math.floor(Math.random() * 2 ** 32));
const folder = mkdtempSync(join(tmpdir(), "hookgram-malformed-"));
const program = fileURLToPath(new URL("malformed/server.ts", import.meta.url));
const child = fork(program, [folder], { silent: true });
/** Everything that the server prints. */
let output = "";
for (const stream of [child.stdout!, child.stderr!]) {
  stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
}
let port = 0;

before(async () => {
  const [ready] = await once(child, "message");
  port = (ready as { port: number }).port;
});

after(async () => {
  const ended = once(child, "exit");
  child.send("stop");
  await ended;
  rmSync(folder, { recursive: true });
});

interface Tally {
  requests: number;
  ok: number;
  parked: number;
  either: number;
  readonly handledIds: number[];
  readonly parkedIds: number[];
  readonly wrong: string[];
}

function judge(made: Case, responses: readonly RawResponse[], tally: Tally): void {
  const complete = responses.length === made.statuses.length;
  const right =
    (complete || made.mayClose === true) &&
    responses.every((response, index) => made.statuses[index]!.includes(response.status));
  const empty = responses.every(({ body }) => body === "");
  const told = responses.every(
    ({ status, headers }) => status !== 503 || /retry-after: 1\b/.test(headers),
  );
  if (!right || !empty || !told) {
    const shown = made.bytes.toString("latin1", 0, 300);
    const statuses = responses.map(({ status }) => status).join();
    tally.wrong.push(`${made.kind}: got [${statuses}] for ${JSON.stringify(shown)}`);
  }
  tally.requests += made.statuses.length;
  tally.ok += responses.filter(({ status }) => status === 200).length;
  if (made.fate === "parked") tally.parked += 1;
  if (made.fate === "either") tally.either += 1;
  tally.handledIds.push(...(made.handledIds ?? []));
  if (made.parkedId !== undefined) tally.parkedIds.push(made.parkedId);
}

async function runWorker(maker: RequestMaker, tally: Tally): Promise<void> {
  const connection = new RawConnection(port);
  while (tally.requests < REQUESTS) {
    const made = maker.next();
    const ends = made.ends === true;
    const responses = await connection.exchange(made.bytes, made.statuses.length, ends);
    judge(made, responses, tally);
  }
  connection.close();
}

test(`malformed requests (HOOKGRAM_SEED=${seed})`, { timeout: 240_000 }, async (context) => {
  const lists = { handledIds: [], parkedIds: [], wrong: [] };
  const tally: Tally = { requests: 0, ok: 0, parked: 0, either: 0, ...lists };
  const workers = Array.from({ length: CONNECTIONS }, (_, index) =>
    runWorker(new RequestMaker(new Random(seed + index), index), tally),
  );
  await Promise.all(workers);
  child.send("report");
  const [answer] = await once(child, "message");
  const report = answer as FuzzReport;

  assert.deepEqual(tally.wrong.slice(0, 10), []);
  assert.equal(
    report.stored + report.duplicates,
    tally.ok,
    "every 200 was stored, and nothing else",
  );
  assert.equal(report.handledMarkers + report.parkedMarkers, 0, "nothing refused was stored");
  const handled = new Set(report.handledIds);
  assert.equal(handled.size, report.handledIds.length, "nothing was handled twice");
  const missing = tally.handledIds.filter((id) => !handled.has(id));
  assert.deepEqual(missing, [], "every valid update was handled");
  const beyond = tally.parkedIds.filter((id) => handled.has(id));
  assert.deepEqual(beyond, [], "nothing beyond a limit was handled");
  const others = handled.size - tally.handledIds.length;
  assert.ok(others >= 0 && others <= tally.either, `${others} others of ${tally.either} mutated`);
  assert.equal(report.pending, 0);
  assert.ok(report.parked >= tally.parked && report.parked <= tally.parked + tally.either);
  assert.ok(report.rssMaxBytes < RSS_MAX_BYTES, `${report.rssMaxBytes} bytes`);
  context.diagnostic(
    `${tally.requests} requests, ${tally.ok} stored, at most ${Math.round(report.rssMaxBytes / 1_048_576)} MiB, ` +
      `longest block ${Math.round(report.loopDelayMaxMs)} ms`,
  );
});

const HEAD = `POST ${PATH} HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: ${SECRET}\r\n`;

/** Sends the bytes, then one more byte every quarter of a second, until the server closes. */
async function drip(bytes: string, more: string): Promise<Dripped> {
  const connection = new RawConnection(port);
  const startedMs = performance.now();
  const watch = new FairWatch();
  connection.write(Buffer.from(bytes));
  while (!connection.closed && watch.lap() < 20_000) {
    await setTimeout(250);
    if (!connection.closed) connection.write(Buffer.from(more));
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  const fairSeconds = watch.lap() / 1_000;
  connection.close();
  return { seconds, fairSeconds, received: connection.received };
}

interface Dripped {
  /** Until it was seen that the server has closed. */
  readonly seconds: number;
  /** The same on a machine that keeps up. */
  readonly fairSeconds: number;
  readonly received: string;
}

const SLOW: readonly (readonly [
  name: string,
  bytes: string,
  more: string,
  limitSeconds: number,
])[] = [
  ["headers that never end", HEAD, "x", 5],
  ["a connection that says nothing", "", "", 5],
  ["a body with a length", `${HEAD}Content-Length: 100000\r\n\r\n{`, " ", 10],
  ["a body without a length", `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, "1\r\n \r\n", 10],
];

test("slow requests are cut at their limits, and the others do not notice", async () => {
  const attacks = SLOW.flatMap((attack) => Array.from({ length: 20 }, () => attack));
  const results = attacks.map(async ([name, bytes, more, limitSeconds]) => {
    const { seconds, fairSeconds, received } = await drip(bytes, more);
    assert.ok(seconds >= limitSeconds - 0.5, `${name}: cut early, after ${seconds} s`);
    assert.ok(fairSeconds < limitSeconds + 3, `${name}: cut late, after ${fairSeconds} s`);
    assert.match(received, /^(|HTTP\/1\.1 408 [\s\S]*)$/, name);
  });
  const maker = new RequestMaker(new Random(seed ^ 0xffff), CONNECTIONS);
  const connection = new RawConnection(port);
  for (let count = 0; count < 200; count += 1) {
    const made = maker.valid();
    const [response] = await connection.exchange(made.bytes, 1, false);
    assert.equal(response?.status, 200);
  }
  connection.close();
  await Promise.all(results);
});

test("what the server printed is a few lines without anything secret or foreign", () => {
  assert.match(
    output,
    /^hookgram warning: refused a webhook request: secret \| status=401 total=1$/m,
  );
  assert.ok(output.split("\n").length < 30, output);
  for (const secret of [SECRET, TOKEN.slice(3), MARKER])
    assert.equal(output.includes(secret), false);
});
