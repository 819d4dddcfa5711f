import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";

import { ManualClock } from "../../test/manual-clock.ts";
import type { Store, StoredUpdate } from "../store/store.ts";
import type { Lane, LaneItem } from "./lane.ts";
import { LaneMemory } from "./lane-memory.ts";

const LANE = "a";
const LANES = 1_000;
const LOADED_MAX = 100;

function stored(seq: number): StoredUpdate {
  const identity = { seq, botId: 7, updateId: seq, lane: LANE, raw: Buffer.from("{}") };
  const times = { receivedAtMs: 0, expiresAtMs: undefined, retryAtMs: undefined };
  return { ...identity, ...times, attempts: 0, interrupted: 0, journaled: false };
}

/** As much as a lane has room for. */
function fullLane(lane: string): readonly StoredUpdate[] {
  const first = 1 + Number(lane.slice("lane".length));
  return Array.from({ length: 16 }, (_, at) => ({ ...stored(first + at * LANES), lane }));
}

/** As it came from Telegram. */
function fresh(seq: number): LaneItem {
  const { raw, ...rest } = stored(seq);
  const begins = { isStored: false, begun: false, limits: undefined, log: undefined };
  return { ...rest, ...begins, content: raw };
}

/**
 * What a store may say in which order: its answers come when the test lets them, because a real
 * one gives another order once in a thousand runs.
 */
class SlowStore {
  isShared = false;
  readonly loads: (PromiseWithResolvers<readonly StoredUpdate[]> & { lane: string })[] = [];
  readonly asides: PromiseWithResolvers<void>[] = [];
  readonly claims: (PromiseWithResolvers<boolean> & { limit: number })[] = [];
  readonly released: string[] = [];

  load(lane: string): Promise<readonly StoredUpdate[]> {
    const answer = { ...Promise.withResolvers<readonly StoredUpdate[]>(), lane };
    this.loads.push(answer);
    return answer.promise;
  }

  setAside(): Promise<void> {
    const answer = Promise.withResolvers<void>();
    this.asides.push(answer);
    return answer.promise;
  }

  claim(limit: number): Promise<boolean> {
    const answer = { ...Promise.withResolvers<boolean>(), limit };
    this.claims.push(answer);
    return answer.promise;
  }

  release(lane: string): void {
    this.released.push(lane);
  }
}

describe("the memory of lanes", () => {
  let store: SlowStore;
  let memory: LaneMemory;
  let handled: number[];
  let onReady: (lane: Lane) => void;
  beforeEach(() => {
    store = new SlowStore();
    handled = [];
    onReady = (lane) => {
      handled.push(lane.current!.seq);
      memory.finish(lane);
    };
    memory = makeMemory(LOADED_MAX);
  });

  const makeMemory = (loadedMax: number): LaneMemory =>
    new LaneMemory({
      store: store as unknown as Store,
      clock: new ManualClock(),
      loadedMax,
      headReady: (lane) => onReady(lane),
      failed: (error) => assert.fail(String(error)),
    });

  it("asks again when an update is found while a load finds nothing", async () => {
    memory.foundAside(LANE, 3);
    // The store was interrupted: it loads nothing until the update is claimed anew, which it is.
    memory.foundAside(LANE, 3);
    store.loads[0]!.resolve([]);
    await nextTurn();
    assert.deepEqual(store.released, []);
    assert.equal(store.loads.length, 2);
    store.loads[1]!.resolve([stored(3)]);
    await nextTurn();
    assert.deepEqual(handled, [3]);
    assert.deepEqual(store.released, [LANE]);
  });

  it("lets nothing pass an update that is set aside while a load is on its way", async () => {
    memory.foundAside(LANE, 3);
    memory.found(stored(4));
    memory.foundAside(LANE, 5);
    store.asides[0]!.resolve();
    await nextTurn();
    // The load saw the lane as it was before the update 4 was set aside.
    store.loads[0]!.resolve([stored(3), stored(5)]);
    await nextTurn();
    assert.deepEqual(handled, [3]);
    store.loads[1]!.resolve([stored(4), stored(5)]);
    await nextTurn();
    assert.deepEqual(handled, [3, 4, 5]);
  });

  it("counts no attempt twice, and takes none for a process's death, that had to wait", async () => {
    const begun = { ...fresh(4), attempts: 1, begun: true };
    const found = { ...stored(4), attempts: 1, interrupted: 1 };
    const items: LaneItem[] = [];
    onReady = (lane) => items.push(lane.current!);
    assert.deepEqual(memory.place(LANE), { place: "hand", isFirst: true });
    // An event of its lane was committed just before it.
    const accepted = { status: "stored", seq: 4, place: "later", begun: true } as const;
    memory.answered(LANE, "hand", { accepted, item: begun });
    assert.deepEqual(memory.counted(), [{ seq: 4, attempt: 1 }]);
    memory.found(found);
    assert.deepEqual(memory.counted(), [{ seq: 4, attempt: 1 }]);
    assert.deepEqual(
      items.map(({ attempts, begun: isCounted, interrupted }) => [
        attempts,
        isCounted,
        interrupted,
      ]),
      [[1, true, 0]],
    );
  });

  it("keeps within its limit when very many lanes may go on at once", async () => {
    const lanes = Array.from({ length: LANES }, (_, at) => `lane${at}`);
    onReady = (lane) => memory.hold(lane);
    lanes.forEach((lane, at) => memory.found({ ...stored(at + 1), lane }));
    assert.equal(memory.held, LANES);
    for (const aside of store.asides) aside.resolve();
    await nextTurn();

    onReady = (lane) => running.push(lane);
    const running: Lane[] = [];
    const handled = new Set<string>();
    memory.resume(() => false);
    for (let answered = 0; handled.size < LANES;) {
      const asked = store.loads.slice(answered);
      answered += asked.length;
      for (const load of asked) load.resolve(fullLane(load.lane));
      await nextTurn();
      assert.ok(memory.room >= -LOADED_MAX / 4, `${-memory.room} too many`);
      const lane = running.shift();
      assert.ok(lane !== undefined, `stuck after ${handled.size} lanes`);
      handled.add(lane.key);
      memory.finish(lane);
    }
  });

  it("claims little at first of what others share, and more while more waits", async () => {
    store.isShared = true;
    memory = makeMemory(10_000);
    for (const more of [true, true, true, true, false]) {
      memory.waiting();
      store.claims.at(-1)!.resolve(more);
      await nextTurn();
    }
    memory.waiting();
    const limits = store.claims.map(({ limit }) => limit);
    assert.deepEqual(limits, [256, 512, 1_024, 1_024, 1_024, 256]);
  });

  it("gives up a lane of which nothing is left", async () => {
    memory.foundAside(LANE, 3);
    store.loads[0]!.resolve([]);
    await nextTurn();
    assert.deepEqual([handled, store.loads.length], [[], 1]);
    assert.deepEqual(store.released, [LANE]);
  });
});
