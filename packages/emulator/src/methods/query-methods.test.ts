import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@hookgram/bot-api";
import { ANNA, BOT_ID, Stage, TOKEN } from "../../test/stage.ts";

const TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid";

async function stageWithButton(): Promise<Stage> {
  const stage = await Stage.open();
  await stage.begin();
  await stage.ok("sendMessage", {
    chat_id: ANNA,
    text: "Sure?",
    reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "yes:1" }]] },
  });
  return stage;
}

async function press(stage: Stage): Promise<string> {
  const pressed = await stage.act<{ callback_query_id: string }>("press", {
    person: ANNA,
    label: "Yes",
    wait_ms: 0,
  });
  return pressed.callback_query_id;
}

describe("answerCallbackQuery", () => {
  it("reaches the person who pressed and waits", async () => {
    await using stage = await stageWithButton();
    const pressing = stage.act<{ answer?: object }>("press", { person: ANNA, data: "yes:1" });
    const query = await stage.next("callback_query");
    assert.equal(query.data, "yes:1");
    assert.equal(query.from.id, ANNA);
    assert.equal((query.message as Message).text, "Sure?");
    const answer = { text: "Done", show_alert: true };
    await stage.ok("answerCallbackQuery", { callback_query_id: query.id, ...answer });
    assert.deepEqual((await pressing).answer, answer);
  });

  it("is too late after 150 seconds of the clock", async () => {
    await using stage = await stageWithButton();
    const [early, late] = [await press(stage), await press(stage)];
    await stage.pass(150);
    await stage.ok("answerCallbackQuery", { callback_query_id: early });
    await stage.pass(1);
    const refusal = await stage.refusal("answerCallbackQuery", { callback_query_id: late });
    assert.equal(refusal, TOO_OLD);
  });

  it("knows only the queries of the bot", async () => {
    await using stage = await Stage.open({});
    await stage.act("addPerson", { id: ANNA, first_name: "Anna" });
    await stage.call("getMe");
    await stage.begin();
    assert.equal(await stage.refusal("answerCallbackQuery", { callback_query_id: "1" }), TOO_OLD);
    assert.equal(await stage.refusal("answerCallbackQuery"), TOO_OLD);
    await stage.ok("sendMessage", {
      chat_id: ANNA,
      text: "Sure?",
      reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "y" }]] },
    });
    const callback_query_id = await press(stage);
    const other = TOKEN.replace(String(BOT_ID), "222333444");
    const refusal = await stage.refusal("answerCallbackQuery", { callback_query_id }, other);
    assert.equal(refusal, TOO_OLD);
  });
});

describe("answerInlineQuery", () => {
  it("reaches the person who typed and waits", async () => {
    await using stage = await Stage.open({
      bots: [{ token: TOKEN, username: "stage_bot", supports_inline_queries: true }],
      people: [{ id: ANNA, first_name: "Anna" }],
    });
    const typing = stage.act<{ answer?: { results: { id: string }[] } }>("inlineQuery", {
      person: ANNA,
      query: "cats",
    });
    const query = await stage.next("inline_query");
    assert.equal(query.query, "cats");
    const article = {
      type: "article",
      id: "1",
      title: "Cat",
      input_message_content: { message_text: "Meow" },
    };
    const inline_query_id = query.id;
    assert.equal(
      await stage.refusal("answerInlineQuery", { inline_query_id, results: [article, article] }),
      "Bad Request: RESULT_ID_DUPLICATE",
    );
    await stage.ok("answerInlineQuery", { inline_query_id, results: [article] });
    assert.deepEqual((await typing).answer?.results, [article]);
    await stage.pass(31);
    assert.equal(
      await stage.refusal("answerInlineQuery", { inline_query_id, results: [] }),
      TOO_OLD,
    );
  });
});
