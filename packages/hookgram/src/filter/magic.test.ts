import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { and, Bot, F, type Filter, magic, not, or, Router } from "../index.ts";
import type { AnyFilter } from "./filter.ts";
import { createTestHost, sampleUpdate } from "../testing.ts";

type MessageFields = Parameters<typeof sampleUpdate<"message">>[1];

/** What the filter adds to the context of a message; undefined when it does not match. */
async function added(filter: AnyFilter, fields: MessageFields): Promise<object | undefined> {
  const bot = new Bot();
  let found: object | undefined;
  bot.message(filter as Filter<object, object>, (context) => {
    found = { ...context };
  });
  await createTestHost(bot).feed(sampleUpdate("message", fields));
  return found;
}

const photo = [
  { file_id: "small", file_unique_id: "s", width: 1, height: 1 },
  { file_id: "large", file_unique_id: "l", width: 9, height: 9 },
];
const entities = [
  { type: "bold", offset: 0, length: 1 },
  { type: "url", offset: 2, length: 5 },
] as const;
const dice = { emoji: "🎲", value: 4 };

describe("F", () => {
  /** The filter, a message for which it matches, and one for which it does not. */
  const table: readonly (readonly [AnyFilter, MessageFields, MessageFields])[] = [
    [F.message.photo, { photo }, {}],
    [F.message.photo, { photo }, { photo: [] }],
    [F.message.text, { text: "a" }, { text: "" }],
    [F.message.text, { text: "a" }, { text: undefined as never }],
    [
      F.message.has_media_spoiler,
      { has_media_spoiler: true },
      { has_media_spoiler: false as never },
    ],
    [F.message.reply_to_message.text, { reply_to_message: { text: "x" } as never }, {}],
    [F.message.chat.type.is("private"), {}, { chat: { id: 1, type: "group" } }],
    [F.message.text.is("yes", "no"), { text: "no" }, { text: "nope" }],
    [F.message.text.startsWith("#"), { text: "#a" }, { text: "a#" }],
    [F.message.text.endsWith("#"), { text: "a#" }, { text: "#a" }],
    [F.message.text.includes("ell"), { text: "Hello" }, { text: "Help" }],
    [F.message.text.toLowerCase().is("hi"), { text: "HI" }, { text: "ho" }],
    [F.message.text.toLowerCase().is("hi"), { text: "HI" }, { text: undefined as never }],
    [F.message.text.match(/^\d+$/), { text: "12" }, { text: "a12" }],
    [F.message.text.length.atMost(3), { text: "abc" }, { text: "abcd" }],
    [F.message.text.map(Number).above(9), { text: "10" }, { text: "9" }],
    [F.message.text.where((text) => text.length === 2), { text: "ab" }, { text: "abc" }],
    [F.message.dice.value.above(3), { dice }, { dice: { ...dice, value: 3 } }],
    [F.message.dice.value.atLeast(4), { dice }, { dice: { ...dice, value: 3 } }],
    [F.message.dice.value.below(5), { dice }, { dice: { ...dice, value: 5 } }],
    [F.message.dice.value.atMost(4), { dice }, { dice: { ...dice, value: 5 } }],
    [F.message.entities.some(({ type }) => type === "url"), { entities: [...entities] }, {}],
    [
      F.message.entities.every(({ type }) => type === "url"),
      { entities: [entities[1]] },
      { entities: [...entities] },
    ],
    [F.message.photo.at(-1).width.is(9), { photo }, { photo: [photo[0]!] }],
    [or(F.message.photo, F.message.dice), { dice }, {}],
    [and(F.message.photo, F.message.caption), { photo, caption: "x" }, { photo }],
    [not(F.message.photo), {}, { photo }],
  ];
  for (const [filter, yes, no] of table)
    it(`matches as it says: ${describeFilter(filter)}`, async () => {
      assert.notEqual(await added(filter, yes), undefined, "should match");
      assert.equal(await added(filter, no), undefined, "should not match");
    });

  it("gives the handler what as(name) names, changed or not", async () => {
    const given: readonly (readonly [AnyFilter, MessageFields, object])[] = [
      [F.message.text.as("words"), { text: "a" }, { words: "a" }],
      [F.message.photo.at(-1).file_id.as("file"), { photo }, { file: "large" }],
      [F.message.text.map(Number).as("amount"), { text: "10" }, { amount: 10 }],
      [
        F.message.text
          .match(/(\d)(\d)/)
          .map(([, , two]) => two)
          .as("two"),
        { text: "a12" },
        { two: "2" },
      ],
      [F.message.dice.value.above(3).as("points"), { dice }, { points: 4 }],
    ];
    for (const [filter, fields, expected] of given)
      assert.deepEqual(await added(filter, fields), expected);
    assert.equal(await added(F.message.caption.as("caption"), {}), undefined);
    assert.equal(await added(F.message.dice.value.above(4).as("points"), { dice }), undefined);
  });

  it("adds nothing without a name", async () => {
    assert.deepEqual(await added(F.message.text.startsWith("H"), { text: "Hello" }), {});
  });

  it("forgets the last search of a global pattern", async () => {
    const filter = F.message.text.match(/l/g);
    for (let time = 0; time < 3; time += 1)
      assert.notEqual(await added(filter, { text: "Hello" }), undefined);
  });

  it("reaches data that middlewares have added, by magic()", async () => {
    const { customer } = magic<{ readonly customer: { readonly name?: string } }>();
    const names: string[] = [];
    const router = new Router("shop").outer(({ from }, next) =>
      next({ customer: { name: from!.first_name } as { name?: string } }),
    );
    router.message(customer.name.as("name"), ({ name }) => void names.push(name));
    await createTestHost(new Bot({ routers: [router] })).feed(sampleUpdate("message"));
    assert.deepEqual(names, ["Ada"]);
  });

  it("is described as it is written, also when a function in it throws", async () => {
    const bot = new Bot();
    const filter = F.message.text.where(function isShort() {
      throw new Error("no ruler");
    });
    bot.message(F.message.photo, filter, () => undefined);
    bot.message(filter, () => undefined);
    assert.equal(
      bot.describe(),
      "bot\n  message(message.photo, message.text.where(isShort))\n  message(message.text.where(isShort))",
    );
    await assert.rejects(createTestHost(bot).feed(sampleUpdate("message")), {
      code: "filter-failed",
      message: "Filter message.text.where(isShort) of bot/message#2 failed: no ruler",
    });
  });
});

function describeFilter(filter: AnyFilter): string {
  const bot = new Bot();
  bot.message(filter as Filter<object, object>, () => undefined);
  return bot.registry().handlers[0]!.filters[0]!;
}
