import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { File, Message } from "@hookgram/bot-api";
import { pngOf } from "../../test/images.ts";
import { ANNA, Stage, TOKEN } from "../../test/stage.ts";

function form(fields: Record<string, string | Blob>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "string") data.append(name, value);
    else data.append(name, value, `${name}.bin`);
  }
  return data;
}

const bytes = (length: number): Blob => new Blob([new Uint8Array(length).fill(7)]);

describe("files", () => {
  it("go up, are found by getFile, and come down as they were", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const data = new FormData();
    data.append("chat_id", String(ANNA));
    data.append("document", new Blob(["hello"], { type: "text/plain" }), "note.txt");
    data.append("caption", "<i>read</i>");
    data.append("parse_mode", "HTML");
    const sent = await stage.ok<Message>("sendDocument", data);
    assert.equal(sent.document?.file_name, "note.txt");
    assert.equal(sent.document?.mime_type, "text/plain");
    assert.equal(sent.document?.file_size, 5);
    assert.deepEqual(sent.caption_entities, [{ type: "italic", offset: 0, length: 4 }]);
    const file = await stage.ok<File>("getFile", { file_id: sent.document?.file_id });
    assert.equal(file.file_path, "documents/file_1.txt");
    const url = `${stage.telegram.url}/file/bot${TOKEN}/${file.file_path}`;
    assert.equal(await (await fetch(url)).text(), "hello");
  });

  it("are sent again by their identifier, as what they are", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const first = await stage.ok<Message>(
      "sendVideo",
      form({ chat_id: String(ANNA), video: bytes(3), duration: "7", width: "640", height: "360" }),
    );
    const again = await stage.ok<Message>("sendDocument", {
      chat_id: ANNA,
      document: first.video?.file_id,
    });
    assert.deepEqual(again.video, first.video);
    assert.equal(first.video?.duration, 7);
    const description = await stage.refusal("sendPhoto", {
      chat_id: ANNA,
      photo: first.video?.file_id,
    });
    assert.equal(description, "Bad Request: can't use file of type Video as Photo");
  });

  it("have Telegram's sizes when they are photos", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const photo = new Blob([pngOf(1000, 500)]);
    const sent = await stage.ok<Message>("sendPhoto", form({ chat_id: String(ANNA), photo }));
    const sizes = sent.photo?.map(({ width, height }) => [width, height]);
    assert.deepEqual(sizes, [
      [90, 45],
      [320, 160],
      [800, 400],
      [1000, 500],
    ]);
    const again = await stage.ok<Message>("sendPhoto", {
      chat_id: ANNA,
      photo: sent.photo?.[0]?.file_id,
    });
    assert.deepEqual(again.photo, sent.photo);
  });

  it("are refused in Telegram's words", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const chat_id = String(ANNA);
    const cases: readonly (readonly [method: string, params: object, description: string])[] = [
      ["sendPhoto", { chat_id }, "there is no photo in the request"],
      ["sendVideoNote", { chat_id }, "there is no video note in the request"],
      ["sendDocument", { chat_id, document: "attach://x" }, "there is no document in the request"],
      ["sendDocument", form({ chat_id, document: bytes(0) }), "file must be non-empty"],
      ["sendPhoto", form({ chat_id, photo: bytes(10) }), "IMAGE_PROCESS_FAILED"],
      [
        "sendPhoto",
        form({ chat_id, photo: new Blob([pngOf(30, 1000)]) }),
        "PHOTO_INVALID_DIMENSIONS",
      ],
      [
        "sendDocument",
        { chat_id, document: "AAAAA" },
        "wrong remote file identifier specified: Wrong string length",
      ],
      [
        "sendDocument",
        { chat_id, document: "не id" },
        "wrong remote file identifier specified: Wrong character in the string",
      ],
      [
        "sendDocument",
        { chat_id, document: "AAAA" },
        "wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
      ],
      [
        "sendDocument",
        { chat_id, document: "https://example.com/a.pdf" },
        "failed to get HTTP URL content",
      ],
      [
        "sendPhoto",
        form({ chat_id, photo: new Blob([pngOf(8, 8)]), caption: "x".repeat(1025) }),
        "message caption is too long",
      ],
      ["getFile", {}, "file_id not specified"],
      ["getFile", { file_id: "x" }, "invalid file_id"],
    ];
    for (const [method, params, description] of cases) {
      assert.equal(await stage.refusal(method, params), `Bad Request: ${description}`, method);
    }
  });

  it("larger than 20 MB cannot be fetched by a bot", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const document = bytes(20 * 1024 * 1024 + 1);
    const sent = await stage.ok<Message>("sendDocument", form({ chat_id: String(ANNA), document }));
    assert.equal(
      await stage.refusal("getFile", { file_id: sent.document?.file_id }),
      "Bad Request: file is too big",
    );
  });

  it("come from the emulated web, never from the network", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const url = "https://example.com/cat.png";
    const base64 = Buffer.from(pngOf(64, 64)).toString("base64");
    await stage.act("addWebFile", { url, base64, mime_type: "image/png" });
    const sent = await stage.ok<Message>("sendPhoto", { chat_id: ANNA, photo: url });
    assert.equal(sent.photo?.at(-1)?.width, 64);
  });

  it("become animations when they are GIFs, unless that is switched off", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const gif = Uint8Array.from([...Buffer.from("GIF89a"), 2, 0, 1, 0, 0, 0, 0]);
    const send = (more: Record<string, string>): Promise<Message> => {
      const data = form({ chat_id: String(ANNA), ...more });
      data.append("document", new Blob([gif]), "a.gif");
      return stage.ok<Message>("sendDocument", data);
    };
    const animated = await send({});
    assert.equal(animated.animation?.width, 2);
    assert.equal(animated.animation?.file_id, animated.document?.file_id);
    const plain = await send({ disable_content_type_detection: "true" });
    assert.equal(plain.animation, undefined);
  });
});

