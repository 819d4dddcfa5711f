import assert from "node:assert/strict";
import { test } from "node:test";

import { Slots } from "./slots.ts";

test("members are there from add to remove, whatever comes and goes between", () => {
  const slots = new Slots<{ readonly name: string }>();
  const names = (): string[] => slots.members().map(({ name }) => name);
  const first = slots.add({ name: "first" });
  const second = slots.add({ name: "second" });
  slots.remove(first);
  assert.deepEqual(names(), ["second"]);
  const third = slots.add({ name: "third" });
  assert.deepEqual(names().sort(), ["second", "third"]);
  slots.remove(second);
  slots.remove(third);
  assert.deepEqual(names(), []);
});

test("places are used again", () => {
  const slots = new Slots<object>();
  const places = new Set<number>();
  for (let round = 0; round < 100; round += 1) {
    const two = [slots.add({}), slots.add({})];
    for (const place of two) {
      places.add(place);
      slots.remove(place);
    }
  }
  assert.equal(places.size, 2);
});
