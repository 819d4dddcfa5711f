import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@hookgram/bot-api";
import { ANNA, START_S, Stage } from "../../test/stage.ts";

const KEYBOARD = { inline_keyboard: [[{ text: "Yes", callback_data: "y" }]] };
const NOT_MODIFIED =
  "Bad Request: message is not modified: specified new message content and reply markup are " +
  "exactly the same as a current content and reply markup of the message";

async function stageWithMessage(params: object = {}): Promise<{ stage: Stage; at: object }> {
  const stage = await Stage.open();
  await stage.begin();
  const message = { chat_id: ANNA, text: "one", reply_markup: KEYBOARD, ...params };
  const { message_id } = await stage.ok<Message>("sendMessage", message);
  return { stage, at: { chat_id: ANNA, message_id } };
}

describe("editing", () => {
  it("changes the text and removes a keyboard that is not given again", async () => {
    const { stage, at } = await stageWithMessage();
    await using _ = stage;
    await stage.pass(60);
    const edited = await stage.ok<Message>("editMessageText", { ...at, text: "two" });
    assert.equal(edited.text, "two");
    assert.equal(edited.edit_date, START_S + 60);
    assert.equal(edited.date, START_S);
    assert.equal(edited.reply_markup, undefined);
  });

  it("refuses an edit that changes nothing", async () => {
    const { stage, at } = await stageWithMessage();
    await using _ = stage;
    const same = { ...at, text: "one", reply_markup: KEYBOARD };
    assert.equal(await stage.refusal("editMessageText", same), NOT_MODIFIED);
    const markup = { ...at, reply_markup: KEYBOARD };
    assert.equal(await stage.refusal("editMessageReplyMarkup", markup), NOT_MODIFIED);
    await stage.ok("editMessageText", { ...same, text: "<b>one</b>", parse_mode: "HTML" });
  });

  it("refuses what is not there and what is not the bot's", async () => {
    const { stage, at } = await stageWithMessage();
    await using _ = stage;
    const cases: readonly (readonly [method: string, params: object, description: string])[] = [
      [
        "editMessageText",
        { chat_id: ANNA, message_id: 99, text: "x" },
        "message to edit not found",
      ],
      ["editMessageText", { chat_id: ANNA, text: "x" }, "message to edit not found"],
      ["editMessageText", { text: "x" }, "message identifier is not specified"],
      ["editMessageText", { inline_message_id: "abc", text: "x" }, "MESSAGE_ID_INVALID"],
      ["editMessageText", { chat_id: ANNA, message_id: 1, text: "x" }, "message can't be edited"],
      ["editMessageText", { ...at, text: "" }, "message text is empty"],
      ["editMessageCaption", { ...at, caption: "x" }, "there is no caption in the message to edit"],
      [
        "editMessageText",
        { ...at, text: "x", reply_markup: { remove_keyboard: true } },
        "inline keyboard expected",
      ],
    ];
    for (const [method, params, description] of cases) {
      assert.equal(await stage.refusal(method, params), `Bad Request: ${description}`);
    }
  });

  it("cannot edit a message that brought a reply keyboard", async () => {
    const { stage, at } = await stageWithMessage({ reply_markup: { keyboard: [["A"]] } });
    await using _ = stage;
    const edit = { ...at, text: "two" };
    assert.equal(
      await stage.refusal("editMessageText", edit),
      "Bad Request: message can't be edited",
    );
  });

  it("shows the edit to the person and in the journal, not to the bot", async () => {
    const { stage, at } = await stageWithMessage();
    await using _ = stage;
    const { cursor } = await stage.act<{ cursor: number }>("getMessages", { person: ANNA });
    await stage.ok("editMessageText", { ...at, text: "two" });
    const seen = await stage.act<{ messages: Message[] }>("getMessages", {
      person: ANNA,
      after: cursor,
    });
    assert.deepEqual(
      seen.messages.map(({ text }) => text),
      ["two"],
    );
    assert.deepEqual(await stage.updates(), []);
  });
});
