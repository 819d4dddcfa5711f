import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mediaInfo } from "./media-info.ts";

// Files written by hand from the formats' specifications.

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ""), "hex");

/** A box of ISO/IEC 14496-12. */
function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const inside = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(inside.byteLength + 8, 0);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, inside]);
}

function uint32s(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeInt32BE(value, index * 4));
  return bytes;
}

const UPRIGHT = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];
const TURNED = [0, 0x1_0000, 0, -0x1_0000, 0, 0, 0, 0, 0x4000_0000];

/** The header of a track: version and flags, times, id, then matrix and sides in 16.16. */
function track(width: number, height: number, matrix: readonly number[]): Buffer {
  const fields = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...matrix, width << 16, height << 16];
  return box("trak", box("tkhd", uint32s(...fields)));
}

function film(...tracks: readonly Buffer[]): Uint8Array {
  const header = box("mvhd", uint32s(0, 0, 0, 1000, 4885));
  return Buffer.concat([
    box("ftyp", Buffer.from("isom")),
    box("mdat", Buffer.alloc(9)),
    box("moov", header, ...tracks),
  ]);
}

/** A page of RFC 3533 with one segment. */
function page(position: number, content: Uint8Array): Buffer {
  const head = Buffer.alloc(28);
  head.write("OggS", 0, "latin1");
  head.writeBigInt64LE(BigInt(position), 6);
  head.writeUInt32LE(7, 14);
  head.set([1, content.byteLength], 26);
  return Buffer.concat([head, content]);
}

function opusHead(preSkip: number): Buffer {
  const head = Buffer.alloc(19);
  head.write("OpusHead", 0, "latin1");
  head.set([1, 1], 8);
  head.writeUInt16LE(preSkip, 10);
  return head;
}

/** One frame of MPEG 1 layer III, 128 kbit/s, 44,100 Hz, stereo: 417 bytes, 1152 samples. */
function frame(content: Uint8Array = new Uint8Array()): Buffer {
  const bytes = Buffer.alloc(417);
  bytes.set(hex("fffb9000"), 0);
  bytes.set(content, 4 + 32);
  return bytes;
}

function id3(version: number, ...texts: readonly (readonly [id: string, text: Buffer])[]): Buffer {
  const frames = texts.map(([id, text]) => {
    const head = Buffer.alloc(10);
    head.write(id, 0, "latin1");
    head.writeUInt32BE(text.byteLength, 4);
    return Buffer.concat([head, text]);
  });
  const inside = Buffer.concat(frames);
  const head = Buffer.concat([Buffer.from("ID3"), Buffer.from([version, 0, 0, 0, 0, 0])]);
  return Buffer.concat([head, Buffer.from([inside.byteLength]), inside]);
}

const GIF_HEAD = `474946383961 0201 0302 80 00 00 ${"00".repeat(6)}`;
const picture = (delay: string): string =>
  `21f904 00${delay}00 00 2c 0000 0000 0100 0100 00 02 02 4401 00`;

describe("mediaInfo", () => {
  it("reads the size of a film's picture and its length", () => {
    assert.deepEqual(mediaInfo(film(track(0, 0, UPRIGHT), track(640, 360, UPRIGHT))), {
      format: "mp4",
      width: 640,
      height: 360,
      durationS: 4.885,
    });
  });

  it("turns the picture of a film that was taken upright", () => {
    const { width, height } = mediaInfo(film(track(640, 360, TURNED)))!;
    assert.deepEqual([width, height], [360, 640]);
  });

  it("reads the length of a voice message without what its decoder skips", () => {
    const voice = [page(0, opusHead(312)), page(48_000, hex("00")), page(144_312, hex("00"))];
    assert.deepEqual(mediaInfo(Buffer.concat(voice)), { format: "ogg", durationS: 3 });
  });

  it("counts the frames of music, or believes the count of its encoder", () => {
    const seconds = 1152 / 44_100;
    assert.equal(mediaInfo(Buffer.concat([frame(), frame()]))?.durationS, 2 * seconds);
    const note = Buffer.concat([Buffer.from("Info"), uint32s(1, 1000)]);
    assert.equal(mediaInfo(Buffer.concat([frame(note), frame()]))?.durationS, 1000 * seconds);
  });

  it("reads the names of music in the encodings of ID3", () => {
    const tags = id3(
      3,
      ["TIT2", Buffer.concat([hex("01 fffe"), Buffer.from("Tail", "utf16le")])],
      ["TPE1", Buffer.concat([hex("00"), Buffer.from("Tony\0")])],
    );
    const { title, performer } = mediaInfo(Buffer.concat([tags, frame()]))!;
    assert.deepEqual([title, performer], ["Tail", "Tony"]);
  });

  it("counts the pictures of a GIF and adds up their delays", () => {
    const moving = hex(`${GIF_HEAD}${picture("3200")}${picture("0000")}3b`);
    assert.deepEqual(mediaInfo(moving), {
      format: "gif",
      width: 258,
      height: 515,
      frames: 2,
      durationS: 0.6,
    });
  });

  it("says nothing of other bytes and of files that end too early", () => {
    assert.equal(mediaInfo(new Uint8Array(0)), undefined);
    assert.equal(mediaInfo(Buffer.from("just some text that is long enough")), undefined);
    assert.equal(mediaInfo(hex(GIF_HEAD).subarray(0, 14)), undefined);
  });
});
