import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { album, type AlbumItems, bold, html } from "../index.ts";

const photo = { type: "photo", media: "photo id" } as const;
const video = { type: "video", media: "https://a.example/v.mp4" } as const;
const document = { type: "document", media: new Blob(["text"]) } as const;
const audio = { type: "audio", media: "audio id" } as const;

describe("album", () => {
  it("puts the text on the first item, with its formatting, and keeps files as they are", () => {
    assert.deepEqual(album([photo, video], bold("Sea")), {
      media: [
        { ...photo, caption: "Sea", caption_entities: [{ type: "bold", offset: 0, length: 3 }] },
        video,
      ],
    });
    assert.deepEqual(album([audio, audio], html`<b>Sea</b>`).media[0], {
      ...audio,
      caption: "<b>Sea</b>",
      parse_mode: "HTML",
    });
    assert.equal(album([document, document]).media[1]?.media, document.media);
    assert.deepEqual(album([photo, { ...photo, caption: "own" }], "first").media, [
      { ...photo, caption: "first" },
      { ...photo, caption: "own" },
    ]);
  });

  const refused = (items: unknown, problem: string, text?: string): void =>
    assert.throws(() => album(items as AlbumItems, text), {
      code: "bad-album",
      message: `album: ${problem}`,
    });

  it("has 2 to 10 items", () => {
    assert.equal(album(Array.from({ length: 10 }, () => photo)).media.length, 10);
    for (const length of [0, 1, 11])
      refused(
        Array.from({ length }, () => photo),
        `it has 2 to 10 items, not ${length}`,
      );
  });

  it("has photos with videos, and documents and audio files with their own only", () => {
    const live = { type: "live_photo", media: "a", photo: "b" } as const;
    assert.equal(album([photo, video, live]).media.length, 3);
    const alone = "do not stand together; send one album of each";
    refused([photo, document], `photos and videos and documents ${alone}`);
    refused([audio, document], `audio files and documents ${alone}`);
    refused(
      [photo, { type: "animation", media: "a" }],
      "an item of type animation cannot be in it",
    );
  });

  it("has a text of 1024 characters at most, in one place", () => {
    assert.equal(album([photo, photo], "👍".repeat(1024)).media.length, 2);
    refused(
      [photo, photo],
      "its text has 1025 characters, and a caption takes 1024; see splitText",
      "x".repeat(1025),
    );
    refused([{ ...photo, caption: "a" }, photo], "the first item has a caption already", "b");
  });
});

// What cannot stand together does not compile.
// @ts-expect-error A photo with a document.
void (() => album([photo, document]));
// @ts-expect-error An animation.
void (() => album([{ type: "animation", media: "a" }, photo]));
