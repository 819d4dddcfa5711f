import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { GameHighScore, Message } from "@hookgram/bot-api";
import { openForum } from "../../test/open-chats.ts";
import { startTelegram } from "../telegram.ts";
import { ANNA, BEN, STAGE_WORLD, Stage, TOKEN } from "../../test/stage.ts";

describe("a live location", () => {
  it("moves until it is stopped or its time is over", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const place = { chat_id: ANNA, latitude: 52, longitude: 4 };
    const sent = await stage.ok<Message>("sendLocation", { ...place, live_period: 60 });
    const { message_id } = sent;
    const moved = { ...place, message_id, latitude: 53 };
    const after = await stage.ok<Message>("editMessageLiveLocation", moved);
    assert.deepEqual(after.location, { latitude: 53, longitude: 4, live_period: 60 });
    await stage.pass(61);
    const late = { ...moved, latitude: 54 };
    assert.match(await stage.refusal("editMessageLiveLocation", late), /can't be edited/);
    const again = await stage.ok<Message>("sendLocation", { ...place, live_period: 60 });
    const stopped = await stage.ok<Message>("stopMessageLiveLocation", {
      chat_id: ANNA,
      message_id: again.message_id,
    });
    assert.equal(stopped.location?.live_period, undefined);
  });
});

describe("an ephemeral message", () => {
  it("is seen by one member, has a number of its own, and can be edited and deleted", async () => {
    const { stage, chat } = await openForum();
    await using _ = stage;
    const to = { chat_id: chat, receiver_user_id: BEN };
    const sent = await stage.ok<Message>("sendMessage", { ...to, text: "For you" });
    assert.deepEqual([sent.message_id, sent.receiver_user?.id], [0, BEN]);
    const { ephemeral_message_id } = sent;
    const one = { ...to, ephemeral_message_id };
    assert.equal(await stage.ok("editEphemeralMessageText", { ...one, text: "New" }), true);
    assert.equal(await stage.ok("deleteEphemeralMessage", one), true);
    assert.match(await stage.refusal("deleteEphemeralMessage", one), /MESSAGE_ID_INVALID/);
    const nobody = { chat_id: chat, receiver_user_id: 404, text: "?" };
    assert.match(await stage.refusal("sendMessage", nobody), /USER_NOT_PARTICIPANT/);
  });
});

describe("a rich message", () => {
  it("is read from HTML and from Markdown into blocks", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const blocksOf = async (rich_message: object): Promise<unknown> => {
      const sent = await stage.ok<Message>("sendRichMessage", { chat_id: ANNA, rich_message });
      return sent.rich_message?.blocks;
    };
    const bold = { type: "bold", text: "now" };
    assert.deepEqual(await blocksOf({ html: "<h2>Tea</h2><p>Buy <b>now</b></p>" }), [
      { type: "heading", text: "Tea", size: 2 },
      { type: "paragraph", text: ["Buy ", bold] },
    ]);
    assert.deepEqual(await blocksOf({ markdown: "## Tea\nBuy **now**" }), [
      { type: "heading", text: "Tea", size: 2 },
      { type: "paragraph", text: ["Buy ", bold] },
    ]);
    const wrong = { chat_id: ANNA, rich_message: { blocks: [{ type: "poem" }] } };
    assert.match(await stage.refusal("sendRichMessage", wrong), /can't parse InputRichBlock/);
  });
});

describe("a game", () => {
  it("keeps the best scores of its message", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const game = await stage.ok<Message>("sendGame", { chat_id: ANNA, game_short_name: "chess" });
    await stage.act("press", { person: ANNA, label: "Play chess", wait_ms: 0 });
    assert.equal((await stage.next("callback_query")).game_short_name, "chess");
    const place = { chat_id: ANNA, message_id: game.message_id };
    await stage.ok("setGameScore", { ...place, user_id: ANNA, score: 5 });
    const worse = { ...place, user_id: ANNA, score: 4 };
    assert.match(await stage.refusal("setGameScore", worse), /BOT_SCORE_NOT_MODIFIED/);
    await stage.ok("setGameScore", { ...place, user_id: BEN, score: 7 });
    const table = await stage.ok<GameHighScore[]>("getGameHighScores", { ...place, user_id: ANNA });
    assert.deepEqual(
      table.map(({ position, user, score }) => [position, user.id, score]),
      [
        [1, BEN, 7],
        [2, ANNA, 5],
      ],
    );
  });
});

