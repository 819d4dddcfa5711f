import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";

import { waitUntil } from "../../../test/fair-watch.ts";
import { PostgresServer } from "../../../test/postgres-server.ts";
import { newUpdate } from "../../../test/store-ground.ts";
import { RuntimeError } from "../../error.ts";
import type { Ending, Store, StoredUpdate } from "../store.ts";
import { createPostgresStore } from "./postgres-store.ts";

/** `HOOKGRAM_SEED=… node --test …` replays the commands of a run. */
const SEED = Number(process.env["HOOKGRAM_SEED"] ?? Date.now() % 2 ** 31);
const RUNS = 6;
const NODES = [0, 1];
const LANES = ["a", "b", "c"];
/** Commands that are under way at the same moment. */
const WIDTH = 4;
/** Rounds of claiming and working after which everything has to be settled. */
const DRAIN_ROUNDS_MAX = 1_000;

type Command =
  | { readonly do: "accept"; readonly node: number; readonly lane: string }
  | { readonly do: "claim"; readonly node: number }
  | { readonly do: "work"; readonly node: number; readonly lane: string; readonly end: End }
  | { readonly do: "replay"; readonly node: number }
  /** Another node finds this one dead; it lives on as a zombie. */
  | { readonly do: "bury"; readonly node: number }
  /** The server ends one of a node's sessions in the middle of whatever it does. */
  | { readonly do: "cut"; readonly which: number };

type End = "done" | "retry" | "parked";

const node = fc.constantFrom(...NODES);
const lane = fc.constantFrom(...LANES);
const end = fc.constantFrom<End>("done", "done", "done", "retry", "parked");
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("accept" as const), node, lane }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("claim" as const), node }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("work" as const), node, lane, end }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("replay" as const), node }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("bury" as const), node }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("cut" as const), which: fc.nat({ max: 3 }) }),
  },
);

/** What must have become of all updates, whatever the nodes do. */
class Model {
  /** By update id: still to be brought to its end, parked under a number, or done. */
  readonly standing = new Map<number, "live" | { readonly parkedAs: number } | "done">();
  readonly #furthest = new Map<string, number>();
  #updateId = 0;

  newId(): number {
    this.#updateId += 1;
    this.standing.set(this.#updateId, "live");
    return this.#updateId;
  }

  /** A node was told that this ending is committed. */
  ended({ updateId, lane: name, seq }: StoredUpdate, to: End): void {
    const before = this.standing.get(updateId!);
    assert.equal(
      before,
      "live",
      `update ${updateId} ends as ${to} after ${JSON.stringify(before)}`,
    );
    const furthest = this.#furthest.get(name) ?? -1;
    assert.ok(seq >= furthest, `lane ${name}: ${seq} ends after ${furthest}`);
    this.#furthest.set(name, seq);
    if (to !== "retry") this.standing.set(updateId!, to === "done" ? "done" : { parkedAs: seq });
  }

  get live(): number {
    return [...this.standing.values()].filter((it) => it === "live").length;
  }

  get parked(): readonly (readonly [updateId: number, seq: number])[] {
    return [...this.standing].flatMap(([updateId, it]) =>
      typeof it === "object" ? [[updateId, it.parkedAs] as const] : [],
    );
  }
}

/** One node: it has updates in hand, in the order of each lane, and works on the first of a lane. */
class Agent {
  readonly store: Store;
  readonly #model: Model;
  readonly #hand = new Map<string, StoredUpdate[]>();
  readonly #atWork = new Set<string>();

  constructor(store: Store, model: Model) {
    this.store = store;
    this.#model = model;
  }

  open(): Promise<void> {
    return this.store.open({
      found: (update) => this.#take(update),
      foundAside: () => assert.fail("nobody sets anything aside"),
      waiting: () => {},
      timerDue: () => {},
    });
  }

  /** As Telegram does: again until it is taken. */
  async accept(name: string): Promise<void> {
    const updateId = this.#model.newId();
    const update = newUpdate(updateId, { lane: name, place: "hand" });
    const accepted = await insist(() => this.store.accept(update));
    if (accepted.status !== "stored" || accepted.place !== "hand") return;
    const { raw, receivedAtMs, expiresAtMs, botId } = update;
    const counts = { attempts: 0, interrupted: 0, retryAtMs: undefined, journaled: false };
    const { seq } = accepted;
    const fresh = { seq, botId, updateId, lane: name, raw, receivedAtMs, expiresAtMs, ...counts };
    this.#take(fresh as StoredUpdate);
  }

  async claim(): Promise<void> {
    await insist(() => this.store.claim(5));
  }

