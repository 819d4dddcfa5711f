import { METHODS } from "@hookgram/bot-api/schema";

/** How much of a method the emulator has. */
export type Compatibility =
  | { readonly level: "full" }
  | { readonly level: "partial"; readonly missing: string }
  | { readonly level: "generic" };

/** Methods with all their parameters, effects and refusals, as far as the emulated world has them. */
const FULL = [
  "addStickerToSet",
  "answerCallbackQuery",
  "answerInlineQuery",
  "approveChatJoinRequest",
  "banChatMember",
  "banChatSenderChat",
  "close",
  "closeForumTopic",
  "closeGeneralForumTopic",
  "copyMessage",
  "copyMessages",
  "createChatInviteLink",
  "createChatSubscriptionInviteLink",
  "createForumTopic",
  "createNewStickerSet",
  "declineChatJoinRequest",
  "deleteChatPhoto",
  "deleteChatStickerSet",
  "deleteForumTopic",
  "deleteMessage",
  "deleteMessages",
  "deleteMyCommands",
  "deleteStickerFromSet",
  "deleteStickerSet",
  "deleteWebhook",
  "editChatInviteLink",
  "editChatSubscriptionInviteLink",
  "editForumTopic",
  "editGeneralForumTopic",
  "editMessageReplyMarkup",
  "exportChatInviteLink",
  "forwardMessage",
  "forwardMessages",
  "getChatAdministrators",
  "getChatMember",
  "getChatMemberCount",
  "getChatMenuButton",
  "getCustomEmojiStickers",
  "getFile",
  "getForumTopicIconStickers",
  "getMe",
  "getMyCommands",
  "getMyDefaultAdministratorRights",
  "getMyDescription",
  "getMyName",
  "getMyShortDescription",
  "getStickerSet",
  "getUpdates",
  "getWebhookInfo",
  "hideGeneralForumTopic",
  "leaveChat",
  "logOut",
  "pinChatMessage",
  "promoteChatMember",
  "reopenForumTopic",
  "reopenGeneralForumTopic",
  "replaceStickerInSet",
  "restrictChatMember",
  "revokeChatInviteLink",
  "sendChatAction",
  "sendContact",
  "sendDice",
  "sendLocation",
  "sendVenue",
  "setChatAdministratorCustomTitle",
  "setChatDescription",
  "setChatMemberTag",
  "setChatMenuButton",
  "setChatPermissions",
  "setChatPhoto",
  "setChatStickerSet",
  "setChatTitle",
  "setCustomEmojiStickerSetThumbnail",
  "setMessageReaction",
  "setMyCommands",
  "setMyDefaultAdministratorRights",
  "setMyDescription",
  "setMyName",
  "setMyShortDescription",
  "setStickerEmojiList",
  "setStickerKeywords",
  "setStickerMaskPosition",
  "setStickerPositionInSet",
  "setStickerSetThumbnail",
  "setStickerSetTitle",
  "setWebhook",
  "stopPoll",
  "unbanChatMember",
  "unbanChatSenderChat",
  "unhideGeneralForumTopic",
  "unpinAllChatMessages",
  "unpinAllForumTopicMessages",
  "unpinAllGeneralForumTopicMessages",
  "unpinChatMessage",
  "uploadStickerFile",
] as const;

const NOTHING_IS_DECODED = "what is inside of the file (length, picture, sound) is not looked at";
const NO_INLINE_MESSAGES = "messages that were sent in inline mode cannot be edited";

/** Methods with state and with a gap, in words for a user. */
const PARTIAL: Readonly<Record<string, string>> = {
  editMessageCaption: NO_INLINE_MESSAGES,
  editMessageMedia: NO_INLINE_MESSAGES,
  editMessageText: NO_INLINE_MESSAGES,
  getChat: "colours, stories, birthdays and what else a profile shows beside texts and photos",
  getUserProfilePhotos: "people have no photos",
  sendAnimation: NOTHING_IS_DECODED,
  sendAudio: NOTHING_IS_DECODED,
  sendDocument: "no thumbnails are made",
  sendMediaGroup: NOTHING_IS_DECODED,
  sendMessage: "no link previews are made",
  sendPhoto: "photos are not scaled: every size has the uploaded bytes",
  sendPoll: "pictures and links in options and explanations",
  sendSticker: NOTHING_IS_DECODED,
  sendVideo: NOTHING_IS_DECODED,
  sendVideoNote: NOTHING_IS_DECODED,
  sendVoice: NOTHING_IS_DECODED,
};

/** Names of older versions of the Bot API that Telegram's server and this one still take. */
export const OLD_NAMES: Readonly<Record<string, string>> = {
  getChatMembersCount: "getChatMemberCount",
  kickChatMember: "banChatMember",
};

/**
 * What the emulator has of each method of the Bot API. The rest is answered from the schema. Tests
 * hold this to the tables of methods, and the page `docs/emulator-methods.md` is written from it.
 */
export const COMPATIBILITY: Readonly<Record<string, Compatibility>> = Object.fromEntries(
  Object.keys(METHODS).map((name) => [name, compatibilityOf(name)] as const),
);

function compatibilityOf(name: string): Compatibility {
  const missing = PARTIAL[name];
  if (missing !== undefined) return { level: "partial", missing };
  return { level: (FULL as readonly string[]).includes(name) ? "full" : "generic" };
}
