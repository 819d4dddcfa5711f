import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@hookgram/bot-api";
import { openForum } from "../../test/open-chats.ts";
import { ANNA, BEN, Stage } from "../../test/stage.ts";

interface Seen {
  readonly messages: readonly (Message & { readonly disable_notification?: true })[];
  readonly ephemeral?: readonly Message[];
}

describe("what people see", () => {
  it("says that a message makes no sound", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const silent = { chat_id: ANNA, disable_notification: true };
    const sent = await stage.ok<object>("sendMessage", { ...silent, text: "Psst" });
    assert.ok(!("disable_notification" in sent));
    await stage.ok("forwardMessage", { ...silent, from_chat_id: ANNA, message_id: 1 });
    await stage.ok("sendMessage", { chat_id: ANNA, text: "Hello" });
    const { messages } = await stage.act<Seen>("getMessages", { person: ANNA });
    assert.deepEqual(
      messages.slice(1).map(({ disable_notification }) => disable_notification),
      [true, true, undefined],
    );
  });

  it("has messages of a group for one person alone, as they are now", async () => {
    const { stage, chat } = await openForum();
    await using _ = stage;
    const place = { chat_id: chat, receiver_user_id: BEN };
    const sent = await stage.ok<Message>("sendMessage", { ...place, text: "Only you" });
    const { ephemeral_message_id } = sent;
    await stage.ok("editEphemeralMessageText", { ...place, ephemeral_message_id, text: "You" });
    const seen = (person: number): Promise<Seen> => stage.act("getMessages", { person, chat });
    assert.deepEqual((await seen(ANNA)).ephemeral, undefined);
    const { ephemeral } = await seen(BEN);
    assert.deepEqual(
      ephemeral?.map(({ text, receiver_user }) => [text, receiver_user?.id]),
      [["You", BEN]],
    );
  });

  it("is the kept answer to a button that is pressed again within its cache time", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const inline_keyboard = [[{ text: "Time", callback_data: "time" }]];
    await stage.ok("sendMessage", { chat_id: ANNA, text: "?", reply_markup: { inline_keyboard } });
    await stage.act("press", { person: ANNA, label: "Time", wait_ms: 0 });
    const { id } = await stage.next("callback_query");
    const answer = { callback_query_id: id, text: "Noon", cache_time: 60 };
    await stage.ok("answerCallbackQuery", answer);
    const press = { person: ANNA, label: "Time", wait_ms: 0 };
    const { answer: kept } = await stage.act<{ answer?: object }>("press", press);
    assert.deepEqual([kept, await stage.kinds()], [{ text: "Noon" }, []]);
    await stage.pass(61);
    await stage.act("press", press);
    assert.deepEqual(await stage.kinds(), ["callback_query"]);
  });
});

it("sendChatAction is for a topic that is there", async () => {
  const { stage, chat } = await openForum();
  await using _ = stage;
  const action = { chat_id: chat, action: "typing" };
  assert.equal(
    await stage.refusal("sendChatAction", { ...action, message_thread_id: 77 }),
    "Bad Request: message thread not found",
  );
  await stage.ok("sendChatAction", action);
});
