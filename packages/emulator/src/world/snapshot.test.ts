import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@hookgram/bot-api";
import { pngOf } from "../../test/images.ts";
import { ANNA, Stage, TOKEN } from "../../test/stage.ts";

describe("a snapshot", () => {
  it("brings everything back: messages, files, keyboards, counters", async () => {
    await using before = await Stage.open();
    await before.begin();
    const base64 = Buffer.from(pngOf(400, 300)).toString("base64");
    const { message } = await before.act<{ message: Message }>("upload", {
      person: ANNA,
      kind: "photo",
      base64,
    });
    await before.ok("sendMessage", {
      chat_id: ANNA,
      text: "<b>hi</b>",
      parse_mode: "HTML",
      reply_markup: { keyboard: [["A"]] },
    });
    await before.ok("setMyCommands", { commands: [{ command: "a", description: "b" }] });
    const text = before.telegram.world.snapshot();
    const shown = await before.act("getMessages", { person: ANNA });

    await using after = await Stage.open();
    after.telegram.world.restore(text);
    assert.deepEqual(await after.act("getMessages", { person: ANNA }), shown);
    assert.deepEqual(await after.ok("getMyCommands"), [{ command: "a", description: "b" }]);
    const file = await after.ok<{ file_path: string }>("getFile", {
      file_id: message.photo?.[0]?.file_id,
    });
    const download = await fetch(`${after.telegram.url}/file/bot${TOKEN}/${file.file_path}`);
    assert.equal(Buffer.from(await download.arrayBuffer()).toString("base64"), base64);
    const { message: next } = await after.act<{ message: Message }>("say", {
      person: ANNA,
      text: "on",
    });
    assert.equal(next.message_id, 4);
  });

  it("writes bytes that several records share once", async () => {
    await using stage = await Stage.open();
    const base64 = Buffer.from(pngOf(1000, 1000)).toString("base64");
    await stage.act("upload", { person: ANNA, kind: "photo", base64 });
    assert.equal(stage.telegram.world.snapshot().split(base64).length, 2);
  });

  it("is refused with one line when it is not one", async () => {
    await using stage = await Stage.open();
    const { world } = stage.telegram;
    assert.throws(() => world.restore("{"), /the snapshot is not JSON/);
    assert.throws(() => world.restore("{}"), /the snapshot is not one of this emulator/);
    assert.throws(
      () => world.restore('{"version":99,"state":{}}'),
      /the snapshot has version 99, this emulator reads 5/,
    );
    assert.throws(() => world.restore('{"version":5,"state":{}}'), /the snapshot is damaged/);
  });
});

describe("the same story", () => {
  it("gives the same bytes in every run", async () => {
    const run = async (): Promise<string> => {
      await using stage = await Stage.open();
      await stage.begin();
      await stage.ok("sendDice", { chat_id: ANNA });
      await stage.act("upload", { person: ANNA, base64: "AAEC", file_name: "a.bin" });
      return stage.telegram.world.snapshot();
    };
    assert.equal(await run(), await run());
  });
});
