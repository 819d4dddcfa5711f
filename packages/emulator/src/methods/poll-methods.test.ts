import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message, Poll } from "@hookgram/bot-api";
import { pngOf } from "../../test/images.ts";
import { openChannel } from "../../test/open-chats.ts";
import { ANNA, Stage } from "../../test/stage.ts";

/** A message as people see it. */
async function shownTo(stage: Stage, messageId: number): Promise<Message> {
  const { messages } = await stage.act<{ messages: Message[] }>("getMessages", { person: ANNA });
  return messages.find(({ message_id }) => message_id === messageId)!;
}

describe("polls", () => {
  it("count votes and tell the bot of them", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const sent = await stage.ok<Message>("sendPoll", {
      chat_id: ANNA,
      question: "Tea?",
      options: ["Yes", { text: "No" }],
      is_anonymous: false,
    });
    assert.deepEqual(
      sent.poll?.options.map(({ text, voter_count }) => [text, voter_count]),
      [
        ["Yes", 0],
        ["No", 0],
      ],
    );
    const vote = { person: ANNA, message_id: sent.message_id };
    await stage.act("vote", { ...vote, options: [1] });
    const updates = await stage.updates();
    assert.equal(updates[0]?.poll?.total_voter_count, 1);
    assert.deepEqual(updates[1]?.poll_answer?.option_ids, [1]);
    const closed = await stage.ok<Poll>("stopPoll", {
      chat_id: ANNA,
      message_id: sent.message_id,
    });
    assert.equal(closed.is_closed, true);
    assert.equal(closed.options[1]?.voter_count, 1);
    assert.match(await stage.fails("vote", { ...vote, options: [0] }), /^409 .*closed/);
  });

  // Telegram.Bot, SelfStoppingPollTests.cs: no update tells of a poll that closes by itself.
  it("close in time, and nobody is told", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const sent = await stage.ok<Message>("sendPoll", {
      chat_id: ANNA,
      question: "Tea?",
      options: ["Yes", "No"],
      open_period: 6,
    });
    const { message_id } = sent;
    const edit = { chat_id: ANNA, message_id };
    const keyboard = { inline_keyboard: [[{ text: "a", callback_data: "a" }]] };
    await stage.pass(5);
    const open = await stage.ok<Message>("editMessageReplyMarkup", {
      ...edit,
      reply_markup: keyboard,
    });
    assert.equal(open.poll?.is_closed, false);
    await stage.pass(1);
    const closed = await stage.ok<Message>("editMessageReplyMarkup", edit);
    assert.equal(closed.poll?.is_closed, true);
    assert.deepEqual(await stage.updates(), []);
  });

  it("close in time after a snapshot, too", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const poll = { chat_id: ANNA, question: "Tea?", options: ["Yes", "No"], open_period: 60 };
    const { message_id } = await stage.ok<Message>("sendPoll", poll);
    stage.telegram.restore(stage.telegram.snapshot());
    await stage.pass(60);
    const refusal = await stage.refusal("stopPoll", { chat_id: ANNA, message_id });
    assert.equal(refusal, "Bad Request: poll has already been closed");
  });

  // python-telegram-bot, tests/test_bot.py, test_send_poll_media_parameters
  it("show media beside the question, the options and the explanation", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const body = new FormData();
    const fields = {
      chat_id: ANNA,
      question: "question",
      options: [
        { text: "option1", media: { type: "location", latitude: 0, longitude: 0 } },
        { text: "option2", media: { type: "link", url: "https://example.org/" } },
      ],
      type: "quiz",
      correct_option_ids: [0],
      description: "*why*",
      description_parse_mode: "MarkdownV2",
      explanation: "because",
      media: { type: "photo", media: "attach://picture" },
      explanation_media: { type: "document", media: "attach://text" },
    };
    for (const [name, value] of Object.entries(fields)) {
      body.set(name, typeof value === "string" ? value : JSON.stringify(value));
    }
    body.set("picture", new Blob([pngOf(20, 20)]), "a.png");
    body.set("text", new Blob(["text"]), "a.txt");
    const { poll } = await stage.ok<Message>("sendPoll", body);
    assert.equal(poll?.media?.photo?.[0]?.width, 20);
    assert.equal(poll?.explanation_media?.document?.file_name, "a.txt");
    assert.deepEqual(poll?.options[0]?.media, { location: { latitude: 0, longitude: 0 } });
    assert.deepEqual(poll?.options[1]?.media, { link: { url: "https://example.org/" } });
    assert.equal(poll?.description, "why");
  });

  it("are for some voters in channels only, where votes are anonymous", async () => {
    const { stage, channel } = await openChannel();
    await using _ = stage;
    await stage.begin();
    const base = { chat_id: channel, question: "Tea?", options: ["Yes", "No"] };
    const few = { members_only: true, country_codes: ["DE", "FT"] };
    const { poll } = await stage.ok<Message>("sendPoll", { ...base, ...few });
    assert.deepEqual([poll?.members_only, poll?.country_codes], [true, ["DE", "FT"]]);
    const refusal = (more: object): Promise<string> =>
      stage.refusal("sendPoll", { ...base, ...more });
    assert.equal(
      await refusal({ country_codes: ["Germany"] }),
      "Bad Request: invalid country code specified",
    );
    assert.equal(
      await refusal({ country_codes: Array(13).fill("DE") }),
      "Bad Request: too many countries specified",
    );
    assert.equal(
      await refusal({ ...few, chat_id: ANNA }),
      "Bad Request: poll voters can be restricted only in channel chats",
    );
    assert.equal(
      await refusal({ is_anonymous: false }),
      "Bad Request: non-anonymous polls can't be sent to channel chats",
    );
  });

  it("take options of people, and hide their results until the end, when they are told to", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const base = { chat_id: ANNA, question: "Tea?", options: ["Yes", "No"], is_anonymous: false };
    const rules = { allow_adding_options: true, hide_results_until_closes: true };
    const { message_id } = await stage.ok<Message>("sendPoll", { ...base, ...rules });
    const anna = { person: ANNA, message_id };
    await stage.act("addPollOption", { ...anna, text: "Later" });
    const { poll_option_added: added } = await stage.next("message");
    assert.deepEqual([added?.option_persistent_id, added?.option_text], ["2", "Later"]);
    await stage.act("vote", { ...anna, options: [2] });
    const { poll } = await shownTo(stage, message_id);
    assert.deepEqual(
      poll?.options.map(({ text, voter_count }) => [text, voter_count]),
      [
        ["Yes", 0],
        ["No", 0],
        ["Later", 0],
      ],
    );
    const closed = await stage.ok<Poll>("stopPoll", { chat_id: ANNA, message_id });
    assert.deepEqual(
      [closed.options[2]?.voter_count, closed.options[2]?.added_by_user?.id],
      [1, ANNA],
    );
    const plain = await stage.ok<Message>("sendPoll", base);
    const more = { person: ANNA, message_id: plain.message_id, text: "Later" };
    assert.match(
      await stage.fails("addPollOption", more),
      /^409 the poll takes no further options/,
    );
  });

  it("are checked", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const base = { chat_id: ANNA, question: "Tea?", options: ["Yes", "No"] };
    const cases: readonly (readonly [params: object, description: string])[] = [
      [{ question: "" }, "text must be non-empty"],
      [{ question: "x".repeat(301) }, "poll question length must not exceed 300"],
      [{ options: "Yes" }, "can't parse options JSON object"],
      [{ options: [] }, "poll must have at least one answer option"],
      [{ options: ["a", ""] }, "text must be non-empty"],
      [{ options: ["a", "x".repeat(101)] }, "poll options length must not exceed 100"],
      [{ options: [1, 2] }, "expected an option to be of type String"],
      [{ type: "exam" }, "unsupported poll type specified"],
      [{ type: "quiz" }, "correct quiz option list must be non-empty"],
      [{ type: "quiz", correct_option_id: 2 }, "wrong quiz correct_option_id"],
      [{ media: { type: "sticker" } }, "failed to parse InputPollMedia: invalid type specified"],
      [
        { options: ["a", { text: "b", media: { type: "audio" } }] },
        "failed to parse poll option media: invalid type specified",
      ],
    ];
    for (const [params, description] of cases) {
      const refusal = await stage.refusal("sendPoll", { ...base, ...params });
      assert.equal(refusal, `Bad Request: ${description}`);
    }
  });
});

describe("reactions", () => {
  it("of people reach a bot that asked for them, its own do not", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    await stage.ok("getUpdates", { allowed_updates: ["message", "message_reaction"] });
    await stage.act("react", { person: ANNA, message_id: 1, emoji: ["👍"] });
    const [reacted] = await stage.updates();
    assert.deepEqual(reacted?.message_reaction?.old_reaction, []);
    assert.deepEqual(reacted?.message_reaction?.new_reaction, [{ type: "emoji", emoji: "👍" }]);
    const like = { chat_id: ANNA, message_id: 1, reaction: [{ type: "emoji", emoji: "👍" }] };
    await stage.ok("setMessageReaction", like);
    assert.deepEqual(await stage.updates(), []);
    assert.equal(
      await stage.refusal("setMessageReaction", { ...like, message_id: 9 }),
      "Bad Request: message to react not found",
    );
    assert.equal(
      await stage.refusal("setMessageReaction", { ...like, reaction: [{ type: "x" }] }),
      "Bad Request: can't parse ReactionType: invalid reaction type specified",
    );
  });
});
