import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { PostgresServer } from "../../packages/runtime/test/postgres-server.ts";
import {
  ok,
  refusal,
  type ScriptedTelegram,
  scriptTelegram,
} from "../../packages/runtime/test/scripted-telegram.ts";
import type { OutboxPlan, OutboxReport } from "./outbox-process.ts";
import { OutboxProcess } from "./outbox-program.ts";

/** The moments of a send at which the process is killed, and which time that it comes there. */
const POINTS = [
  "send.claimed@3",
  "send.begun@4",
  "send.answered@5",
  "send.ended@3",
  "send.limited@1",
] as const;

const CHATS = 6;
/** So far no chat can come before the last kill, however fast it is: the counts in {@link POINTS} say so. */
const LIMITED = "chat 2 send 15";

/** As many arrive while both nodes run. */
const BY_TWO = 100;

/** So many sends to each of some chats; every third is not to be repeated. */
function planOf(sendsPerChat: number, limits: OutboxPlan["limits"]): OutboxPlan {
  const sends = Array.from({ length: CHATS * sendsPerChat }, (_, at) => {
    const chatId = 1 + (at % CHATS);
    return { key: `chat ${chatId} send ${Math.floor(at / CHATS)}`, chatId, parks: at % 3 === 0 };
  });
  return { sends, limits };
}

/** What must hold whoever was killed when. */
function check(
  plan: OutboxPlan,
  telegram: ScriptedTelegram,
  { report, refused }: { readonly report: OutboxReport; readonly refused?: string },
): void {
  const arrived = telegram.calls.map(({ params }) => String(params["text"]));
  const well = arrived.filter((text, at) => text !== refused || arrived.indexOf(text) !== at);
  for (const { key, parks } of plan.sends) {
    const times = well.filter((text) => text === key).length;
    const isParked = report.parked.includes(key);
    assert.ok(times >= 1 || isParked, `lost: ${key}`);
    assert.ok(times <= 1 || report.doubtful.includes(key), `twice, and not flagged: ${key}`);
    assert.ok(!parks || times <= 1, `twice, although it was to be parked: ${key}`);
    assert.ok(isParked || report.sent.includes(key), `nobody knows of ${key}`);
  }
  for (let chat = 1; chat <= CHATS; chat += 1) {
    const planned = plan.sends.filter(({ chatId }) => chatId === chat).map(({ key }) => key);
    const firsts = [...new Set(arrived.filter((text) => planned.includes(text)))];
    assert.deepEqual(
      firsts,
      planned.filter((key) => firsts.includes(key)),
      `order of chat ${chat}`,
    );
  }
}

describe("an outbox whose process is killed", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "hookgram-outbox-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("loses nothing and keeps the order, at each moment of a send", async () => {
    const plan = planOf(20, { perSecond: 500, chatPerSecond: 100, chatBurst: 10 });
    const telegram = await scriptTelegram(({ params }, count) => {
      const isFirst =
        telegram.calls.filter((it) => it.params["text"] === params["text"]).length === 1;
      return params["text"] === LIMITED && isFirst
        ? refusal(429, "Too Many Requests: retry after 1", 1)
        : ok({ message_id: count });
    });
    const place = { store: join(folder, "bot.sqlite"), apiRoot: telegram.apiRoot, plan };
    try {
      for (const point of POINTS) {
        const killed = new OutboxProcess(place, point);
        await killed.killed();
      }
      const last = new OutboxProcess(place);
      await last.enqueued();
      const report = await last.finished();
      await last.stop();
      check(plan, telegram, { report, refused: LIMITED });
      assert.ok(report.doubtful.length > 0, "what was under way is flagged");
    } finally {
      await telegram.close();
    }
  });

  it("is carried on by another node, within limits that both share", async (t) => {
    const server = await PostgresServer.start();
    const plan = planOf(20, { perSecond: 20, chatPerSecond: 100, chatBurst: 10 });
    const times: number[] = [];
    let whenArrived: (count: number) => void = () => {};
    const telegram = await scriptTelegram((_call, count) => {
      times.push(performance.now());
      whenArrived(count);
      return ok({ message_id: count });
    });
    const place = { store: server.url, apiRoot: telegram.apiRoot, plan };
    // Earlier than their first send, which the test may hear of late.
    const startMs = performance.now();
    const nodes = [new OutboxProcess(place), new OutboxProcess(place)] as const;
    try {
      const most = new Promise<void>((resolve) => {
        whenArrived = (count) => void (count >= BY_TWO && resolve());
      });
      await Promise.all(nodes.map((node) => node.enqueued()));
      await most;
      await nodes[0].kill();
      const killedAt = performance.now();
      const report = await nodes[1].finished();
      await nodes[1].stop();
      t.diagnostic(`all sent ${Math.round(performance.now() - killedAt)} ms after the kill`);
      check(plan, telegram, { report });
      // 100 sends at 20 a second take 4 seconds, at twice that 2; a slow machine takes longer.
      const tookMs = times[BY_TWO - 1]! - startMs;
      assert.ok(tookMs >= 4_000, `${BY_TWO} sends in ${Math.round(tookMs)} ms`);
    } finally {
      for (const node of nodes) await node.kill();
      await telegram.close();
      await server.remove();
    }
  });
});
