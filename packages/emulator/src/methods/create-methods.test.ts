import assert from "node:assert/strict";
import { it } from "node:test";
import { METHODS } from "@hookgram/bot-api/schema";
import { Stage } from "../../test/stage.ts";
import { createMethods } from "./create-methods.ts";
import { IMPLEMENTED_METHODS } from "./implemented-methods.ts";
import { webhookMethods } from "./webhook-methods.ts";

/** Names of older versions of the Bot API that its server still takes. */
const OLD_NAMES = ["getChatMembersCount", "kickChatMember"];

it("every implemented method is one of the Bot API", async () => {
  await using stage = await Stage.open();
  const names = [...createMethods(stage.telegram.world).keys()];
  const unknown = names.filter((name) => !(name in METHODS));
  assert.deepEqual(unknown.sort(), OLD_NAMES);
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

it("the list of implemented methods is that of the tables", async () => {
  await using stage = await Stage.open();
  const names = [...webhookMethods().keys(), ...createMethods(stage.telegram.world).keys()];
  assert.deepEqual(names.sort(), IMPLEMENTED_METHODS);
});
