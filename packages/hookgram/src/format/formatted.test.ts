import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  blockquote,
  bold,
  Bot,
  caption,
  code,
  customEmoji,
  expandableBlockquote,
  fmt,
  type FormatPiece,
  type Formatted,
  html,
  italic,
  joinFmt,
  link,
  mention,
  pre,
  spoiler,
  strike,
  underline,
} from "../index.ts";
import { createTestHost, sampleUpdate } from "../testing.ts";

describe("fmt", () => {
  it("counts in UTF-16 units, as Telegram does", () => {
    // 👍 is 2 units, the family 11 (four emoji of 2 and three joiners), é with a combining accent 2.
    const { text, entities } = fmt`👍 ${bold("👨‍👩‍👧‍👦")} e\u0301 ${italic("x")}`;
    assert.equal(text, "👍 👨‍👩‍👧‍👦 e\u0301 x");
    assert.deepEqual(entities, [
      { type: "bold", offset: 3, length: 11 },
      { type: "italic", offset: 18, length: 1 },
    ]);
  });

  it("nests, with the outer entity before the inner one", () => {
    const name = "<b>Ada</b>";
    assert.deepEqual(fmt`Dear ${bold`friend ${italic(name)}`}!`, {
      text: "Dear friend <b>Ada</b>!",
      entities: [
        { type: "bold", offset: 5, length: 17 },
        { type: "italic", offset: 12, length: 10 },
      ],
    });
  });

  it("has every kind of formatting that a bot can give", () => {
    const user = { id: 7, is_bot: false, first_name: "Ada" };
    const marks: readonly (readonly [Formatted, object])[] = [
      [underline("a"), { type: "underline" }],
      [strike("a"), { type: "strikethrough" }],
      [spoiler("a"), { type: "spoiler" }],
      [blockquote("a"), { type: "blockquote" }],
      [expandableBlockquote("a"), { type: "expandable_blockquote" }],
      [code("a"), { type: "code" }],
      [pre("a"), { type: "pre" }],
      [pre("a", "ts"), { type: "pre", language: "ts" }],
      [link("a", new URL("https://a.example")), { type: "text_link", url: "https://a.example/" }],
      [mention("a", user), { type: "text_mention", user: { ...user, first_name: "a" } }],
      [mention("a", 7), { type: "text_mention", user: { ...user, first_name: "a" } }],
      [customEmoji("a", "5368"), { type: "custom_emoji", custom_emoji_id: "5368" }],
    ];
    for (const [formatted, entity] of marks)
      assert.deepEqual(formatted, { text: "a", entities: [{ ...entity, offset: 0, length: 1 }] });
  });

  it("leaves nothing around an empty text, and takes numbers and messages", () => {
    const message = { text: "see", entities: [{ type: "code", offset: 0, length: 3 }] } as const;
    assert.deepEqual(fmt`${bold("")}${1} ${2n} ${message} ${{ text: "plain" }}`, {
      text: "1 2 see plain",
      entities: [{ type: "code", offset: 4, length: 3 }],
    });
  });

  it("refuses what is no piece, html among it", () => {
    const refusal = "fmt: a piece is a text, a number or a formatted text, not";
    for (const [piece, name] of [
      [undefined, "undefined"],
      [{}, "object"],
      [html`<b>x</b>`, "html"],
    ] as const)
      assert.throws(() => fmt`${piece as never}`, {
        code: "bad-argument",
        message: `${refusal} ${name}`,
      });
  });

  it("covers exactly what was formatted, however it is nested", () => {
    fc.assert(
      fc.property(pieces, (plan) => {
        const { text, entities } = joinFmt(plan.map(build), "|");
        const units = plan.flatMap((node, index) => [
          ...(index === 0 ? [] : [{ unit: "|", styles: [] as string[] }]),
          ...paint(node, []),
        ]);
        assert.equal(text, units.map(({ unit }) => unit).join(""));
        for (const [index, { styles }] of units.entries()) {
          const over = entities.filter(
            ({ offset, length }) => offset <= index && index < offset + length,
          );
          assert.deepEqual(
            over.map(({ type }) => type),
            styles,
          );
        }
      }),
    );
  });
});

/** A formatted text as a tree, from which its formatting can be told without any offset. */
type Plan = string | { readonly style: "bold" | "italic"; readonly inside: readonly Plan[] };

const { plan: onePlan } = fc.letrec<{ plan: Plan }>((tie) => ({
  plan: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.string({ unit: "grapheme" }),
    fc.record({
      style: fc.constantFrom("bold" as const, "italic" as const),
      inside: fc.array(tie("plan"), { maxLength: 3 }),
    }),
  ),
}));
const pieces = fc.array(onePlan, { maxLength: 4 });

function build(plan: Plan): FormatPiece {
  if (typeof plan === "string") return plan;
  const inside = joinFmt(plan.inside.map(build), "");
  return plan.style === "bold" ? bold(inside) : italic(inside);
}

function paint(plan: Plan, styles: readonly string[]): { unit: string; styles: string[] }[] {
  if (typeof plan !== "string")
    return plan.inside.flatMap((part) => paint(part, [...styles, plan.style]));
  return plan.split("").map((unit) => ({ unit, styles: [...styles] }));
}

describe("formatted texts in calls", () => {
  it("are taken by reply, and by edit for texts and captions", async () => {
    const photo = { ...sampleUpdate("callback_query").callback_query.message!, photo: [] };
    const bot = new Bot();
    bot.callbackQuery(async ({ reply, edit }) => {
      await reply(fmt`${bold("Hi")}`);
      await reply(fmt`plain`);
      await edit(fmt`${italic("Done")}`);
    });
    const host = createTestHost(bot);
    await host.feed(sampleUpdate("callback_query"));
    await host.feed(sampleUpdate("callback_query", { message: photo }));
    const entity = { type: "italic", offset: 0, length: 4 };
    const sent = host.calls.map(({ method, params }) => [method, params]);
    assert.deepEqual(sent.slice(0, 3), [
      [
        "sendMessage",
        { chat_id: 7, text: "Hi", entities: [{ ...entity, type: "bold", length: 2 }] },
      ],
      ["sendMessage", { chat_id: 7, text: "plain" }],
      ["editMessageText", { chat_id: 7, message_id: 1, text: "Done", entities: [entity] }],
    ]);
    assert.deepEqual(sent[5], [
      "editMessageCaption",
      { chat_id: 7, message_id: 1, caption: "Done", caption_entities: [entity] },
    ]);
  });

  it("become captions", () => {
    assert.deepEqual(caption("sea"), { caption: "sea" });
    assert.deepEqual(caption(html`<b>sea</b>`), { caption: "<b>sea</b>", parse_mode: "HTML" });
    assert.deepEqual(caption(bold("sea")), {
      caption: "sea",
      caption_entities: [{ type: "bold", offset: 0, length: 3 }],
    });
  });
});
