import assert from "node:assert/strict";
import { test } from "node:test";

import { SECRET, setUp } from "../../test/entry-ground.ts";
import { refusal, type ScriptedAnswer } from "../../test/scripted-telegram.ts";
import { TestBot } from "../../test/test-bot.ts";
import { RuntimeError } from "../error.ts";
import { listen } from "./listen.ts";
import { mount } from "./mount.ts";
import { poll } from "./poll.ts";
import { setWebhookAndListen } from "./set-webhook-and-listen.ts";

const TOKEN = `42:CANARY_TOKEN_${"x".repeat(22)}`;
const minimal = { bot: new TestBot(), token: TOKEN, secret: SECRET };
const MISTAKES: readonly (readonly [name: string, start: () => unknown, message: RegExp])[] = [
  ["no token", () => listen({ bot: new TestBot() }), /^give the bot's token, or api together/],
  ["a malformed token", () => poll({ bot: new TestBot(), token: "CANARY" }), /no colon/],
  [
    "the token in the path",
    () => listen({ bot: new TestBot(), token: TOKEN, path: `/bot${TOKEN}` }),
    /^path contains the bot's token/,
  ],
  [
    "the token in the URL",
    () =>
      setWebhookAndListen({ bot: new TestBot(), token: TOKEN, url: `https://a.example/${TOKEN}` }),
    /^url contains the bot's token/,
  ],
  [
    "a secret that Telegram would refuse",
    () => mount({ bot: new TestBot(), token: TOKEN, secret: "CANARY SECRET" }),
    /1 to 256 characters of A-Z/,
  ],
  [
    "an impossible network",
    () => mount({ bot: new TestBot(), token: TOKEN, secret: SECRET, allow: ["telegram"] }),
    /^"telegram" is not a network/,
  ],
  [
    "a polling time that Telegram would change",
    () => poll({ bot: new TestBot(), token: TOKEN, timeoutSeconds: 60 }),
    /^timeoutSeconds is a whole number from 1 to 50; got 60$/,
  ],
  [
    "a port that there is not",
    () => listen({ ...minimal, port: 84_430 }),
    /^port is a whole number from 0 to 65535; got 84430$/,
  ],
  [
    "no connections",
    () => listen({ ...minimal, connectionsMax: 0 }),
    /^connectionsMax is a whole number of at least 1; got 0$/,
  ],
  [
    "a commit that takes no time",
    () => mount({ ...minimal, acceptTimeoutMs: 0 }),
    /^acceptTimeoutMs is a whole number of at least 1; got 0$/,
  ],
  [
    "a body that takes no time",
    () => mount({ ...minimal, bodyTimeoutMs: NaN }),
    /^bodyTimeoutMs is a whole number of at least 1; got NaN$/,
  ],
  [
    "no bytes",
    () => mount({ ...minimal, bodyLimitBytes: -1 }),
    /^bodyLimitBytes is a whole number of at least 1; got -1$/,
  ],
  [
    "a start that has no time left",
    () => poll({ ...minimal, startTimeoutMs: -1 }),
    /^startTimeoutMs is a whole number of at least 0; got -1$/,
  ],
];

for (const [name, start, message] of MISTAKES) {
  test(`a mistake is one clear line without a secret: ${name}`, () => {
    assert.throws(start, (error) => {
      assert.ok(error instanceof RuntimeError);
      assert.equal(error.code, "bad-options");
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n|canary/i);
      return true;
    });
  });
}

test("no error path shows the token or a secret", async (context) => {
  const answers: readonly ScriptedAnswer[] = [
    "cut",
    refusal(401, "Unauthorized"),
    refusal(400, "Bad Request"),
    { status: 502, json: "<html>bad gateway</html>" },
  ];
  const shown: unknown[] = [];
  for (const answer of answers) {
    const { common, logger } = await setUp(context, () => answer);
    const options = { ...common, startTimeoutMs: 0, secret: SECRET };
    const url = "https://canary:canary@a.example/canary";
    for (const start of [
      () => listen(options),
      () => setWebhookAndListen({ ...options, url }),
      () => poll(options),
    ]) {
      const handle = start();
      const error = await handle.ready.then(
        () => undefined,
        (reason: Error) => reason,
      );
      assert.ok(error instanceof RuntimeError);
      shown.push(error.message, error.stack, Object.entries(error), handle.stats());
    }
    shown.push(logger.lines);
  }
  assert.doesNotMatch(JSON.stringify(shown), /canary/i);
});
