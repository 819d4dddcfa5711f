import assert from "node:assert/strict";
import { test } from "node:test";
import { limitsOf } from "./dts-limits.ts";

// The sentences are from core.telegram.org/bots/api.

test("lengths of texts are read, with their unit", () => {
  assert.deepEqual(limitsOf("text", "New chat title, 1-128 characters"), {
    lengthMin: 1,
    lengthMax: 128,
  });
  assert.deepEqual(limitsOf("text", "Unique identifier for this result, 1-64 Bytes"), {
    lengthMin: 1,
    lengthMax: 64,
    lengthUnit: "bytes",
  });
  assert.deepEqual(limitsOf("text", "Text of the query (up to 256 characters)"), {
    lengthMax: 256,
  });
  assert.deepEqual(limitsOf("text", "Photo caption, 0-1024 characters after entities parsing"), {
    lengthMin: 0,
    lengthMax: 1024,
    afterEntities: true,
  });
});

test("ranges of numbers are read in each of their wordings", () => {
  for (const [doc, min, max] of [
    ["Limits the number. Values between 1-100 are accepted. Defaults to 100.", 1, 100],
    ["The radius of uncertainty, measured in meters; 0-1500", 0, 1500],
    ["For live locations, a direction. Must be between 1 and 360 if specified.", 1, 360],
    ["Size of the font; 1-6, 1 is the largest, 6 is the smallest", 1, 6],
  ] as const)
    assert.deepEqual(limitsOf("number", doc), { min, max });
});

test("sizes of lists are read", () => {
  const media = "An Array describing messages to be sent, must include 2-10 items";
  assert.deepEqual(limitsOf("list", media), { itemsMin: 2, itemsMax: 10 });
  const keywords =
    "List of 0-20 search keywords for the sticker with total length of up to 64 characters";
  assert.deepEqual(limitsOf("list", keywords), { itemsMin: 0, itemsMax: 20 });
  const tips = "At most 4 suggested tip amounts can be specified.";
  assert.deepEqual(limitsOf("list", tips), { itemsMax: 4 });
});

test("numbers that limit nothing, or only in some cases, are left alone", () => {
  for (const doc of [
    "A two-letter ISO 639-1 language code",
    "Must be between 60 and 86400, or 0x7FFFFFFF for live locations that can be edited indefinitely",
    "Pass *True* to allow up to 1000 messages per second",
    "Sends the message [silently](https://telegram.org/blog/channels-2-0#silent-messages).",
  ])
    assert.deepEqual(limitsOf("number", doc), {});
});

test("a wording that no rule knows is an error", () => {
  assert.throws(() => limitsOf("text", "Between 3-9 runes long"), /no rule knows what 3-9 limits/);
  assert.throws(
    () => limitsOf("text", "1-64 characters, or 1-32 characters in groups"),
    /more than one limit/,
  );
});
