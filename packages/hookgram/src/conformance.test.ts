/**
 * Holds docs/from-aiogram.md and docs/from-grammy.md to the truth: every row names tests that exist and
 * names that both sides have. The few behaviours that no other test has a reason to look at are
 * tested here.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import * as botApi from "@hookgram/bot-api";
import * as grammy from "grammy";
import * as hookgram from "./index.ts";
import { Bot, F, Router, Scene, states } from "./index.ts";
import { SceneNavigator } from "./scene/scene-navigator.ts";
import { createTestHost, sampleUpdate } from "./testing.ts";

const ROOT = new URL("../../../", import.meta.url);

interface Row {
  readonly theirs: string;
  readonly ours: string;
  readonly tests: readonly string[];
}

/** The rows of every table of a guide. */
function rowsOf(guide: string): readonly Row[] {
  return readFileSync(new URL(`docs/${guide}.md`, ROOT), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (aiogram|grammY|-)/.test(line))
    .map((line) => {
      const [theirs = "", ours = "", , tests = ""] = line
        .slice(1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim());
      return { theirs, ours, tests: tests.split("<br>").map((test) => test.trim()) };
    });
}

/** The titles of a file's tests and groups of tests. */
function titlesIn(file: string): string[] {
  const text = readFileSync(new URL(`packages/${file}`, ROOT), "utf8");
  const calls = text.matchAll(/\b(?:it|test|describe)\(\s*(["'`])((?:(?!\1).)*)\1/g);
  return [...calls].map(([, , title = ""]) => title);
}

const OWNERS: Readonly<Record<string, readonly object[]>> = {
  bot: [new Bot()],
  router: [new Router("router")],
  scene: [new Scene(states("quiz", { question: null }).question), SceneNavigator.prototype],
  api: [botApi.createBotApi({ token: `42:${"x".repeat(35)}` })],
};

for (const guide of ["from-aiogram", "from-grammy"])
  describe(`the tables of docs/${guide}.md`, () => {
    const rows = rowsOf(guide);
    it("have the rows that a reader may expect", () => assert.ok(rows.length > 50));

    for (const { theirs, ours, tests } of rows) {
      it(`name tests for ${theirs} (${ours})`, () => {
        for (const test of tests) {
          const [file = "", words = ""] = test.split(/: ?(.*)/s);
          assert.ok(existsSync(new URL(`packages/${file}`, ROOT)), `${file} does not exist`);
          assert.ok(words !== "", `${file}: name the test by words of its title`);
          assert.ok(
            titlesIn(file).some((title) => title.includes(words)),
            `no test in ${file} has "${words}" in its title: name one that proves the row`,
          );
        }
      });
    }

    it("name what hookgram has", () => {
      const code = rows.flatMap(({ ours }) => [...ours.matchAll(/`([^`]+)`/g)]);
      for (const [, name = ""] of code) {
        const [owner = "", member = ""] = name.split(".");
        const objects = OWNERS[owner];
        const isThere =
          objects === undefined || member === ""
            ? WORDS.has(name) || name in hookgram || name in botApi
            : objects.some((object) => member in object);
        assert.ok(isThere, `${name} does not exist`);
      }
    });
  });

/** Code in the tables that is no name of an export: properties, options, methods and packages. */
const WORDS = new Set([
  ..."args answer api apiRoot ask chat data description edit emit error failure from groups handle() keyboard".split(
    " ",
  ),
  ..."match me message migrate mount next now poll random reply send step stop strategy ttlMs".split(
    " ",
  ),
  ..."version wait webhookReply attemptTimeoutMs fileFromPath setWebhookAndListen createTestHost".split(
    " ",
  ),
  ..."hookgram/testing @hookgram/bot-api @hookgram/bot-api/node @hookgram/runtime".split(" "),
]);

it("docs/from-grammy.md names what grammY has", () => {
  const bot = new grammy.Bot("42:x");
  const context = new grammy.Context({ update_id: 1 }, bot.api, {} as grammy.Context["me"]);
  const members: Readonly<Record<string, object>> = { bot, ctx: context };
  const code = rowsOf("from-grammy").flatMap(({ theirs }) => [...theirs.matchAll(/`([^`]+)`/g)]);
  for (const [, text = ""] of code) {
    const [, owner = "", member = ""] = /^(bot|ctx)\.(\w+)/.exec(text) ?? [];
    if (owner !== "" && !ADDED_TO_CONTEXT.has(member))
      assert.ok(member in members[owner]!, `${text} is not in grammY`);
  }
});

/** What plugins and the bot's author put on grammY's context, and what is there after a match only. */
const ADDED_TO_CONTEXT = new Set(["session", "conversation", "customer", "match"]);

describe("a bot that was written with aiogram in mind", () => {
  it("gives what a root filter finds to the router's children", async () => {
    const seen: unknown[] = [];
    const child = new Router<{ readonly found: number }>("child");
    child.message(({ found }) => void seen.push(found));
    const bot = new Bot().filter(() => ({ found: 1 }));
    bot.include(child);
    await createTestHost(bot).feed(sampleUpdate("message"));
    assert.deepEqual(seen, [1]);
  });

  it("lets one middleware stand before every kind of update", async () => {
    const seen: string[] = [];
    const bot = new Bot().outer(({ kind }, next) => {
      seen.push(kind);
      return next();
    });
    const host = createTestHost(bot);
    for (const kind of ["message", "callback_query", "poll"] as const)
      await host.feed(sampleUpdate(kind));
    assert.deepEqual(seen, ["message", "callback_query", "poll"]);
  });

  it("lets filters replace what middlewares have added, and inner middlewares what filters have", async () => {
    const seen: unknown[] = [];
    const bot = new Bot()
      .outer((_context, next) => next({ by: "outer" as string }))
      .filter(({ by }) => seen.push(by) > 0 && { by: "root filter" })
      .inner(({ by }, next) => {
        seen.push(by);
        return next({ by: "inner" });
      });
    bot.message(
      ({ by }) => seen.push(by) > 0 && { by: "filter" },
      ({ by }) => void seen.push(by),
    );
    await createTestHost(bot).feed(sampleUpdate("message"));
    assert.deepEqual(seen, ["outer", "root filter", "filter", "inner"]);
  });
});

describe("a bot that was written with grammY in mind", () => {
  it("has one handler for messages and channel posts", async () => {
    const seen: string[] = [];
    const bot = new Bot();
    const photo = ({ kind }: { readonly kind: string }) => void seen.push(kind);
    bot.message(F.message.photo, photo);
    bot.channelPost(F.message.photo, photo);
    const host = createTestHost(bot);
    const fields = { photo: [{ file_id: "a", file_unique_id: "b", width: 1, height: 1 }] };
    await host.feed(sampleUpdate("message", fields));
    await host.feed(sampleUpdate("channel_post", fields));
    assert.deepEqual(seen, ["message", "channel_post"]);
  });

  it("finds what an inline query asks for", async () => {
    const seen: unknown[] = [];
    const bot = new Bot();
    bot.inlineQuery(F.inlineQuery.query.match(/^cats? (\d+)/).as("found"), ({ found }) => {
      seen.push(found[1]);
    });
    const host = createTestHost(bot);
    await host.feed(sampleUpdate("inline_query", { query: "cats 3" }));
    await host.feed(sampleUpdate("inline_query", { query: "dogs 3" }));
    assert.deepEqual(seen, ["3"]);
  });

  it("reads no state when nobody asks", async () => {
    const Cart = states("cart", { open: null });
    const bot = new Bot();
    bot.message(F.message.text.is("look"), Cart.open, () => undefined);
    bot.message(() => undefined);
    const host = createTestHost(bot);
    let reads = 0;
    host.states.get = () => void (reads += 1);
    await host.feed(sampleUpdate("message", { text: "hello" }));
    assert.equal(reads, 0);
    await host.feed(sampleUpdate("message", { text: "look" }));
    assert.equal(reads, 1);
  });

  it("sees who likes a message", async () => {
    const seen: unknown[] = [];
    const bot = new Bot();
    bot.messageReaction(
      F.messageReaction.new_reaction.some((one) => one.type === "emoji" && one.emoji === "👍"),
      ({ from }) => void seen.push(from?.id),
    );
    const host = createTestHost(bot);
    for (const emoji of ["👍", "👎"] as const)
      await host.feed(
        sampleUpdate("message_reaction", { new_reaction: [{ type: "emoji", emoji }] }),
      );
    assert.deepEqual(seen, [7]);
  });
});
