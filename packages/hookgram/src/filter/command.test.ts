import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@hookgram/bot-api";
import { z } from "zod";
import { SAMPLE_BOT, sampleUpdate } from "../testing.ts";
import { command, type CommandOptions } from "./command.ts";

/** What the filter says about a message with this text, to a bot called @sample_bot. */
function match(
  wanted: string | readonly string[] | RegExp,
  message: string | Partial<Message>,
  options?: CommandOptions,
): unknown {
  const fields = typeof message === "string" ? { text: message } : message;
  const filter = command(wanted as string, options);
  const { message: sent } = sampleUpdate("message", fields);
  return filter.matches({ message: sent, me: SAMPLE_BOT });
}

/** `name|mention|args|words` of what was found, or `no`. */
function found(...args: Parameters<typeof match>): string {
  const result = match(...args) as { command?: Record<string, unknown> } | false;
  if (result === false) return "no";
  const { name, mention = "", args: rest, words } = result.command!;
  return [name, mention, rest, (words as string[]).join(",")].join("|");
}

describe("command", () => {
  const table: readonly (readonly [text: string, expected: string])[] = [
    ["/start", "start|||"],
    ["/start@sample_bot a b", "start|sample_bot|a b|a,b"],
    ["/start@Sample_Bot", "start|Sample_Bot||"],
    ["/start@other_bot", "no"],
    ["/start@", "no"],
    ["  /start x", "start||x|x"],
    ["\n/start\nfirst line\nsecond", "start||first line\nsecond|first,line,second"],
    ["/start   spaced   out  ", "start||spaced   out|spaced,out"],
    ["/START", "no"],
    ["/starting", "no"],
    ["/star", "no"],
    ["start", "no"],
    ["!start", "no"],
    ["say /start", "no"],
    ["/", "no"],
    ["/ start", "no"],
    ["", "no"],
    ["   ", "no"],
  ];
  for (const [text, expected] of table)
    it(`start, ${JSON.stringify(text)}: ${expected}`, () =>
      assert.equal(found("start", text), expected));

  it("takes no prefix alone for a command, whatever the pattern", () => {
    assert.equal(found(/.*/, "/"), "no");
    assert.equal(found(/.*/, "/@sample_bot x"), "no");
    assert.equal(found(/.*/, "/a"), "a|||");
  });

  it("reads a message anew for other prefixes", () => {
    const { message } = sampleUpdate("message", { text: "!ban" });
    const read = (prefixes: string): boolean =>
      command("ban", { prefixes }).matches({ message, me: SAMPLE_BOT }) !== false;
    assert.deepEqual(["/", "!", "/"].map(read), [false, true, false]);
  });

  it("takes several names and says which one it was", () => {
    assert.equal(found(["help", "faq"], "/faq"), "faq|||");
    assert.equal(found(["help", "faq"], "/help me"), "help||me|me");
    assert.equal(found(["help", "faq"], "/start"), "no");
  });

  it("reads captions", () =>
    assert.equal(
      found("save", { text: undefined as never, caption: "/save cat" }),
      "save||cat|cat",
    ));

  it("does not match messages without text and caption", () =>
    assert.equal(found("save", { text: undefined as never }), "no"));

  it("ignores case when it is told to, and gives the name as it was declared", () => {
    assert.equal(found("start", "/START", { ignoreCase: true }), "start|||");
    assert.equal(found("Start", "/start", { ignoreCase: true }), "Start|||");
    assert.equal(found(/st(.*)/, "/START", { ignoreCase: true }), "START|||");
  });

  it("takes other prefixes in place of the slash", () => {
    assert.equal(found("start", "!start", { prefixes: "!." }), "start|||");
    assert.equal(found("start", ".start", { prefixes: "!." }), "start|||");
    assert.equal(found("start", "/start", { prefixes: "!." }), "no");
  });

  it("takes commands to other bots with mention any, and only its own with required", () => {
    assert.equal(found("start", "/start@other_bot", { mention: "any" }), "start|other_bot||");
    assert.equal(found("start", "/start", { mention: "required" }), "no");
    assert.equal(
      found("start", "/start@sample_bot", { mention: "required" }),
      "start|sample_bot||",
    );
  });

  it("takes only commands to another bot when that one is named", () => {
    const options = { mention: "@Other_Bot" } as const;
    assert.equal(found("start", "/start@other_bot", options), "start|other_bot||");
    assert.equal(found("start", "/start@sample_bot", options), "no");
    assert.equal(found("start", "/start", options), "no");
  });

  it("matches a pattern against the whole name, and gives its groups", () => {
    const result = match(/item_(\d+)/g, "/item_12 red") as { match: RegExpExecArray };
    assert.equal(result.match[1], "12");
    assert.equal(found(/item_(\d+)/, "/item_12x"), "no");
    assert.equal(found(/item_(\d+)/, "/my_item_12"), "no");
    assert.equal(found(/a|b/, "/ab"), "no");
  });

  describe("with args", () => {
    const args = { minutes: z.coerce.number().positive(), what: z.string().optional() };
    const cases: readonly (readonly [text: string, expected: unknown])[] = [
      ["/remind 5 buy  milk\nand tea", { minutes: 5, what: "buy  milk\nand tea" }],
      ["/remind 5", { minutes: 5, what: undefined }],
      ["/remind   5   tea ", { minutes: 5, what: "tea" }],
      ["/remind@sample_bot 5\ntea", { minutes: 5, what: "tea" }],
      ["/remind soon", undefined],
      ["/remind -1", undefined],
      ["/remind", undefined],
      ["/other 5", undefined],
    ];
    for (const [text, expected] of cases)
      it(`${JSON.stringify(text)}: ${expected === undefined ? "no" : JSON.stringify(expected)}`, async () => {
        const result = (await match("remind", text, { args })) as { args?: unknown } | false;
        assert.deepEqual(result === false ? undefined : result.args, expected);
      });

    it("takes the schema's own word for it, also when it comes late", async () => {
      const late = z.string().refine(async (word) => word === "yes");
      assert.notEqual(await match(/is_(\w+)/, "/is_it yes", { args: { late } }), false);
      assert.equal(await match(/is_(\w+)/, "/is_it no", { args: { late } }), false);
    });

    it("is described with their names", () => {
      assert.equal(command("remind", { args }).label, "command(remind <minutes> <what>)");
      assert.equal(command("remind").label, "command(remind)");
    });

    it("refuses words where none are expected", async () => {
      assert.notEqual(await match("stop", "/stop", { args: {} }), false);
      assert.equal(await match("stop", "/stop now", { args: {} }), false);
    });
  });

  it("refuses names that nobody can type", () => {
    for (const name of ["/start", "a b", "", "start@bot"])
      assert.throws(() => command(name), { code: "bad-argument", message: /is one word without/ });
  });
});
