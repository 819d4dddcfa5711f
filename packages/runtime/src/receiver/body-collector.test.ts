import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";

import { BodyCollector, floodLimitBytes } from "./body-collector.ts";

function collect(bytes: Buffer, chunkBytes: number, limitBytes: number) {
  const collector = new BodyCollector(limitBytes);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    if (!collector.push(bytes.subarray(at, at + chunkBytes))) break;
  }
  return collector.finish();
}

const bytesOf = (length: number): Buffer => Buffer.alloc(length, "0123456789abcdef");

test("however a body is cut into chunks, it comes out whole or with the hash of the whole", () => {
  const limitBytes = 5_000;
  fc.assert(
    fc.property(fc.nat(12_000), fc.integer({ min: 1, max: 6_000 }), (length, chunkBytes) => {
      const bytes = bytesOf(length);
      const body = collect(bytes, chunkBytes, limitBytes);
      if (length <= limitBytes) {
        assert(body.status === "whole");
        return assert.deepEqual(Buffer.from(body.bytes), bytes);
      }
      assert(body.status === "oversize");
      assert.equal(body.sizeBytes, length);
      assert.equal(body.sha256, createHash("sha256").update(bytes).digest("hex"));
      assert.deepEqual(Buffer.from(body.start), bytes.subarray(0, 4_096));
    }),
    { numRuns: 200 },
  );
});

test("a body of one chunk is not copied", () => {
  const bytes = bytesOf(1_000);
  const body = collect(bytes, 1_000, 5_000);
  assert(body.status === "whole");
  assert.equal(body.bytes.buffer, bytes.buffer);
});

test("reading stops where a body becomes a flood", () => {
  const limitBytes = 1_000;
  const collector = new BodyCollector(limitBytes);
  let pushed = 0;
  while (collector.push(bytesOf(100))) pushed += 100;
  assert.equal(pushed, floodLimitBytes(limitBytes));
  assert.deepEqual(collector.finish(), { status: "flood" });
});
