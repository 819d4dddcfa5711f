import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message, Update } from "@hookgram/bot-api";
import {
  type Album,
  Bot,
  type BotOptions,
  command,
  eventKind,
  everyPart,
  F,
  has,
  Router,
  somePart,
} from "../index.ts";
import { createTestHost, sampleUpdate, type TestHost } from "../testing.ts";

const PHOTO = [{ file_id: "p", file_unique_id: "u", width: 1, height: 1 }];

/** A photo of the album "13". */
function part(messageId: number, fields: Partial<Message> = {}): Update {
  const album = { media_group_id: "13", photo: PHOTO };
  const sample = sampleUpdate("message", { message_id: messageId, ...album, ...fields });
  const { text: _none, ...message } = sample.message;
  return { update_id: messageId, message };
}

function edited(messageId: number, caption: string): Update {
  const { message } = part(messageId, { caption, edit_date: 2 });
  return { update_id: 1, edited_message: message! };
}

interface Ground {
  readonly host: TestHost;
  readonly albums: Album[];
  /** Ids of the messages that came alone. */
  readonly alone: number[];
  readonly bot: Bot;
}

function ground(options?: BotOptions): Ground {
  const bot = new Bot(options);
  const albums: Album[] = [];
  const alone: number[] = [];
  bot.album(({ album }) => void albums.push(album));
  const note = ({ message }: { readonly message: Message }): void => {
    alone.push(message.message_id);
  };
  bot.message(note);
  bot.editedMessage(note);
  return { bot, albums, alone, host: createTestHost(bot) };
}

const idsOf = ({ parts }: Album): number[] => parts.map(({ message_id }) => message_id);

describe("an album that comes in", () => {
  it("is one event, in the order of its messages, when it has been quiet for a second", async () => {
    const { host, albums, alone } = ground();
    await host.feed(part(3));
    host.advance(900);
    assert.deepEqual(await host.feed(part(2, { caption: "The sea" })), {
      status: "handled",
      handler: "bot/album (2 parts so far)",
    });
    host.advance(999);
    assert.deepEqual(await host.deliver(), []);
    host.advance(1);
    assert.deepEqual(await host.deliver(), [{ status: "handled", handler: "bot/album#1" }]);
    assert.deepEqual(albums.map(idsOf), [[2, 3]]);
    const [{ id, kind, caption, isLate } = assert.fail()] = albums;
    assert.deepEqual([id, kind, caption, isLate], ["13", "message", "The sea", false]);
    assert.deepEqual(alone, []);
  });

  it("waits ten seconds at most, however its parts come", async () => {
    const { host, albums } = ground({ albums: { quietMs: 2_000, waitMaxMs: 5_000 } });
    for (const id of [1, 2, 3]) {
      await host.feed(part(id));
      host.advance(1_900);
    }
    // The third came at 3,800 ms; the first is 5,000 ms old before it has been quiet for 2,000.
    assert.deepEqual(await host.deliver(), [{ status: "handled", handler: "bot/album#1" }]);
    assert.deepEqual(albums.map(idsOf), [[1, 2, 3]]);
  });

  it("waits no longer when it has ten parts, which is Telegram's limit", async () => {
    const { host, albums } = ground();
    for (let id = 1; id <= 9; id += 1) await host.feed(part(id));
    assert.deepEqual(await host.deliver(), []);
    await host.feed(part(10));
    await host.deliver();
    assert.deepEqual(albums.map(idsOf), [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]);
    assert.equal(host.timers.size, 0);
  });

  it("leaves late parts to a second event that says so, for a day", async () => {
    const { host, albums } = ground();
    for (const [id, waitMs] of [
      [1, 1_000],
      [2, 0],
      [3, 1_000],
      [4, 1_000],
    ] as const) {
      if (id === 4) host.advance(86_400_000);
      await host.feed(part(id));
      host.advance(waitMs);
      await host.deliver();
    }
    assert.deepEqual(
      albums.map((album) => [idsOf(album), album.isLate]),
      [
        [[1], false],
        [[2, 3], true],
        [[4], false],
      ],
    );
  });

  it("has the newest text of a part that was edited while it waited; other edits come alone", async () => {
    const { host, albums, alone } = ground();
    await host.feed(part(1, { caption: "The see" }));
    host.advance(600);
    await host.feed(part(2));
    host.advance(600);
    await host.feed(edited(1, "The sea"));
    host.advance(400);
    await host.deliver();
    assert.deepEqual(albums.map(idsOf), [[1, 2]]);
    assert.equal(albums[0]?.caption, "The sea");
    await host.feed(edited(1, "The deep sea"));
    assert.deepEqual(alone, [1]);
  });

  it("is another one in another chat, as another kind, or with another id", async () => {
    const { host, albums, alone } = ground();
    const chat = { id: 8, type: "private", first_name: "Bob" } as const;
    const post = { media_group_id: "13", photo: PHOTO, chat: { ...chat, id: -1002 } };
    await host.feed(part(1));
    await host.feed(part(2, { chat }));
    await host.feed(part(3, { media_group_id: "14" }));
    await host.feed(part(4, { business_connection_id: "shop" }));
    await host.feed(sampleUpdate("channel_post", { message_id: 5, ...post }));
    await host.feed(sampleUpdate("business_message", { message_id: 6, media_group_id: "13" }));
    await host.feed(sampleUpdate("message", { message_id: 7, photo: PHOTO }));
    host.advance(1_000);
    await host.deliver();
    assert.deepEqual(albums.map(idsOf), [[1], [2], [3], [4], [5], [6]]);
    assert.deepEqual(albums.map(({ kind }) => kind).slice(-2), [
      "channel_post",
      "business_message",
    ]);
    assert.deepEqual(alone, [7]);
  });

  it("goes on as its parts, each an ordinary message, when no handler of albums takes it", async () => {
    const bot = new Bot();
    const seen: unknown[] = [];
    bot.album(F.chat.id.is(8), () => assert.fail("not for this chat"));
    bot.message(has("photo"), ({ message }) => void seen.push(message.message_id));
    const host = createTestHost(bot);
    for (const id of [1, 2]) await host.feed(part(id));
    host.advance(1_000);
    const outcomes = await host.deliver();
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["unhandled", "handled", "handled"],
    );
    assert.deepEqual(seen, [1, 2]);
    host.advance(10_000);
    assert.deepEqual(await host.deliver(), []);
  });

  it("goes on as its parts when the handler has gone with a new version of the bot", async () => {
    const old = ground();
    await old.host.feed(part(1));
    const bot = new Bot();
    const seen: number[] = [];
    bot.message(({ message }) => void seen.push(message.message_id));
    const host = createTestHost(bot);
    for (const timer of old.host.timers.values()) await host.feed(timer.emission.update);
    await host.deliver();
    assert.deepEqual(seen, [1]);
  });

  it("that could not be handled comes again with the part that was late", async () => {
    const { host, albums, bot } = ground();
    await host.feed(part(1));
    const failing = new Bot();
    failing.album(() => assert.fail("the shop is closed"));
    const [timer = assert.fail()] = host.timers.values();
    const other = createTestHost(failing, { nowMs: 1_000 });
    await assert.rejects(other.feed(timer.emission.update), { code: "handler-failed" });
    assert.equal(other.states.size, 0);
    await host.feed(part(2));
    host.advance(1_000);
    await host.deliver();
    assert.deepEqual(
      albums.map((album) => [idsOf(album), album.isLate]),
      [[[1, 2], false]],
    );
    assert.equal(bot.describe().split("\n")[1], "  album()");
  });

  it("costs a bot without a handler for it nothing: parts are messages", async () => {
    const bot = new Bot();
    bot.message(() => {});
    const host = createTestHost(bot);
    assert.deepEqual(await host.feed(part(1)), { status: "handled", handler: "bot/message#1" });
    assert.equal(host.timers.size + host.states.size, 0);
  });
});

