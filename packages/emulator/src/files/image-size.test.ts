import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pngOf } from "../../test/images.ts";
import { imageSize } from "./image-size.ts";

const bytes = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replace(/\s/g, ""), "hex"));

// Headers written by hand from the formats' specifications; all pictures are 258 by 515 pixels.
const PICTURES: Readonly<Record<string, Uint8Array>> = {
  gif: bytes("474946383961 0201 0302 000000"),
  jpeg: bytes("ffd8 ffe0 0004 0000 ff fffe 0003 61 ffc2 0011 08 0203 0102 03 000000000000000000"),
  "webp lossy": bytes(
    "52494646 00000000 57454250 56503820 00000000 000000 9d012a 0201 0302 00000000",
  ),
  "webp lossless": bytes("52494646 00000000 57454250 5650384c 00000000 2f 01818000"),
  "webp extended": bytes("52494646 00000000 57454250 56503858 00000000 00000000 010100 020200"),
};

describe("imageSize", () => {
  for (const [name, picture] of Object.entries(PICTURES)) {
    it(`reads ${name}`, () => {
      const size = imageSize(picture);
      assert.deepEqual([size?.width, size?.height], [258, 515]);
      assert.equal(size?.format, name.split(" ")[0]);
    });
  }

  it("reads png", () => {
    assert.deepEqual(imageSize(pngOf(258, 515)), { width: 258, height: 515, format: "png" });
  });

  it("gives nothing for other bytes and for headers that end too early", () => {
    assert.equal(imageSize(new Uint8Array(0)), undefined);
    assert.equal(imageSize(Buffer.from("just some text that is long enough")), undefined);
    for (const picture of Object.values(PICTURES)) {
      assert.equal(imageSize(picture.subarray(0, 8)), undefined);
    }
  });
});
