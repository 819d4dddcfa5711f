import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { UpdateQueue } from "./update-queue.ts";

const NOW_S = 1_700_000_000;
const FIRST = 2_000_001;

function update(json = '"message":{}', expiresAtS = NOW_S + 100) {
  return { kind: "message", json, expiresAtS, key: 5n } as const;
}

function filled(count: number): UpdateQueue {
  const queue = new UpdateQueue(() => 0);
  for (let index = 0; index < count; index += 1) queue.push(update());
  return queue;
}

const idsIn = (queue: UpdateQueue, nowS = NOW_S): readonly number[] =>
  queue.read(queue.headId, 1_000, nowS).map(({ id }) => id);

describe("an update queue", () => {
  it("draws its first id between 2 000 001 and 1 000 000 000", () => {
    assert.equal(new UpdateQueue(() => 0).push(update())?.id, 2_000_001);
    assert.equal(new UpdateQueue(() => 1 - 1e-12).push(update())?.id, 1_000_000_000);
  });

  it("numbers without gaps, also across forgotten and refused updates", () => {
    const queue = filled(2);
    queue.forget(FIRST + 1);
    assert.equal(queue.push(update("x".repeat(524_289))), undefined);
    assert.equal(queue.push(update())?.id, FIRST + 2);
    queue.keepNewest(0);
    assert.equal(queue.push(update())?.id, FIRST + 3);
  });

  it("takes an update of 524 288 bytes", () => {
    assert.notEqual(filled(0).push(update("x".repeat(524_288))), undefined);
  });

  it("refuses new updates when 100 000 wait, and keeps the old ones", () => {
    const queue = filled(100_001);
    assert.equal(queue.size, 100_000);
    assert.equal(queue.headId, FIRST);
    queue.forget(FIRST);
    assert.equal(queue.push(update())?.id, FIRST + 100_000);
  });

  it("refuses new updates when they would exceed 128 MiB together", () => {
    const queue = filled(0);
    const half = "x".repeat(524_288);
    for (let index = 0; index < 256; index += 1) assert.ok(queue.push(update(half)));
    assert.equal(queue.push(update("x")), undefined);
    queue.forget(queue.headId);
    assert.ok(queue.push(update(half)));
  });

  it("starts again at a random id when the ids reach two thousand million", () => {
    const queue = filled(0);
    queue.restore({ next_id: 1_999_999_998, updates: [] });
    assert.equal(queue.push(update())?.id, 1_999_999_998);
    assert.equal(queue.push(update())?.id, FIRST);
    assert.equal(queue.size, 1);
  });

  it("gives no update after the second of its expiry, and forgets it", () => {
    const queue = filled(0);
    queue.push(update(undefined, NOW_S));
    queue.push(update(undefined, NOW_S + 1));
    assert.deepEqual(idsIn(queue), [FIRST, FIRST + 1]);
    assert.deepEqual(idsIn(queue, NOW_S + 1), [FIRST + 1]);
    assert.equal(queue.size, 1);
  });

  it("collects expired updates at its head only", () => {
    const queue = filled(0);
    for (const lifeS of [1, 100, 1]) queue.push(update(undefined, NOW_S + lifeS));
    queue.collectExpired(NOW_S + 2);
    assert.equal(queue.size, 2);
  });

  it("goes on from a snapshot with the same updates and ids", () => {
    const queue = filled(3);
    queue.forget(FIRST);
    const restored = new UpdateQueue(() => 0.5);
    restored.restore(JSON.parse(JSON.stringify(queue.snapshot())));
    assert.deepEqual(restored.read(0, 10, NOW_S), queue.read(0, 10, NOW_S));
    assert.equal(restored.push(update())?.id, FIRST + 3);
  });

  it("goes on from a snapshot with ids that were not given out since", () => {
    const queue = filled(3);
    queue.forget(FIRST);
    const snapshot = queue.snapshot();
    queue.push(update());
    queue.restore(snapshot, queue.tailId);
    assert.deepEqual(idsIn(queue), [FIRST + 4, FIRST + 5]);
    assert.equal(queue.push(update())?.id, FIRST + 6);
  });

  it("agrees with a list, whatever is done to it", () => {
    const step = fc.oneof(
      fc.constant({ do: "push" } as const),
      fc.record({ do: fc.constant("forget" as const), index: fc.nat(20) }),
      fc.record({ do: fc.constant("before" as const), index: fc.nat(20) }),
      fc.record({ do: fc.constant("keep" as const), index: fc.nat(5) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = filled(0);
        let model: number[] = [];
        for (const action of steps) {
          if (action.do === "push") model.push(queue.push(update())!.id);
          else if (action.do === "keep") {
            queue.keepNewest(action.index);
            model = action.index === 0 ? [] : model.slice(-action.index);
          } else if (action.do === "forget") {
            queue.forget(FIRST + action.index);
            model = model.filter((id) => id !== FIRST + action.index);
          } else {
            queue.forgetBefore(FIRST + action.index);
            model = model.filter((id) => id >= FIRST + action.index);
          }
          assert.deepEqual(idsIn(queue), model);
          assert.equal(queue.headId, model[0] ?? queue.tailId);
        }
      }),
      { numRuns: 60 },
    );
  });
});
