import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { flatJpeg } from "./flat-jpeg.ts";
import { imageSize } from "./image-size.ts";

describe("flatJpeg", () => {
  it("is a JPEG of the size from its first marker to its last", () => {
    const picture = flatJpeg(180, 320);
    assert.deepEqual(imageSize(picture), { width: 180, height: 320, format: "jpeg" });
    assert.deepEqual([...picture.subarray(-2)], [0xff, 0xd9]);
  });

  it("has two bits for each block of 8 by 8, filled up with ones (ITU-T T.81, F.1.2.3)", () => {
    const picture = flatJpeg(9, 9);
    assert.equal(picture.at(-3), 0, "four blocks are eight bits");
    assert.equal(flatJpeg(8, 8).at(-3), 0b0011_1111);
  });
});
