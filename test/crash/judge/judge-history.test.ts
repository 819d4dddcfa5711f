import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { type EffectName, fromJsonLines, type HistoryEvent, toJsonLines } from "./history.ts";
import { judgeHistory, NO_FINDINGS } from "./judge-history.ts";

const CLEAN = { ...NO_FINDINGS, recoveryMs: 0 };

/** Writes a history down in words; each has the next millisecond, `wait` lets some pass. */
class Story {
  readonly events: HistoryEvent[] = [];
  #atMs = 1_000;

  /** Telegram sends them and each is answered 2xx. */
  accept(...updateIds: number[]): this {
    for (const updateId of updateIds) this.send(updateId).acknowledge(updateId);
    return this;
  }

  send(updateId: number, queue = "one"): this {
    return this.#add({ type: "sent", updateId, queue });
  }

  acknowledge(updateId: number): this {
    return this.#add({ type: "acknowledged", updateId });
  }

  begin(updateId: number, attempt = 1): this {
    return this.#add({ type: "begun", updateId, attempt });
  }

  effect(updateId: number): this {
    return this.#add({ type: "effect", updateId, effect: "reply" });
  }

  deliver(...updateIds: number[]): this {
    for (const updateId of updateIds) this.#add({ type: "effect", updateId, effect: "send" });
    return this;
  }

  /** The call went out by Telegram's request, or by the API. */
  answer(updateId: number, isWebhookReply = true): this {
    return this.#add({ type: "effect", updateId, effect: "answer", isWebhookReply });
  }

  owe(effect: EffectName, ...updateIds: number[]): this {
    for (const updateId of updateIds) this.#add({ type: "owed", updateId, effect });
    return this;
  }

  result(updateId: number, attempt = 1): this {
    return this.#add({ type: "returned", updateId, effect: "reply", attempt });
  }

  /** An attempt without trouble. */
  handle(...updateIds: number[]): this {
    for (const updateId of updateIds) this.begin(updateId).effect(updateId).result(updateId);
    return this;
  }

  kill(): this {
    return this.#add({ type: "killed" });
  }

  wait(ms: number): this {
    this.#atMs += ms;
    return this;
  }

  apply(...updateIds: number[]): this {
    for (const updateId of updateIds) this.#add({ type: "applied", updateId });
    return this;
  }

  doubt(updateId: number): this {
    return this.#add({ type: "doubted", updateId });
  }

  park(updateId: number, isDue = true): this {
    return this.#add({ type: "parked", updateId, isDue });
  }

  replay(updateId: number): this {
    return this.#add({ type: "replayed", updateId });
  }