  /** Brings the first update of a lane that is in hand one step on. */
  async work(name: string, to: End): Promise<boolean> {
    const queue = this.#hand.get(name) ?? [];
    const [update] = queue;
    if (update === undefined || this.#atWork.has(name)) return false;
    this.#atWork.add(name);
    const attempt = update.attempts + 1;
    const { seq } = update;
    const begun = await insist(() => this.store.begin({ seq, attempt }));
    const ended =
      begun === "fenced"
        ? "fenced"
        : await insist(() =>
            this.store.settle({ seq, attempt, ending: toEnding(to), atMs: 1, next: undefined }),
          );
    this.#atWork.delete(name);
    if (ended === "applied") {
      this.#model.ended(update, to);
      if (to === "retry") queue[0] = { ...update, attempts: attempt };
      else queue.shift();
    } else queue.length = 0;
    if (queue.length === 0) {
      this.#hand.delete(name);
      this.store.release(name);
    }
    return true;
  }

  /** What is in hand already is found again when nobody could know what was committed. */
  #take(update: StoredUpdate): void {
    const queue = this.#hand.get(update.lane) ?? [];
    this.#hand.set(update.lane, queue);
    if (queue.some(({ seq }) => seq >= update.seq)) return;
    queue.push(update);
  }
}

function toEnding(to: End): Ending {
  if (to === "done") return { to, handler: "model", writes: [] };
  if (to === "retry") return { to, error: "again", retryAtMs: 0 };
  return { to, reason: "failed", error: "never" };
}

/** Until the store is there. */
async function insist<T>(operation: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await operation();
    } catch (error) {
      if (!(error instanceof RuntimeError) || error.code !== "store-unavailable") throw error;
      await delay(10);
    }
  }
}

describe("leases of lanes under random programs on two nodes", () => {
  let server: PostgresServer;
  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server.remove());

  async function run(commands: readonly Command[]): Promise<void> {
    const schema = server.newSchema();
    const model = new Model();
    const agents: Agent[] = [];
    try {
      for (const _ of NODES) agents.push(await insist(() => openAgent(schema, model)));
      for (let at = 0; at < commands.length; at += WIDTH) {
        const together = commands.slice(at, at + WIDTH);
        await Promise.all(together.map((it) => carryOut(it, { agents, model, schema })));
      }
      await drain(agents, model);
      assert.deepEqual(
        [...model.standing.values()].filter((it) => it === "live"),
        [],
      );
      await forgetLanes(agents, schema);
    } finally {
      await Promise.all(agents.map(({ store }) => store.close()));
    }
  }

  /** A busy machine may be too slow for a connection; a store is opened once, so there is a new one. */
  async function openAgent(schema: string, model: Model): Promise<Agent> {
    const agent = new Agent(createPostgresStore({ url: server.url, schema }), model);
    await agent.open();
    return agent;
  }

  async function carryOut(
    it: Command,
    { agents, model, schema }: { agents: readonly Agent[]; model: Model; schema: string },
  ): Promise<void> {
    if (it.do === "accept") await agents[it.node]!.accept(it.lane);
    else if (it.do === "claim") await agents[it.node]!.claim();
    else if (it.do === "work") await agents[it.node]!.work(it.lane, it.end);
    else if (it.do === "bury") await bury(schema, it.node);
    else if (it.do === "cut") {
      await server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'hookgram' ORDER BY pid OFFSET ${it.which} LIMIT 1`);
    } else await replayFirst(agents[it.node]!, model);
  }

  /** What a living node does that finds a dead one, in as many statements. */
  async function bury(schema: string, at: number): Promise<void> {
    const nodes = await server.query(`SELECT id FROM ${schema}.nodes ORDER BY id`);
    // It was buried a moment ago, and has not come back yet.
    if (nodes[at] === undefined) return;
    const id = Number(nodes[at]["id"]);
    await server.query(`BEGIN; DELETE FROM ${schema}.nodes WHERE id = ${id};
      UPDATE ${schema}.lanes l SET node = 0, waiting_after = coalesce((SELECT min(u.seq) - 1
        FROM ${schema}.updates u WHERE u.lane = l.lane AND u.status = 0), 0)
      WHERE l.node = ${id}; COMMIT`);
  }

  async function replayFirst({ store }: Agent, model: Model): Promise<void> {
    const [first] = model.parked;
    if (first === undefined) return;
    const [updateId, seq] = first;
    model.standing.set(updateId, "live");
    const replayed = await insist(() => store.replay(seq));
    // A second try of a replay whose answer was lost finds nothing parked any more.
    assert.ok(["replayed", "unknown"].includes(replayed.status), replayed.status);
  }

  /** Both nodes claim and work until nothing is left. */
  async function drain(agents: readonly Agent[], model: Model): Promise<void> {
    for (let round = 0; model.live > 0; round += 1) {
      assert.ok(round < DRAIN_ROUNDS_MAX, `stuck: ${model.live} updates are left`);
      let worked = false;
      for (const agent of agents) {
        await agent.claim();
        for (const name of LANES) worked = (await agent.work(name, "done")) || worked;
      }
      // A heartbeat finds what a cut connection has left to nobody.
      if (!worked) await delay(20);
    }
  }

  /** No node keeps a lane in which nothing is live. */
  async function forgetLanes(agents: readonly Agent[], schema: string): Promise<void> {
    await waitUntil(async () => {
      for (const agent of agents) await agent.claim();
      const [row] = await server.query(`SELECT count(*)::integer AS lanes FROM ${schema}.lanes`);
      return row?.["lanes"] === 0;
    });
  }

  it("end every update once, in the order of its lane, and leave nothing behind", async (t) => {
    t.diagnostic(`seed ${SEED}`);
    const programs = fc.array(command, { minLength: 10, maxLength: 60, size: "max" });
    await fc.assert(
      fc.asyncProperty(programs, (commands) => run(commands)),
      { seed: SEED, numRuns: RUNS, endOnFailure: true },
    );
  });
});
