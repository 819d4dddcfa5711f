import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message, OwnedGifts, StarAmount, StarTransactions, Story } from "@hookgram/bot-api";
import { pngOf } from "../../test/images.ts";
import { ANNA, BEN, STAGE_WORLD, Stage } from "../../test/stage.ts";

const RIGHTS = [
  "can_reply",
  "can_edit_profile_photo",
  "can_view_gifts_and_stars",
  "can_convert_gifts_to_stars",
  "can_transfer_and_upgrade_gifts",
  "can_transfer_stars",
  "can_change_gift_settings",
  "can_manage_stories",
];

const [anna, ben] = STAGE_WORLD.people!;
const WORLD = { ...STAGE_WORLD, people: [{ ...anna!, stars: 500 }, ben!] };

/** Anna's account is managed by the bot, and Ben has written to her. */
async function open(rights = RIGHTS): Promise<{ stage: Stage; business_connection_id: string }> {
  const stage = await Stage.open(WORLD);
  await stage.begin();
  const { business_connection } = await stage.act<{ business_connection: { id: string } }>(
    "connectBusiness",
    { person: ANNA, rights },
  );
  const { id: business_connection_id } = business_connection;
  await stage.act("say", { person: BEN, business_connection_id, text: "Hello" });
  return { stage, business_connection_id };
}