describe("handlers for albums", () => {
  it("find chat, sender and state like those of messages, and answer where the album came from", async () => {
    const bot = new Bot().outer((context, next) => next({ shop: context.chat?.id }));
    const seen: unknown[] = [];
    bot.album(async ({ chat, from, kind, shop, update, reply }) => {
      seen.push(chat.id, from?.id, kind, shop, update.update_id);
      await reply("Thank you");
    });
    const host = createTestHost(bot);
    await host.feed(part(1, { is_topic_message: true, message_thread_id: 5 }));
    host.advance(1_000);
    await host.deliver();
    assert.deepEqual(seen, [7, 7, "event:album", 7, 0]);
    const params = { chat_id: 7, message_thread_id: 5, text: "Thank you" };
    assert.deepEqual(host.calls, [{ method: "sendMessage", params }]);
  });

  it("use the filters of messages, for every part or for some part", async () => {
    const router = new Router("shop");
    const seen: unknown[] = [];
    router.album(everyPart(has("document")), () => assert.fail("they are photos"));
    router.album(somePart(command("sell")), ({ part: first, command: found, album }) => {
      seen.push([first.message_id, found.name, album.parts.length]);
    });
    router.album(everyPart(has("photo")), ({ parts }) => {
      seen.push(parts.map(({ photo }) => photo[0]?.file_id));
    });
    const bot = new Bot({ routers: [router] });
    const host = createTestHost(bot);
    await host.feed(part(1));
    const caption_entities = [{ type: "bot_command", offset: 0, length: 5 }] as const;
    await host.feed(part(2, { caption: "/sell", caption_entities: [...caption_entities] }));
    await host.feed(part(3, { media_group_id: "14" }));
    host.advance(1_000);
    await host.deliver();
    assert.deepEqual(seen, [[2, "sell", 2], ["p"]]);
    const [, , first, second, third] = bot.describe().split("\n");
    assert.equal(first?.trim(), "album(everyPart(has(document)))");
    assert.equal(second?.trim(), "album(somePart(command(sell)))");
    assert.equal(third?.trim(), "album(everyPart(has(photo)))");
  });

  it("ask Telegram for messages, and for nothing that the bot does not ask for itself", () => {
    const bot = new Bot();
    bot.album(() => {});
    assert.deepEqual(bot.allowedUpdates, ["message"]);
    assert.equal(bot.explainAllowedUpdates(), "message: bot/album#1");
    const post = new Bot({ moreUpdates: ["channel_post"] });
    post.album(() => {});
    assert.deepEqual(post.allowedUpdates, ["message", "channel_post"]);
  });

  it("have their name for themselves, and limits that are checked", () => {
    assert.throws(() => eventKind("album"), { code: "bad-argument" });
    for (const albums of [{ quietMs: -1 }, { quietMs: 60_001 }, { waitMaxMs: 0.5 }])
      assert.throws(() => new Bot({ albums }), {
        code: "bad-argument",
        message: /^Bot, albums: (quietMs|waitMaxMs) is a whole number of milliseconds, 0 to /,
      });
  });
});
