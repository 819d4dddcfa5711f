import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";

import { RuntimeError } from "../error.ts";
import {
  GroupCommit,
  type OperationAnswers,
  type OperationBatch,
  type Operations,
} from "./group-commit.ts";
import type { NewUpdate } from "./store.ts";

interface Numbered extends Operations {
  readonly read: { readonly op: "none" };
  readonly readAnswers: object;
  readonly write: { readonly op: "none" };
  readonly writeAnswers: object;
  readonly accepted: number;
}

const BYTES = 10;

/** A disk that answers when it is told to. */
function ground({
  batchesMax = 1,
  followsAtOnce = false,
  queuedMax = 10_000,
  queuedBytesMax = 10_000 * BYTES,
} = {}) {
  const sent: OperationBatch<Numbered>[] = [];
  const answers: ((answer: OperationAnswers<Numbered>) => void)[] = [];
  const group = new GroupCommit<Numbered>(
    (batch, whenAnswered) => {
      sent.push(batch);
      answers.push(whenAnswered);
    },
    { queuedMax, queuedBytesMax, batchesMax, followsAtOnce },
    ({ message }) => new RuntimeError("store-unavailable", message),
  );
  let updateId = 0;
  let committed = 0;
  const accept = (count: number): Promise<number>[] =>
    Array.from({ length: count }, () => group.accept(newUpdate((updateId += 1))));
  const commit = (): void => {
    const { accepts, writes } = sent[committed]!;
    committed += 1;
    answers.shift()!({
      reads: [],
      writes: writes.map(() => ({ value: undefined })),
      accepted: { value: accepts.map((update) => update.updateId!) },
    });
  };
  return { group, sent, accept, commit };
}

function newUpdate(updateId: number): NewUpdate {
  const raw = new Uint8Array(BYTES);
  const place = { lane: "1", place: "hand", begin: true, expiresAtMs: undefined } as const;
  return { botId: 1, updateId, raw, receivedAtMs: 0, parkedBecause: undefined, ...place };
}

const sizesOf = (sent: readonly OperationBatch<Numbered>[]) =>
  sent.map(({ accepts, writes }) => accepts.length + writes.length);

const idsOf = ({ accepts }: OperationBatch<Numbered>) => accepts.map(({ updateId }) => updateId);

/** Why the only one of them is refused, if that is known by the next turn of the event loop. */
const codeOf = ([accepted]: Promise<number>[]): Promise<unknown> =>
  Promise.race([accepted!.catch((error: unknown) => (error as RuntimeError).code), setImmediate()]);