function form(params: Record<string, unknown>, files: Record<string, Blob>): FormData {
  const body = new FormData();
  for (const [name, value] of Object.entries(params)) {
    body.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  for (const [name, blob] of Object.entries(files)) body.set(name, blob, `${name}.png`);
  return body;
}

const picture = (): Blob => new Blob([pngOf(90, 160)]);
const TASKS = [
  { id: 1, text: "Milk" },
  { id: 2, text: "*Bread*", parse_mode: "MarkdownV2" },
];

describe("a checklist", () => {
  it("is sent in the name of a business account, and edited", async () => {
    const { stage, business_connection_id } = await open();
    await using _ = stage;
    const call = { business_connection_id, chat_id: BEN };
    const checklist = { title: "Shop", tasks: TASKS, others_can_mark_tasks_as_done: true };
    const sent = await stage.ok<Message>("sendChecklist", { ...call, checklist });
    assert.deepEqual(sent.checklist?.tasks, [
      { id: 1, text: "Milk" },
      { id: 2, text: "Bread", text_entities: [{ type: "bold", offset: 0, length: 5 }] },
    ]);
    assert.equal(sent.checklist?.others_can_mark_tasks_as_done, true);
    const edited = await stage.ok<Message>("editMessageChecklist", {
      ...call,
      message_id: sent.message_id,
      checklist: { title: "Shop!", tasks: [TASKS[0]] },
    });
    assert.deepEqual([edited.checklist?.title, edited.checklist?.tasks.length], ["Shop!", 1]);
  });

  // The texts are those of tdlib/telegram-bot-api (get_input_checklist) and of td (ToDoList.cpp).
  it("is checked", async () => {
    const { stage, business_connection_id } = await open();
    await using _ = stage;
    const cases: readonly (readonly [checklist: unknown, description: string])[] = [
      ["x", "can't parse InputChecklist: expected an Object"],
      [{ tasks: TASKS }, "can't parse InputChecklist: Can't find field \"title\""],
      [{ title: "Shop", tasks: [] }, "checklist must have at least 1 task"],
      [{ title: "", tasks: TASKS }, "text must be non-empty"],
      [{ title: "x".repeat(256), tasks: TASKS }, "checklist title length must not exceed 255"],
      [
        { title: "Shop", tasks: [{ id: 0, text: "a" }] },
        "checklist task identifier must be positive",
      ],
    ];
    for (const [checklist, description] of cases) {
      const params = { business_connection_id, chat_id: BEN, checklist: JSON.stringify(checklist) };
      assert.equal(await stage.refusal("sendChecklist", params), `Bad Request: ${description}`);
    }
    const params = { chat_id: BEN, checklist: { title: "Shop", tasks: TASKS } };
    assert.equal(
      await stage.refusal("sendChecklist", params),
      "Bad Request: business connection not found",
    );
  });
});

describe("a story", () => {
  it("is posted for an account, edited, posted again and deleted", async () => {
    const { stage, business_connection_id } = await open();
    await using _ = stage;
    const content = { type: "photo", photo: "attach://file" };
    const post = { business_connection_id, content, active_period: 86_400 };
    const story = await stage.ok<Story>("postStory", form(post, { file: picture() }));
    assert.deepEqual([story.id, story.chat.id], [1, ANNA]);
    const edit = { business_connection_id, story_id: "1", content, caption: "New" };
    await stage.ok("editStory", form(edit, { file: picture() }));
    const again = await stage.ok<Story>("repostStory", {
      business_connection_id,
      from_chat_id: ANNA,
      from_story_id: 1,
      active_period: 21_600,
    });
    assert.equal(again.id, 2);
    assert.equal(stage.telegram.world.state.stories[1]?.caption, "New");
    await stage.ok("deleteStory", { business_connection_id, story_id: 1 });
    const refusal = await stage.refusal("deleteStory", { business_connection_id, story_id: 1 });
    assert.equal(refusal, "Bad Request: Story not found".replace("S", "s"));
  });

  // The texts are those of tdlib/telegram-bot-api, Client::get_input_story_content.
  it("is checked", async () => {
    const { stage, business_connection_id } = await open();
    await using _ = stage;
    const base = { business_connection_id, active_period: 86_400 };
    const cases: readonly (readonly [params: object, description: string])[] = [
      [{}, "story content isn't specified"],
      [{ content: [] }, "object expected as story content"],
      [{ content: { type: "text" } }, "invalid story content type specified"],
      [{ content: { type: "photo", photo: "AgAC" } }, "story photo must be uploaded as a file"],
    ];
    for (const [params, description] of cases) {
      const refusal = await stage.refusal("postStory", { ...base, ...params });
      assert.equal(refusal, `Bad Request: ${description}`);
    }
  });
});

describe("gifts of a business account", () => {
  it("are listed, turned into Stars, upgraded and given on", async () => {
    const { stage, business_connection_id } = await open();
    await using _ = stage;
    await stage.ok("transferBusinessAccountStars", { business_connection_id, star_count: 100 });
    const { gifts } = await stage.ok<{ gifts: { id: string }[] }>("getAvailableGifts");
    for (const gift of gifts.slice(0, 2)) {
      await stage.ok("sendGift", { user_id: ANNA, gift_id: gift.id, text: "For you" });
    }
    const list = (params: object = {}): Promise<OwnedGifts> =>
      stage.ok("getBusinessAccountGifts", { business_connection_id, ...params });
    const [second, first] = (await list()).gifts;
    assert.equal((await list({ limit: 1 })).next_offset, "1");
    assert.equal((await list({ exclude_unlimited: true })).total_count, 0);
    await stage.ok("convertGiftToStars", {
      business_connection_id,
      owned_gift_id: first!.owned_gift_id,
    });
    const call = { business_connection_id, owned_gift_id: second!.owned_gift_id };
    await stage.ok("upgradeGift", { ...call, star_count: 25 });
    assert.equal((await list()).gifts[0]?.type, "unique");
    await stage.ok("transferGift", { ...call, star_count: 25, new_owner_chat_id: BEN });
    assert.equal((await list()).total_count, 0);
    const given = await stage.ok<OwnedGifts>("getUserGifts", { user_id: BEN });
    assert.deepEqual([given.total_count, given.gifts[0]?.owned_gift_id], [1, undefined]);
    // 400 left for the account, 85 of 100 of 15 back, 25 for the upgrade, 25 for the transfer.
    const balance = await stage.ok<StarAmount>("getBusinessAccountStarBalance", {
      business_connection_id,
    });
    assert.deepEqual(balance, { amount: 400 + 12 - 25 - 25 });
  });

  it("are refused when the account does not take them", async () => {
    const { stage, business_connection_id } = await open();
    await using _ = stage;
    await stage.ok("transferBusinessAccountStars", { business_connection_id, star_count: 100 });
    const accepted_gift_types = {
      unlimited_gifts: false,
      limited_gifts: true,
      unique_gifts: true,
      premium_subscription: true,
    };
    await stage.ok("setBusinessAccountGiftSettings", {
      business_connection_id,
      show_gift_button: true,
      accepted_gift_types,
    });
    const { gifts } = await stage.ok<{ gifts: { id: string }[] }>("getAvailableGifts");
    assert.equal(
      await stage.refusal("sendGift", { user_id: ANNA, gift_id: gifts[0]!.id }),
      "Bad Request: USER_DISALLOWED_STARGIFTS",
    );
    const chat = await stage.ok<{ accepted_gift_types: object }>("getChat", { chat_id: ANNA });
    assert.deepEqual(chat.accepted_gift_types, {
      ...accepted_gift_types,
      gifts_from_channels: true,
    });
  });
});

describe("the Stars and the photo of a business account", () => {
  it("go to the bot, with a transaction", async () => {
    const { stage, business_connection_id } = await open();
    await using _ = stage;
    await stage.ok("transferBusinessAccountStars", { business_connection_id, star_count: 200 });
    const { transactions } = await stage.ok<StarTransactions>("getStarTransactions");
    assert.equal(transactions[0]?.amount, 200);
    assert.deepEqual(await stage.ok("getMyStarBalance"), { amount: 200 });
    assert.equal(
      await stage.refusal("transferBusinessAccountStars", {
        business_connection_id,
        star_count: 301,
      }),
      "Bad Request: BALANCE_TOO_LOW",
    );
  });

  it("are changed only by a bot that may do that", async () => {
    const { stage, business_connection_id } = await open(["can_reply"]);
    await using _ = stage;
    for (const method of ["getBusinessAccountStarBalance", "getBusinessAccountGifts"]) {
      const refusal = await stage.refusal(method, { business_connection_id });
      assert.equal(refusal, "Forbidden: not enough rights");
    }
  });

  it("is set, shown to bots and removed", async () => {
    const jpeg = Buffer.from("ffd8ffc0001108028002800100000000ffd9", "hex");
    const { stage, business_connection_id } = await open();
    await using _ = stage;
    const photo = { type: "static", photo: "attach://face" };
    const set = { business_connection_id, photo };
    await stage.ok("setBusinessAccountProfilePhoto", form(set, { face: new Blob([jpeg]) }));
    const count = async (): Promise<number> => {
      const photos = await stage.ok<{ total_count: number }>("getUserProfilePhotos", {
        user_id: ANNA,
      });
      return photos.total_count;
    };
    assert.equal(await count(), 1);
    await stage.ok("removeBusinessAccountProfilePhoto", { business_connection_id });
    assert.equal(await count(), 0);
  });
});
