import assert from "node:assert/strict";
import { it } from "node:test";
import { METHODS } from "@hookgram/bot-api/schema";
import { Stage } from "../../test/stage.ts";
import { createMethods } from "./create-methods.ts";
import { COMPATIBILITY, OLD_NAMES } from "./compatibility.ts";
import { webhookMethods } from "./webhook-methods.ts";

it("every implemented method is one of the Bot API", async () => {
  await using stage = await Stage.open();
  const names = [...createMethods(stage.telegram.world).keys()];
  const unknown = names.filter((name) => !(name in METHODS));
  assert.deepEqual(unknown.sort(), Object.keys(OLD_NAMES));
});

it("the methods that bots use most are implemented", async () => {
  // By the share of 29 open-source bots that call them.
  const used =
    "sendMessage editMessageText deleteMessage answerCallbackQuery getMe getChatMember " +
    "setMyCommands getChat sendPhoto getFile sendChatAction sendDocument getChatAdministrators " +
    "editMessageReplyMarkup sendVideo banChatMember sendSticker answerInlineQuery forwardMessage " +
    "leaveChat sendVoice pinChatMessage promoteChatMember sendAnimation sendAudio " +
    "unbanChatMember editMessageCaption sendDice exportChatInviteLink restrictChatMember " +
    "sendVideoNote sendMediaGroup sendPoll deleteMyCommands setMyDescription copyMessage " +
    "sendLocation sendContact setMessageReaction getMyCommands";
  await using stage = await Stage.open();
  const methods = createMethods(stage.telegram.world);
  const missing = used.split(" ").filter((name) => !methods.has(name));
  assert.deepEqual(missing, []);
});

it("the compatibility list says of each method whether there is state behind it", async () => {
  await using stage = await Stage.open();
  const names = [...webhookMethods().keys(), ...createMethods(stage.telegram.world).keys()];
  const said = Object.keys(COMPATIBILITY).filter(
    (name) => COMPATIBILITY[name]?.level !== "generic",
  );
  assert.deepEqual(names.filter((name) => !(name in OLD_NAMES)).sort(), said.sort());
});

it("a method without state is held to the schema and answers a sample that the journal marks", async () => {
  await using stage = await Stage.open();
  const generic = Object.keys(COMPATIBILITY).filter(
    (name) => COMPATIBILITY[name]?.level === "generic",
  );
  for (const name of generic) {
    const { params, result } = METHODS[name as keyof typeof METHODS];
    const isFree = params.every(({ required }) => !required);
    const answer = await stage.call(name);
    assert.equal(answer.ok, isFree, `${name}: ${answer.description}`);
    if (isFree && result.types[0] === "true") assert.equal(answer.result, true);
  }
  const { entries } = stage.telegram.journal.read(0, 1000);
  const calls = entries.filter((entry) => entry.type === "api-call");
  assert.equal(calls.filter((call) => call.generic).length, generic.length);
});