describe("a group that becomes a supergroup", () => {
  it("tells where it went, in a message and in the refusals that follow", async () => {
    await using stage = await Stage.open();
    const { chat } = await stage.act<{ chat: { id: number } }>("addChat", {
      type: "group",
      title: "Team",
      members: [{ user: ANNA }],
      bots: ["stage_bot"],
    });
    await stage.updates();
    const { chat: next } = await stage.act<{ chat: number }>("migrate", { chat: chat.id });
    const updates = await stage.updates();
    assert.equal(updates[0]?.message?.migrate_to_chat_id, next);
    assert.equal(updates[1]?.message?.migrate_from_chat_id, chat.id);
    const { description, parameters } = await stage.call("sendMessage", {
      chat_id: chat.id,
      text: "?",
    });
    assert.equal(description, "Bad Request: group chat was upgraded to a supergroup chat");
    assert.deepEqual(parameters, { migrate_to_chat_id: next });
    await stage.ok("sendMessage", { chat_id: next, text: "Here" });
  });
});

describe("a message that somebody sent in inline mode", () => {
  it("has buttons that its bot hears of, and can be edited by its own identifier", async () => {
    await using stage = await Stage.open({
      ...STAGE_WORLD,
      bots: [{ token: TOKEN, username: "stage_bot", supports_inline_queries: true }],
    });
    await stage.ok("getUpdates", { offset: -1 });
    const typed = stage.act<{ inline_query_id: string }>("inlineQuery", {
      person: ANNA,
      query: "tea",
    });
    const { id } = await stage.next("inline_query");
    const result = {
      type: "article",
      id: "1",
      title: "Tea",
      input_message_content: { message_text: "*Tea*", parse_mode: "Markdown" },
      reply_markup: { inline_keyboard: [[{ text: "More", callback_data: "more" }]] },
    };
    await stage.ok("answerInlineQuery", { inline_query_id: id, results: [result] });
    const { inline_query_id } = await typed;
    const chosen = { person: ANNA, inline_query_id, result_id: "1" };
    const { message } = await stage.act<{ message: Message }>("chooseResult", chosen);
    assert.deepEqual([message.text, message.via_bot?.username], ["Tea", "stage_bot"]);
    const { inline_message_id } = await stage.next("chosen_inline_result");
    await stage.act("press", { person: ANNA, label: "More", wait_ms: 0 });
    const query = await stage.next("callback_query");
    assert.deepEqual([query.inline_message_id, query.message], [inline_message_id, undefined]);
    const edit = { inline_message_id, text: "Green tea" };
    assert.equal(await stage.ok("editMessageText", edit), true);
    assert.match(await stage.refusal("editMessageText", edit), /message is not modified/);
    const other = { inline_message_id: "AAAA", text: "?" };
    assert.match(await stage.refusal("editMessageText", other), /MESSAGE_ID_INVALID/);
  });
});

describe("a seed", () => {
  it("makes dice and update ids the same in every run", async () => {
    const run = async (seed: number): Promise<unknown> => {
      const telegram = await startTelegram({ port: 0, seed, world: STAGE_WORLD });
      const { id } = await telegram.users
        .get(ANNA)
        .say("/start")
        .then(({ chat }) => chat);
      const call = async (method: string): Promise<unknown> =>
        (await fetch(`${telegram.url}/bot${TOKEN}/${method}`)).json();
      const dice = (await call(`sendDice?chat_id=${id}&emoji=🎰`)) as { result: Message };
      const updates = (await call("getUpdates")) as { result: { update_id: number }[] };
      await telegram.close();
      return [dice.result.dice?.value, updates.result[0]?.update_id];
    };
    const first = await run(7);
    assert.deepEqual(await run(7), first);
    assert.notDeepEqual(await run(8), first);
  });
});
