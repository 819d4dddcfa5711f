import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message, Sticker, StickerSet } from "@hookgram/bot-api";
import { pngOf } from "../../test/images.ts";
import { ANNA, Stage } from "../../test/stage.ts";

const NAME = "cats_by_stage_bot";

/** A request with pictures, which `attach://` names. */
function form(params: Record<string, unknown>, width = 512): FormData {
  const body = new FormData();
  for (const [name, value] of Object.entries(params)) {
    body.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  body.set("cat", new Blob([pngOf(width, width)], { type: "image/png" }), "cat.png");
  return body;
}

const CAT = { sticker: "attach://cat", format: "static", emoji_list: ["🐱"] };

async function openSet(more: object = {}): Promise<Stage> {
  const stage = await Stage.open();
  const params = { user_id: ANNA, name: NAME, title: "Cats", stickers: [CAT, CAT], ...more };
  await stage.ok("createNewStickerSet", form(params));
  return stage;
}

const setOf = (stage: Stage): Promise<StickerSet> => stage.ok("getStickerSet", { name: NAME });

describe("a set of stickers", () => {
  it("keeps its stickers in order while they are added, moved, replaced and removed", async () => {
    await using stage = await openSet();
    const before = (await setOf(stage)).stickers.map(({ file_id }) => file_id);
    await stage.ok("addStickerToSet", form({ user_id: ANNA, name: NAME, sticker: CAT }));
    const third = (await setOf(stage)).stickers[2]!.file_id;
    await stage.ok("setStickerPositionInSet", { sticker: third, position: 0 });
    await stage.ok("deleteStickerFromSet", { sticker: before[1] });
    const order = async (): Promise<string[]> =>
      (await setOf(stage)).stickers.map(({ file_id }) => file_id);
    assert.deepEqual(await order(), [third, before[0]]);
    const replacement = { user_id: ANNA, name: NAME, old_sticker: third, sticker: CAT };
    await stage.ok("replaceStickerInSet", form(replacement));
    const [first, second] = await order();
    assert.notEqual(first, third);
    assert.equal(second, before[0]);
  });

  it("is made and grows with the parameters of older libraries", async () => {
    await using stage = await Stage.open();
    const png = (params: Record<string, string>): FormData => {
      const body = form(params);
      body.set("png_sticker", new Blob([pngOf(512, 512)], { type: "image/png" }), "cat.png");
      return body;
    };
    const set = { user_id: String(ANNA), name: NAME, title: "Cats" };
    await stage.ok("createNewStickerSet", png({ ...set, emojis: "🐱" }));
    await stage.ok("addStickerToSet", png({ ...set, emojis: "😊👍🏽" }));
    assert.deepEqual(
      (await setOf(stage)).stickers.map(({ emoji }) => emoji),
      ["🐱", "😊"],
    );
    const refusal = await stage.refusal("addStickerToSet", { ...set, emojis: "😊" });
    assert.equal(refusal, "Bad Request: there is no sticker file in the request");
  });

  it("is found by the stickers that are sent from it", async () => {
    await using stage = await openSet();
    await stage.begin();
    const sticker = (await setOf(stage)).stickers[0]!.file_id;
    await stage.ok("setStickerEmojiList", { sticker, emoji_list: ["😺", "🐱"] });
    const sent = await stage.ok<Message>("sendSticker", { chat_id: ANNA, sticker });
    assert.equal(sent.sticker?.set_name, NAME);
    assert.equal(sent.sticker?.emoji, "😺");
  });

  it("of custom emoji has an identifier for each", async () => {
    await using stage = await Stage.open();
    const params = { user_id: ANNA, name: NAME, title: "C", stickers: [CAT] };
    await stage.ok("createNewStickerSet", form({ ...params, sticker_type: "custom_emoji" }, 100));
    const [emoji] = (await setOf(stage)).stickers;
    const found = await stage.ok<Sticker[]>("getCustomEmojiStickers", {
      custom_emoji_ids: [emoji?.custom_emoji_id, "1"],
    });
    assert.deepEqual(found, [emoji]);
  });

  it("refuses names, sizes and positions as Telegram does", async () => {
    await using stage = await openSet();
    const create = (more: object, width?: number): Promise<string> => {
      const params = { user_id: ANNA, name: NAME, title: "Cats", stickers: [CAT], ...more };
      return stage.refusal("createNewStickerSet", form(params, width));
    };
    assert.equal(await create({}), "Bad Request: sticker set name is already occupied");
    assert.equal(
      await create({ name: "cats" }),
      "Bad Request: invalid sticker set name is specified",
    );
    const oneWith = (more: object): Promise<string> =>
      create({ name: `x${NAME}`, stickers: [{ ...CAT, ...more }] });
    const wrong = "Bad Request: can't parse InputSticker: ";
    assert.deepEqual(
      await Promise.all([
        create({ name: `x${NAME}`, stickers: [] }),
        create({ name: `x${NAME}`, stickers: Array(51).fill(CAT) }),
        create({ name: `x${NAME}`, stickers: ["cat"] }),
        oneWith({ sticker: "" }),
        oneWith({ format: "gif" }),
        oneWith({ emoji_list: [] }),
        oneWith({ emoji_list: ["cat"] }),
        oneWith({ emoji_list: Array(21).fill("🐱") }),
        oneWith({ keywords: [1] }),
        oneWith({ format: "animated" }),
        oneWith({ format: "video" }),
      ]),
      [
        "Bad Request: at least 1 sticker must be specified",
        "Bad Request: too many stickers specified",
        `${wrong}InputSticker must be an Object`,
        `${wrong}sticker not found`,
        `${wrong}Invalid sticker format specified`,
        `${wrong}emoji list must be non-empty`,
        `${wrong}expected a Unicode emoji`,
        `${wrong}too many emoji specified`,
        `${wrong}keyword must be a string`,
        "Bad Request: STICKER_TGS_NOTGS",
        "Bad Request: STICKER_VIDEO_NOWEBM",
      ],
    );
    assert.equal(await create({ name: `x${NAME}` }, 300), "Bad Request: STICKER_PNG_DIMENSIONS");
    assert.equal(
      await stage.refusal("getStickerSet", { name: "nobody" }),
      "Bad Request: STICKERSET_INVALID",
    );
    const sticker = (await setOf(stage)).stickers[0]!.file_id;
    const mask_position = { point: "eyes", x_shift: 0, y_shift: 0, scale: 1 };
    assert.equal(
      await stage.refusal("setStickerMaskPosition", { sticker, mask_position }),
      "Bad Request: STICKER_MASK_COORDS_NOT_SUPPORTED",
    );
    const set = { user_id: ANNA, name: NAME };
    const thumbnail = (format: string): Promise<string> =>
      stage.refusal("setStickerSetThumbnail", form({ ...set, format, thumbnail: "attach://cat" }));
    assert.equal(await thumbnail("gif"), "Bad Request: invalid sticker format specified");
    assert.equal(await thumbnail("animated"), "Bad Request: STICKER_THUMB_TGS_NOTGS");
    assert.equal(
      await stage.refusal("setStickerKeywords", { sticker, keywords: "[1]" }),
      "Bad Request: keyword must be a string",
    );
    assert.equal(
      await stage.refusal("deleteStickerFromSet", {}),
      "Bad Request: sticker is not specified",
    );
    await stage.ok("deleteStickerSet", { name: NAME });
    assert.equal(
      await stage.refusal("getStickerSet", { name: NAME }),
      "Bad Request: STICKERSET_INVALID",
    );
  });
});
