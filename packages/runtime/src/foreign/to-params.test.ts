import assert from "node:assert/strict";
import { test } from "node:test";

import { fileFromBytes } from "@hookgram/bot-api";

import { type Place, toParams } from "./to-params.ts";

test("what is not set is left out, and everything else is sent as JSON has it", () => {
  class Keyboard {
    readonly rows = [["Yes"], ["No"]];
    toJSON() {
      return { keyboard: this.rows, selective: undefined };
    }
  }
  const payload = {
    chat_id: 0,
    text: "",
    parse_mode: null,
    message_thread_id: undefined,
    protect_content: false,
    reply_parameters: { message_id: 5, quote: null },
    reply_markup: new Keyboard(),
  };
  assert.deepEqual(
    toParams(payload, () => undefined),
    {
      chat_id: 0,
      text: "",
      protect_content: false,
      reply_parameters: { message_id: 5 },
      reply_markup: { keyboard: [["Yes"], ["No"]] },
    },
  );
});

test("a framework's file is replaced where it stands, and the platform's own stay", () => {
  const file = { isFile: true };
  const blob = new Blob(["x"]);
  const sent = fileFromBytes("y", "y.txt");
  const places: Omit<Place, "parent">[] = [];
  const params = toParams(
    { photo: file, media: [{ media: file }], cover: blob },
    (value, place) => {
      if (value !== file) return undefined;
      places.push({ key: place.key, depth: place.depth });
      return sent;
    },
  );
  assert.deepEqual(places, [
    { key: "photo", depth: 1 },
    { key: "media", depth: 3 },
  ]);
  assert.equal(params["photo"], sent);
  assert.equal((params["media"] as { media: unknown }[])[0]!.media, sent);
  assert.equal(params["cover"], blob);
});

test("the framework's payload itself is not changed", () => {
  const payload = { reply_parameters: { message_id: 5, quote: null } };
  toParams(payload, () => undefined);
  assert.deepEqual(payload, { reply_parameters: { message_id: 5, quote: null } });
});