describe("albums", () => {
  it("are messages with one media_group_id", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const data = form({ chat_id: String(ANNA), a: new Blob([pngOf(8, 8)]) });
    data.append("b", new Blob([pngOf(16, 16)]), "b.png");
    data.append(
      "media",
      JSON.stringify([
        { type: "photo", media: "attach://a", caption: "*one*", parse_mode: "Markdown" },
        { type: "photo", media: "attach://b" },
      ]),
    );
    const [one, two] = await stage.ok<Message[]>("sendMediaGroup", data);
    assert.equal(one?.caption, "one");
    assert.equal(one?.media_group_id, two?.media_group_id);
    assert.equal(two?.message_id, (one?.message_id ?? 0) + 1);
  });

  it("are refused in Telegram's words", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const { document } = await stage.ok<Message>(
      "sendDocument",
      form({ chat_id: String(ANNA), document: bytes(1) }),
    );
    const { photo } = await stage.ok<Message>(
      "sendPhoto",
      form({ chat_id: String(ANNA), photo: new Blob([pngOf(8, 8)]) }),
    );
    const item = { type: "document", media: document?.file_id };
    const picture = { type: "photo", media: photo?.[0]?.file_id };
    const cases: readonly (readonly [media: unknown, description: string])[] = [
      [undefined, 'parameter "media" is required'],
      ["[", "can't parse media JSON object"],
      [{}, "expected an Array of InputMedia"],
      [[], "there are no messages to send"],
      [[{ type: "photo" }], "can't parse InputMedia: media not found"],
      [[{ media: "x" }], "can't parse InputMedia: Can't find field \"type\""],
      [
        [{ type: "animation", media: "x" }],
        "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup",
      ],
      [Array.from({ length: 11 }, () => item), "too many messages to send as an album"],
      [[item, picture], "document can't be mixed with other media types"],
    ];
    for (const [media, description] of cases) {
      const refusal = await stage.refusal("sendMediaGroup", { chat_id: ANNA, media });
      assert.equal(refusal, `Bad Request: ${description}`);
    }
  });
});

describe("editMessageMedia", () => {
  it("replaces a photo by a document with its own caption", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const photo = new Blob([pngOf(8, 8)]);
    const sent = await stage.ok<Message>(
      "sendPhoto",
      form({ chat_id: String(ANNA), photo, caption: "old" }),
    );
    const data = form({
      chat_id: String(ANNA),
      message_id: String(sent.message_id),
      media: JSON.stringify({ type: "document", media: "attach://doc", caption: "new" }),
      doc: bytes(4),
    });
    const edited = await stage.ok<Message>("editMessageMedia", data);
    assert.equal(edited.photo, undefined);
    assert.equal(edited.document?.file_size, 4);
    assert.equal(edited.caption, "new");
  });
});
