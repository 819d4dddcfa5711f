import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_UPDATE_KINDS, OPT_IN_UPDATE_KINDS, UPDATE_KINDS, updateKind } from "./update.ts";

test("the kind is found wherever the payload stands among the fields", () => {
  assert.equal(updateKind({ update_id: 1, message: {} } as never), "message");
  assert.equal(updateKind({ callback_query: {}, update_id: 1 } as never), "callback_query");
});

test("a kind that this version does not know has no name", () => {
  assert.equal(updateKind({ update_id: 1, quantum_message: {} } as never), undefined);
  assert.equal(updateKind({ update_id: 1 }), undefined);
});

test("every kind is either sent by default or on request", () => {
  // core.telegram.org/bots/api#getupdates names the three that have to be asked for.
  assert.deepEqual(OPT_IN_UPDATE_KINDS, [
    "chat_member",
    "message_reaction",
    "message_reaction_count",
  ]);
  assert.equal(new Set(UPDATE_KINDS).size, UPDATE_KINDS.length);
  assert.deepEqual(
    new Set([...DEFAULT_UPDATE_KINDS, ...OPT_IN_UPDATE_KINDS]),
    new Set(UPDATE_KINDS),
  );
});
