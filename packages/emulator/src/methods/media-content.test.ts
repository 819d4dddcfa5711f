import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@hookgram/bot-api";
import { pngOf } from "../../test/images.ts";
import { ANNA, Stage } from "../../test/stage.ts";

const hex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(text.replace(/\s/g, ""), "hex"));

/** A film of `seconds` whose picture has the given size, written by ISO/IEC 14496-12. */
function film(width: number, height: number, seconds: number): Blob {
  const uint32 = (value: number): string => value.toString(16).padStart(8, "0");
  const times = uint32(seconds * 1000);
  const header = `0000001c 6d766864 00000000 00000000 00000000 000003e8 ${times}`;
  const matrix = "00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000";
  const sides = uint32(width * 65_536) + uint32(height * 65_536);
  const track = `0000005c 746b6864 00000007 ${"00000000".repeat(9)} ${matrix} ${sides}`;
  const movie = `00000088 6d6f6f76 ${header} 00000064 7472616b ${track}`;
  return new Blob([hex(`0000000c 66747970 69736f6d ${movie}`)]);
}

/** Two pictures of half a second. */
const GIF = new Blob([
  hex(`474946383961 4001 b400 000000
    21f904 00320000 00 2c 0000 0000 0100 0100 00 02 02 4401 00
    21f904 00320000 00 2c 0000 0000 0100 0100 00 02 02 4401 00 3b`),
]);

function form(fields: Record<string, string>, files: Record<string, [Blob, string]>): FormData {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  for (const [name, [blob, fileName]] of Object.entries(files)) body.set(name, blob, fileName);
  return body;
}

const chat_id = String(ANNA);

describe("what is inside of a file", () => {
  it("is told of a film, with a thumbnail in its proportions", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const video = film(360, 640, 5);
    const sent = await stage.ok<Message>(
      "sendVideo",
      form({ chat_id }, { video: [video, "a.mp4"] }),
    );
    const { width, height, duration, thumbnail } = sent.video!;
    assert.deepEqual([width, height, duration], [360, 640, 5]);
    // python-telegram-bot, tests/_files/test_video.py: 180 by 320 for a film of 360 by 640.
    assert.deepEqual([thumbnail?.width, thumbnail?.height], [180, 320]);
  });

  // node-telegram-bot-api 0.68, test/telegram.js: "#sendVideoNote should send a video from file"
  it("makes a video of a video note that is not a square", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const files = (width: number): Record<string, [Blob, string]> => ({
      video_note: [film(width, 240, 3), "a.mp4"],
    });
    const square = await stage.ok<Message>("sendVideoNote", form({ chat_id }, files(240)));
    assert.deepEqual([square.video_note?.length, square.video_note?.duration], [240, 3]);
    const wide = await stage.ok<Message>(
      "sendVideoNote",
      form({ chat_id, length: "5" }, files(320)),
    );
    assert.equal(wide.video_note, undefined);
    assert.deepEqual([wide.video?.width, wide.video?.height], [320, 240]);
  });

  // python-telegram-bot, tests/_files/test_animation.py: a GIF comes back as video/mp4.
  it("makes a film of a GIF that moves", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const files: Record<string, [Blob, string]> = { animation: [GIF, "game.gif"] };
    const { animation } = await stage.ok<Message>("sendAnimation", form({ chat_id }, files));
    assert.equal(animation?.mime_type, "video/mp4");
    assert.equal(animation?.file_name, "game.gif.mp4");
    assert.deepEqual([animation?.width, animation?.height, animation?.duration], [320, 180, 1]);
  });

  // pyTelegramBotAPI, tests/test_telebot.py, test_send_voice: its form does not name a type.
  it("is a voice message's type whatever the form says of the part", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const voice = new Blob(["OggS"], { type: "text/plain" });
    const sent = await stage.ok<Message>(
      "sendVoice",
      form({ chat_id }, { voice: [voice, "a.ogg"] }),
    );
    assert.equal(sent.voice?.mime_type, "audio/ogg");
  });

  // python-telegram-bot, tests/_files/test_document.py and test_sticker.py
  it("is shown by the thumbnails of pictures that are documents and of stickers", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const document: [Blob, string] = [new Blob([pngOf(300, 300)]), "logo.png"];
    const thumbnail: [Blob, string] = [new Blob([pngOf(50, 50)]), "thumb.png"];
    const logo = await stage.ok<Message>(
      "sendDocument",
      form({ chat_id }, { document, thumbnail }),
    );
    assert.equal(logo.document?.thumbnail?.width, 300);
    const sticker: [Blob, string] = [new Blob([pngOf(510, 512)]), "s.png"];
    const sent = await stage.ok<Message>("sendSticker", form({ chat_id }, { sticker }));
    const { width, height } = sent.sticker!.thumbnail!;
    assert.deepEqual([width, height], [319, 320]);
  });
});

describe("a video", () => {
  // python-telegram-bot, tests/_files/test_video.py, test_send_all_args
  it("has its cover and the second at which it starts", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const cover: [Blob, string] = [new Blob([pngOf(80, 80)]), "cover.png"];
    const files = { video: [film(320, 240, 9), "a.mp4"] as [Blob, string], cover };
    const fields = { chat_id, start_timestamp: "3" };
    const sent = await stage.ok<Message>("sendVideo", form(fields, files));
    assert.equal(sent.video?.start_timestamp, 3);
    assert.equal(sent.video?.cover?.[0]?.width, 80);
    const { message_id } = sent;
    const copy = { chat_id, from_chat_id: chat_id, message_id, video_start_timestamp: 5 };
    const forwarded = await stage.ok<Message>("forwardMessage", copy);
    assert.equal(forwarded.video?.start_timestamp, 5);
  });
});

describe("a link", () => {
  // python-telegram-bot, tests/test_bot.py, test_send_message_default_link_preview_options
  it("to a page of the emulated web is shown below the message", async () => {
    const url = "https://example.org/news";
    const page = { url, base64: "PGh0bWw+", mime_type: "text/html" };
    await using stage = await Stage.open();
    await stage.begin();
    await stage.act("addWebFile", page);
    const send = (more: object): Promise<Message> =>
      stage.ok("sendMessage", { chat_id: ANNA, text: `Read ${url}`, ...more });
    assert.deepEqual((await send({})).link_preview_options, { url });
    const above = await send({ link_preview_options: { show_above_text: true } });
    assert.deepEqual(above.link_preview_options, { show_above_text: true, url });
    const without = await send({ disable_web_page_preview: true });
    assert.deepEqual(without.link_preview_options, { is_disabled: true });
    const unknown = await stage.ok<Message>("sendMessage", {
      chat_id: ANNA,
      text: "https://example.org/other",
    });
    assert.equal(unknown.link_preview_options, undefined);
  });
});
