import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BOT_ID, Stage, TOKEN } from "../../test/stage.ts";
import { parseWorldFile } from "./world-file.ts";

describe("a world file", () => {
  it("says who is there at the start", async () => {
    const file = parseWorldFile(
      JSON.stringify({
        bots: [{ token: TOKEN, username: "shop_bot", name: "Shop" }],
        people: [{ id: 1, first_name: "Anna" }],
        chats: [
          {
            id: -1001234567890,
            type: "supergroup",
            title: "Team",
            members: [
              { user: 1, status: "creator" },
              { user: BOT_ID, status: "administrator", rights: { can_pin_messages: true } },
            ],
          },
        ],
      }),
    );
    await using stage = await Stage.open(file);
    const chat = await stage.ok<{ title: string }>("getChat", { chat_id: -1001234567890 });
    assert.equal(chat.title, "Team");
    assert.deepEqual(await stage.updates(), []);
  });

  const REFUSED: readonly (readonly [text: string, message: RegExp])[] = [
    ["{", /^not JSON: /],
    ["[]", /^expected object, received array$/],
    ['{"peoples":[]}', /^unknown key "peoples"$/],
    ['{"people":[{"first_name":"A","nick":"x"}]}', /^unknown key "nick" in people\[0\]$/],
    ['{"people":[{}]}', /^people\[0\]\.first_name: missing, expected string$/],
    ['{"chats":[{"type":"forum","title":"x"}]}', /^chats\[0\]\.type: /],
    ['{"bots":[{"token":"x"}]}', /^bots\[0\]\.token: must look like /],
    ['{"chats":[{"id":1,"type":"group","title":"x"}]}', /^chats\[0\]\.id: must be negative, /],
  ];
  for (const [text, message] of REFUSED) {
    it(`refuses ${text} with one line`, () => {
      assert.throws(
        () => parseWorldFile(text),
        (error) =>
          error instanceof Error && message.test(error.message) && !error.message.includes("\n"),
      );
    });
  }

  it("may begin with the byte order mark of an editor", () => {
    assert.deepEqual(parseWorldFile("\uFEFF{}"), {});
  });

  it("refuses members whom nobody knows", async () => {
    const chats = [{ type: "group" as const, title: "G", members: [{ user: 5 }] }];
    await assert.rejects(Stage.open({ chats }), /there is no user 5 to be a member/);
  });
});
