import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ReactionType } from "@hookgram/bot-api";
import { Bot, reaction, reactionRemoved } from "../index.ts";
import { createTestHost, sampleUpdate } from "../testing.ts";
import type { ReactionFilter } from "./reaction.ts";

const up = { type: "emoji", emoji: "👍" } as const;
const heart = { type: "emoji", emoji: "❤" } as const;
const custom = { type: "custom_emoji", custom_emoji_id: "5368324170671202286" } as const;
const paid = { type: "paid" } as const;

/** What a filter finds where somebody's reactions change so. */
async function found(
  filter: ReactionFilter,
  old_reaction: ReactionType[],
  new_reaction: ReactionType[],
): Promise<unknown> {
  let seen: unknown = "no match";
  const bot = new Bot();
  bot.messageReaction(filter, ({ added, removed }) => void (seen = { added, removed }));
  await createTestHost(bot).feed(sampleUpdate("message_reaction", { old_reaction, new_reaction }));
  return seen;
}

describe("a reaction", () => {
  it("matches when it is added, and not where it was there before", async () => {
    assert.deepEqual(await found(reaction("👍"), [heart], [up]), { added: [up], removed: [heart] });
    assert.equal(await found(reaction("👍"), [up], [up, heart]), "no match");
    assert.equal(await found(reaction("👍"), [], [heart]), "no match");
    assert.equal(await found(reaction("👍"), [up], []), "no match");
  });

  it("may be one of several, a custom emoji, paid, or any", async () => {
    assert.deepEqual(await found(reaction("👍", "❤"), [], [heart]), {
      added: [heart],
      removed: [],
    });
    const { custom_emoji_id } = custom;
    assert.deepEqual(await found(reaction({ custom_emoji_id }), [], [custom]), {
      added: [custom],
      removed: [],
    });
    assert.equal(await found(reaction({ custom_emoji_id: "1" }), [], [custom]), "no match");
    assert.deepEqual(await found(reaction("paid"), [], [paid]), { added: [paid], removed: [] });
    assert.deepEqual(await found(reaction(), [up], [up, heart]), { added: [heart], removed: [] });
    assert.equal(await found(reaction(), [up], []), "no match");
  });

  it("that is taken back is another filter", async () => {
    assert.deepEqual(await found(reactionRemoved("👍"), [up], []), { added: [], removed: [up] });
    assert.equal(await found(reactionRemoved("👍"), [], [up]), "no match");
    assert.equal(await found(reactionRemoved(), [up], [up, heart]), "no match");
  });

  it("is in the description by its emoji", () => {
    const bot = new Bot();
    bot.messageReaction(reaction("👍", "paid"), () => undefined);
    bot.messageReaction(reactionRemoved(), () => undefined);
    assert.match(bot.describe(), /reaction\(👍, paid\)\)\n.*reactionRemoved\(\)/);
  });
});
