/** The people, the bot and the chats that live suites expect to find. */
import type { WorldFile } from "@hookgram/emulator";

export const TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";
export const OWNER = 481_516;
export const MEMBER = 234_223;
export const GROUP = -1_001_234_567_890;
export const CHANNEL = -1_001_098_765_432;

const BOT_ID = 110_201_543;

const ALL_RIGHTS = {
  can_manage_chat: true,
  can_change_info: true,
  can_delete_messages: true,
  can_invite_users: true,
  can_restrict_members: true,
  can_pin_messages: true,
  can_manage_topics: true,
  can_promote_members: true,
  can_manage_video_chats: true,
  can_post_messages: true,
  can_edit_messages: true,
  can_post_stories: true,
  can_edit_stories: true,
  can_delete_stories: true,
  can_manage_tags: true,
  can_manage_direct_messages: true,
  is_anonymous: false,
};

const members = [
  { user: OWNER, status: "creator" as const },
  { user: MEMBER },
  { user: BOT_ID, status: "administrator" as const, rights: ALL_RIGHTS },
];

/** A picture that has the size of any sticker, for files whose look does not matter. */
const DOT = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==";

/** A forum with an owner, a plain member and the bot as an administrator; a channel likewise. */
export const SUITE_WORLD: WorldFile = {
  bots: [{ token: TOKEN, username: "suite_bot", name: "Suite", supports_inline_queries: true }],
  people: [
    { id: OWNER, first_name: "Olive", username: "olive_suite" },
    { id: MEMBER, first_name: "Max" },
  ],
  chats: [
    {
      id: GROUP,
      type: "supergroup",
      title: "Suite",
      is_forum: true,
      members,
      permissions: { can_change_info: false },
    },
    { id: CHANNEL, type: "channel", title: "Suite News", members },
  ],
  sticker_sets: [
    { name: "pusheen", title: "Pusheen", stickers: [{ emoji: "🐱" }] },
    { name: "Animals", title: "Animals", stickers: [{ emoji: "🐶" }] },
    { name: "sticker_set_by_suite_bot", title: "Own", owner: OWNER, bot: "suite_bot" },
  ],
  // The suites send files again that their authors' bots know.
  files: [
    {
      file_id: "AgACAgIAAxkDAAM1ZnG8LabTxno661-KX9W17Je_uekAArXgMRtNXZFLifTnv9tqCs8BAAMCAANzAAM1BA",
      kind: "photo",
      base64: DOT,
    },
    {
      file_id: "CQACAgIAAxkDAAOBZnG8knE9iWcIt2j3iRMZfmw1OLMAAilRAAJNXZFLlcKgtkw7etQ1BA",
      kind: "audio",
      base64: DOT,
    },
  ],
};
