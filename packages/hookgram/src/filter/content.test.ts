import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Chat, Message } from "@hookgram/bot-api";
import { z } from "zod";
import { sampleUpdate } from "../testing.ts";
import { chatType } from "./chat-type.ts";
import { has } from "./has.ts";
import { noCommand } from "./no-command.ts";
import { text } from "./text.ts";

function message(fields: Partial<Message>): { readonly message: Message } {
  return sampleUpdate("message", { text: undefined as never, ...fields });
}

describe("text", () => {
  it("matches messages with a text, and not with a caption only", () => {
    assert.equal(text().matches(message({ text: "Hi" })), true);
    assert.equal(text().matches(message({ caption: "Hi" })), false);
  });

  it("does not match commands, unless their text or pattern is given", () => {
    const start = message({ text: "/start" });
    assert.equal(text().matches(start), false);
    assert.equal(text("/start").matches(start), true);
    assert.notEqual(text(/start/).matches(start), false);
    assert.equal(has("text").matches(start), true);
  });

  it("matches exact texts, by case and white space", () => {
    const yes = text(["Yes", "Sure"]);
    assert.equal(yes.label, 'text("Yes", "Sure")');
    assert.equal(yes.matches(message({ text: "Sure" })), true);
    assert.equal(yes.matches(message({ text: "sure" })), false);
    assert.equal(yes.matches(message({ text: "Yes!" })), false);
    assert.equal(yes.matches(message({})), false);
  });

  it("gives the match of a pattern, the same every time also with the flags g and y", () => {
    for (const pattern of [/(\d+) eggs/, /(\d+) eggs/g, /(\d+) eggs/y]) {
      const filter = text(pattern);
      for (let time = 0; time < 3; time += 1) {
        const found = filter.matches(message({ text: "12 eggs" }));
        assert.equal((found as { match: RegExpExecArray }).match[1], "12");
      }
      assert.equal(filter.matches(message({ text: "no bacon" })), false);
      assert.equal(pattern.lastIndex, 0);
    }
  });
});

describe("text with a schema for its groups", () => {
  const time = text(
    /^(?<hour>\d\d):(?<minute>\d\d)$/,
    z.object({ hour: z.coerce.number().max(23), minute: z.coerce.number().max(59) }),
  );

  it("gives what the schema makes of them, and the match", async () => {
    const found = (await time.matches(message({ text: "09:30" }))) as { readonly groups: unknown };
    assert.deepEqual(found.groups, { hour: 9, minute: 30 });
    assert.equal((found as unknown as { match: RegExpExecArray }).match[0], "09:30");
  });

  it("does not match what the schema refuses", async () => {
    for (const words of ["24:00", "9:30", "now"])
      assert.equal(await time.matches(message({ text: words })), false);
  });
});

describe("noCommand", () => {
  // As Telegram marks them: the first ones begin with an entity `bot_command`.
  const commands = [
    "/start",
    "/start x",
    "/a_1@shop_bot",
    "  /start",
    "/start, please",
    "/start-now",
  ];
  const others = ["", "Hi", "say /start", "/", "/ 5", "/home/ada", "/été", "/a<b", "//x", "/a@b"];
  for (const words of commands)
    it(`does not match ${JSON.stringify(words)}, be it a text or a caption`, () => {
      assert.equal(noCommand().matches(message({ text: words })), false);
      assert.equal(noCommand().matches(message({ caption: words })), false);
    });
  for (const words of others)
    it(`matches ${JSON.stringify(words)}`, () => {
      assert.equal(noCommand().matches(message({ text: words })), true);
    });

  it("matches messages without words", () => {
    assert.equal(noCommand().matches(message({ location: { latitude: 1, longitude: 2 } })), true);
  });

  it("takes what is longer than Telegram's limit of 64 characters for no command", () => {
    assert.equal(noCommand().matches(message({ text: `/${"a".repeat(64)}` })), false);
    assert.equal(noCommand().matches(message({ text: `/${"a".repeat(65)}` })), true);
  });
});

describe("has", () => {
  it("wants all of the fields", () => {
    const photo = [{ file_id: "1", file_unique_id: "1", width: 1, height: 1 }];
    const filter = has("photo", "caption");
    assert.equal(filter.label, "has(photo, caption)");
    assert.equal(filter.matches(message({ photo, caption: "A cat" })), true);
    assert.equal(filter.matches(message({ photo })), false);
    assert.equal(filter.matches(message({ caption: "A cat" })), false);
  });
});

describe("chatType", () => {
  it("matches the types that it is given", () => {
    const chat = (type: Chat["type"]): { chat: Chat } => ({ chat: { id: 1, type } });
    const groups = chatType("group", "supergroup");
    assert.equal(groups.matches(chat("group")), true);
    assert.equal(groups.matches(chat("supergroup")), true);
    assert.equal(groups.matches(chat("private")), false);
    assert.equal(groups.matches({ chat: undefined }), false);
  });
});
