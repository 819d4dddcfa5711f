import assert from "node:assert/strict";
import { test } from "node:test";
import { uploadKind } from "./upload-kind.ts";

test("a file goes up as what the apps would send it as", () => {
  assert.equal(uploadKind("image/png", false), "photo");
  assert.equal(uploadKind("image/gif", false), "animation");
  assert.equal(uploadKind("video/mp4", false), "video");
  assert.equal(uploadKind("audio/mpeg", false), "audio");
  assert.equal(uploadKind("image/svg+xml", false), "document");
  assert.equal(uploadKind("", false), "document");
});

test("it stays a file when one wants it so", () => {
  assert.equal(uploadKind("image/png", true), "document");
});
