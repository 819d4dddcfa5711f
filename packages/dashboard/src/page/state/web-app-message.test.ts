import assert from "node:assert/strict";
import { test } from "node:test";
import { readWebAppMessage, writeWebAppMessage } from "./web-app-message.ts";

test("a Web App's words are read, with their data as an object or as JSON text", () => {
  const data = { data: "42" };
  const read = { type: "web_app_data_send", data };
  const written = writeWebAppMessage("web_app_data_send", data);
  assert.deepEqual(readWebAppMessage(written), read);
  const asText = JSON.stringify({ eventType: read.type, eventData: JSON.stringify(data) });
  assert.deepEqual(readWebAppMessage(asText), read);
  const bare = { type: "web_app_close", data: {} };
  assert.deepEqual(readWebAppMessage('{"eventType":"web_app_close"}'), bare);
});

test("whatever else a frame posts is passed over", () => {
  for (const posted of [undefined, 1, {}, "", "hello", "null", "[]", '{"eventType":1}']) {
    assert.equal(readWebAppMessage(posted), undefined);
  }
});