  #add(event: Record<string, unknown>): this {
    this.#atMs += 1;
    this.events.push({ atMs: this.#atMs, ...event } as HistoryEvent);
    return this;
  }
}

function judge(story: Story): ReturnType<typeof judgeHistory> {
  return judgeHistory(fromJsonLines(toJsonLines(story.events)));
}

describe("the judge of crash histories", () => {
  it("finds nothing where everything was done once and in order", () => {
    assert.deepEqual(judge(new Story().accept(5, 6, 7).handle(5, 6, 7).apply(5, 6, 7)), CLEAN);
  });

  it("finds what was acknowledged and never applied", () => {
    const story = new Story().accept(5, 6).handle(5, 6).apply(5);
    assert.deepEqual(judge(story), { ...CLEAN, lost: [6] });
  });

  it("does not miss what was never acknowledged, nor a dead letter", () => {
    assert.deepEqual(judge(new Story().accept(5).send(6).handle(5).apply(5)), CLEAN);
    assert.deepEqual(judge(new Story().accept(5, 6).handle(5).apply(5).park(6)), CLEAN);
  });

  it("misses what became a dead letter without need", () => {
    const story = new Story().accept(5, 6).handle(5).apply(5).park(6, false);
    assert.deepEqual(judge(story), { ...CLEAN, lost: [6] });
  });

  it("misses a dead letter that was put back and is nowhere", () => {
    const story = new Story().accept(5, 6).handle(5).replay(6).apply(5);
    assert.deepEqual(judge(story), { ...CLEAN, lost: [6] });
  });

  it("finds what nobody sent", () => {
    const story = new Story().accept(5).handle(5, 9).apply(5);
    assert.deepEqual(judge(story), { ...CLEAN, unexpected: [9] });
  });

  it("finds what was applied twice", () => {
    const story = new Story().accept(5, 6).handle(5, 6).apply(5, 6, 5);
    assert.deepEqual(judge(story), { ...CLEAN, duplicated: [5] });
  });

  it("finds an effect that was repeated although its result was known", () => {
    const known = new Story().accept(5).handle(5).begin(5, 2).effect(5).result(5, 2).apply(5);
    known.doubt(5);
    assert.deepEqual(judge(known), { ...CLEAN, duplicated: [5] });
    const sameAttempt = new Story().accept(5).begin(5).effect(5).effect(5).result(5).apply(5);
    assert.deepEqual(judge(sameAttempt), { ...CLEAN, duplicated: [5] });
  });

  it("flags an effect that was in flight at a kill and repeated, if the runtime says so too", () => {
    const story = new Story().accept(5).begin(5).effect(5).kill();
    story.begin(5, 2).effect(5).result(5, 2).apply(5);
    assert.deepEqual(judge(story), { ...CLEAN, duplicated: [5], recoveryMs: 1 });
    assert.deepEqual(judge(story.doubt(5)), { ...CLEAN, flagged: [5], recoveryMs: 1 });
  });

  it("finds what was applied, or seen, after something that came later", () => {
    const applied = new Story().accept(5, 6, 7).handle(5, 6, 7).apply(5, 7, 6);
    assert.deepEqual(judge(applied), { ...CLEAN, reordered: [6] });
    const seen = new Story().accept(5, 6, 7).handle(6, 5, 7).apply(5, 6, 7);
    assert.deepEqual(judge(seen), { ...CLEAN, reordered: [5] });
  });

  it("lets queues overtake each other, and dead letters come late", () => {
    const queues = new Story().send(5, "one").send(6, "two").handle(6, 5).apply(6, 5);
    assert.deepEqual(judge(queues), CLEAN);
    const replayed = new Story().accept(5, 6).handle(6).replay(5).handle(5).apply(6, 5);
    assert.deepEqual(judge(replayed), CLEAN);
  });

  it("misses what was enqueued and never sent, and finds what was sent twice or late", () => {
    const handled = (): Story => new Story().accept(5, 6).handle(5, 6);
    const end = (story: Story): Story => story.apply(5, 6).owe("send", 5, 6);
    assert.deepEqual(judge(end(handled().deliver(5, 6))), CLEAN);
    assert.deepEqual(judge(end(handled().deliver(5))), { ...CLEAN, lost: [6] });
    assert.deepEqual(judge(end(handled().deliver(6, 5))), { ...CLEAN, reordered: [5] });
    const twice = end(handled().deliver(5, 5, 6)).doubt(5);
    assert.deepEqual(judge(twice), { ...CLEAN, duplicated: [5] });
    const afterKill = end(handled().deliver(5).kill().deliver(5, 6));
    assert.deepEqual(judge(afterKill), { ...CLEAN, duplicated: [5] });
    assert.deepEqual(judge(afterKill.doubt(5)), { ...CLEAN, flagged: [5] });
  });

  it("misses an effect that was recorded and never happened", () => {
    const story = new Story().accept(5).begin(5).result(5).apply(5).owe("reply", 5);
    assert.deepEqual(judge(story), { ...CLEAN, lost: [5] });
    assert.deepEqual(judge(story.doubt(5)), { ...CLEAN, lost: [5] });
  });

  it("lets a webhook reply be given up if the runtime says so", () => {
    const story = new Story().accept(5).handle(5).apply(5).owe("answer", 5);
    assert.deepEqual(judge(story), { ...CLEAN, lost: [5] });
    assert.deepEqual(judge(story.doubt(5)), { ...CLEAN, flagged: [5] });
  });

  it("lets no webhook reply be repeated, whatever the runtime says", () => {
    for (const [first, second] of [
      [true, true],
      [true, false],
      [false, true],
    ]) {
      const story = new Story().accept(5).handle(5).answer(5, first).kill();
      story.begin(5, 2).answer(5, second).apply(5).owe("answer", 5).doubt(5);
      assert.deepEqual(judge(story), { ...CLEAN, duplicated: [5], recoveryMs: 1 });
    }
    const calls = new Story().accept(5).handle(5).answer(5, false).kill();
    calls.begin(5, 2).answer(5, false).apply(5).doubt(5);
    assert.deepEqual(judge(calls), { ...CLEAN, flagged: [5], recoveryMs: 1 });
  });

  it("measures how long accepted updates waited after a kill", () => {
    const story = new Story().accept(5, 6).begin(5).kill().wait(400).begin(5, 2).wait(300).begin(6);
    story.effect(5).result(5, 2).effect(6).result(6).apply(5, 6);
    assert.deepEqual(judge(story), { ...CLEAN, recoveryMs: 702 });
  });

  it("measures when new updates are handled where nothing was left behind", () => {
    const story = new Story().accept(5).handle(5).kill().wait(100).accept(6).handle(6).apply(5, 6);
    assert.deepEqual(judge(story), { ...CLEAN, recoveryMs: 103 });
  });
});
