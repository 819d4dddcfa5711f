import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBotToken, redactToken } from "./bot-token.ts";

// The sample of core.telegram.org/bots/api#authorizing-your-bot.
const SAMPLE = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11";

test("a well-formed token gives the bot's id", () => {
  assert.deepEqual(parseBotToken(SAMPLE), { ok: true, botId: 123456 });
  assert.deepEqual(parseBotToken(`7000000001:${"a".repeat(24)}`), { ok: true, botId: 7000000001 });
});

test("a malformed token is refused with the rule that it breaks, and is not repeated", () => {
  const cases: readonly [string, RegExp][] = [
    ["", /no colon/],
    ["ABC-DEF1234ghIkl-zyx57W2v1u123ew11", /no colon/],
    ["0123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11", /positive number/],
    ["-5:ABC-DEF1234ghIkl-zyx57W2v1u123ew11", /positive number/],
    ["bot123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11", /positive number/],
    ["99999999999999999999:ABC-DEF1234ghIkl-zyx57W2v1u123ew11", /positive number/],
    [`123456:${"a".repeat(23)}`, /at least 24 characters/],
    ["123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew1/", /at least 24 characters/],
    ["123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11 ", /at least 24 characters/],
    [`123456:${"a".repeat(80)}`, /at most 80 characters/],
  ];
  for (const [text, rule] of cases) {
    const parsed = parseBotToken(text);
    assert.ok(!parsed.ok, text);
    assert.match(parsed.reason, rule);
    assert.ok(text === "" || !parsed.reason.includes(text));
  }
});

test("tokens are blacked out of a text wherever they stand", () => {
  assert.equal(
    redactToken(`GET https://api.telegram.org/bot${SAMPLE}/getMe, again bot${SAMPLE}`),
    "GET https://api.telegram.org/bot123456:[secret]/getMe, again bot123456:[secret]",
  );
  assert.equal(redactToken(SAMPLE.replace(":", "%3A")), "123456%3A[secret]");
  assert.equal(redactToken("at 12:30:45 nothing"), "at 12:30:45 nothing");
});
