import assert from "node:assert/strict";
import { test } from "node:test";

import { parseWorldFile } from "@hookgram/emulator";

import { HELP_TEXTS } from "./help-texts.ts";

test("the world file that the help shows is one", () => {
  for (const text of [HELP_TEXTS.dev, HELP_TEXTS.telegram]) {
    const [shown = ""] = /\{ "bots"[^]*\}/.exec(text) ?? [];
    const world = parseWorldFile(shown.replace("AA…", "A".repeat(30)));
    assert.deepEqual([world.bots?.length, world.people?.length, world.chats?.length], [1, 2, 1]);
  }
});

test("the help fits a terminal of 80 columns", () => {
  const lines = Object.values(HELP_TEXTS).flatMap((text) => text.split("\n"));
  assert.deepEqual(
    lines.filter((line) => line.length > 80),
    [],
  );
});
