import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChatFullInfo, Message, Sticker, UserProfilePhotos } from "@hookgram/bot-api";
import { pngOf } from "../../test/images.ts";
import { ANNA, BOT_ID, STAGE_WORLD, Stage } from "../../test/stage.ts";

const NEWS = -1_001_000_000_777;
const photo = (side: number): string => Buffer.from(pngOf(side, side)).toString("base64");

const [anna, ben] = STAGE_WORLD.people!;
const WORLD = {
  ...STAGE_WORLD,
  people: [
    {
      ...anna!,
      bio: "Gardens",
      birthdate: { day: 2, month: 5 },
      personal_chat: NEWS,
      photos: [photo(200), photo(400)],
    },
    ben!,
  ],
  chats: [
    {
      id: NEWS,
      type: "channel" as const,
      title: "News",
      members: [
        { user: ANNA, status: "creator" as const },
        { user: BOT_ID, status: "administrator" as const, rights: { can_post_messages: true } },
      ],
    },
  ],
};

describe("a person's profile", () => {
  it("shows photos, birthday and channel to a bot that knows the person", async () => {
    await using stage = await Stage.open(WORLD);
    await stage.begin();
    const chat = await stage.ok<ChatFullInfo>("getChat", { chat_id: ANNA });
    assert.equal(chat.bio, "Gardens");
    assert.deepEqual(chat.birthdate, { day: 2, month: 5 });
    assert.equal(chat.personal_chat?.id, NEWS);
    const { photos, total_count } = await stage.ok<UserProfilePhotos>("getUserProfilePhotos", {
      user_id: ANNA,
      limit: 1,
    });
    assert.equal(total_count, 2);
    assert.deepEqual(
      photos.map((sizes) => sizes.at(-1)?.width),
      [400],
      "the newest photo comes first",
    );
    assert.equal(chat.photo?.big_file_id, photos[0]?.at(-1)?.file_id);
  });

  // https://core.telegram.org/bots/api#getuserpersonalchatmessages
  it("leads to the newest posts of its channel", async () => {
    await using stage = await Stage.open(WORLD);
    await stage.begin();
    for (const text of ["one", "two", "three"]) {
      await stage.ok("sendMessage", { chat_id: NEWS, text });
    }
    const posts = await stage.ok<Message[]>("getUserPersonalChatMessages", {
      user_id: ANNA,
      limit: 2,
    });
    assert.deepEqual(
      posts.map(({ text }) => text),
      ["three", "two"],
    );
    const refusal = await stage.refusal("getUserPersonalChatMessages", { user_id: 1002, limit: 2 });
    assert.equal(refusal, "Bad Request: PERSONAL_CHANNEL_EMPTY");
  });
});

describe("the administrators of a chat", () => {
  // python-telegram-bot, tests/test_bot.py, test_get_chat_administrators
  it("are told with other bots when the bot asks for that", async () => {
    const other = { token: "220201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", username: "other_bot" };
    const [chat] = WORLD.chats;
    const members = [...chat!.members, { user: 220_201_543, status: "administrator" as const }];
    const chats = [{ ...chat!, members }];
    await using stage = await Stage.open({ ...WORLD, bots: [...WORLD.bots!, other], chats });
    const ids = async (params: object): Promise<number[]> => {
      const shown = await stage.ok<{ user: { id: number } }[]>("getChatAdministrators", {
        chat_id: NEWS,
        ...params,
      });
      return shown.map(({ user }) => user.id);
    };
    assert.deepEqual(await ids({}), [ANNA, BOT_ID]);
    assert.deepEqual(await ids({ return_bots: true }), [ANNA, BOT_ID, 220_201_543]);
  });
});

describe("icons of topics", () => {
  // python-telegram-bot, tests/test_forum.py, test_get_forum_topic_icon_stickers
  it("are animated emoji of 512 by 512", async () => {
    await using stage = await Stage.open();
    const [first] = await stage.ok<Sticker[]>("getForumTopicIconStickers");
    const { emoji, width, height, is_animated, is_video, set_name, type } = first!;
    assert.deepEqual(
      { emoji, width, height, is_animated, is_video, set_name, type },
      {
        emoji: "📰",
        width: 512,
        height: 512,
        is_animated: true,
        is_video: false,
        set_name: "Topics",
        type: "custom_emoji",
      },
    );
  });
});