describe("operations that wait for the disk", () => {
  it("share a batch with everything that comes in the same turn of the event loop", async () => {
    const { accept, sent, commit } = ground();
    const accepted = accept(3);
    assert.equal(sent.length, 0);
    await setImmediate();
    assert.deepEqual(sent.map(idsOf), [[1, 2, 3]]);
    commit();
    assert.deepEqual(await Promise.all(accepted), [1, 2, 3]);
  });

  it("go together that came while a batch was on its way", async () => {
    const { accept, sent, commit, group } = ground();
    const first = accept(10);
    await setImmediate();
    const others = accept(30);
    assert.deepEqual([group.queued, group.queuedBytes], [40, 40 * BYTES]);
    commit();
    await Promise.all(first);
    await setImmediate();
    assert.equal(sent[1]!.accepts.length, 30);
    assert.equal(sent[1]!.bytes, 30 * BYTES);
    commit();
    assert.deepEqual(await Promise.all([...first, ...others]), sent.flatMap(idsOf));
    assert.equal(group.queuedBytes, 0);
  });

  it("go with those who come at once when they hear of the batch before", async () => {
    const { accept, sent, commit } = ground();
    const first = accept(20);
    await setImmediate();
    accept(2);
    commit();
    assert.equal(sent.length, 1);
    await Promise.all(first);
    accept(18);
    await setImmediate();
    assert.equal(sent[1]!.accepts.length, 20);
  });

  it("follow at once, however few, where nothing has to be written", async () => {
    const { accept, sent, commit } = ground({ batchesMax: 3, followsAtOnce: true });
    const all = accept(20);
    await setImmediate();
    for (const count of [1, 1, 1, 1]) {
      all.push(...accept(count));
      await setImmediate();
    }
    assert.deepEqual(sizesOf(sent), [20, 1, 1]);
    commit();
    await setImmediate();
    assert.deepEqual(sizesOf(sent), [20, 1, 1, 2]);
    for (let left = 3; left > 0; left -= 1) commit();
    assert.deepEqual(await Promise.all(all), sent.flatMap(idsOf));
  });

  it("follow a batch at once when they are nearly as many, but never as the third", async () => {
    const { accept, sent, commit } = ground({ batchesMax: 2 });
    const first = accept(20);
    await setImmediate();
    const second = accept(14);
    await setImmediate();
    assert.equal(sent.length, 1);
    second.push(...accept(1));
    await setImmediate();
    assert.deepEqual(
      sent.map(({ accepts }) => accepts.length),
      [20, 15],
    );
    const third = accept(30);
    await setImmediate();
    assert.equal(sent.length, 2);
    commit();
    assert.deepEqual(await Promise.all(first), idsOf(sent[0]!));
    await setImmediate();
    assert.equal(sent.length, 3);
    commit();
    commit();
    assert.deepEqual(await Promise.all(second), idsOf(sent[1]!));
    assert.deepEqual(await Promise.all(third), idsOf(sent[2]!));
  });

  it("leave in the middle of a turn when they are many, also behind others", async () => {
    const { accept, group, sent, commit } = ground({ batchesMax: 2 });
    const accepted = accept(600);
    const written = Array.from({ length: 1_000 }, () => group.write({ op: "none" }));
    assert.deepEqual(sizesOf(sent), [512, 512]);
    await setImmediate();
    assert.equal(sent.length, 2);
    commit();
    await Promise.all(accepted.slice(0, 512));
    await setImmediate();
    assert.deepEqual(sizesOf(sent), [512, 512, 576]);
    commit();
    commit();
    await Promise.all(written);
    assert.deepEqual(await Promise.all(accepted), sent.flatMap(idsOf));
  });

  it("are limited together, whether they wait for a batch or are on their way", async () => {
    const { accept, commit, group } = ground({ batchesMax: 2, queuedMax: 40 });
    const first = accept(20);
    await setImmediate();
    accept(20);
    await setImmediate();
    assert.equal(await codeOf(accept(1)), "overloaded");
    assert.equal(group.queued, 40);
    commit();
    await Promise.all(first);
    accept(20);
    assert.equal(await codeOf(accept(1)), "overloaded");
    assert.equal(group.queued, 40);
  });

  it("are limited by their bytes, too, until these are committed", async () => {
    const { accept, commit, group, sent } = ground({ queuedBytesMax: 1_000 * BYTES });
    const accepted = accept(400);
    await setImmediate();
    accept(600);
    assert.equal(await codeOf(accept(1)), "overloaded");
    assert.equal(group.queuedBytes, 1_000 * BYTES);
    commit();
    await Promise.all(accepted);
    await setImmediate();
    accept(400);
    assert.equal(await codeOf(accept(1)), "overloaded");
    assert.deepEqual([sent.length, group.queued, group.queuedBytes], [2, 1_000, 1_000 * BYTES]);
  });

  it("are all that is sent: when they are done and nothing else waits, nothing follows", async () => {
    const { group, accept, sent, commit } = ground();
    const accepted = accept(1);
    await setImmediate();
    const idle = group.idle();
    commit();
    await Promise.all([...accepted, idle]);
    await setImmediate();
    await setImmediate();
    assert.deepEqual(sent.map(idsOf), [[1]]);
    const later = accept(1);
    await setImmediate();
    commit();
    assert.deepEqual(await Promise.all(later), [2]);
  });
});
