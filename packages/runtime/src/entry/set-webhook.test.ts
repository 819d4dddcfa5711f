import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { systemClock, type WebhookInfo } from "@hookgram/bot-api";

import { recordingLogger } from "../../test/recording-logger.ts";
import { ok, refusal, type ScriptedAnswer, scriptTelegram } from "../../test/scripted-telegram.ts";
import { parseWebhookUrl, setWebhook, toPlace, type WebhookRequest } from "./set-webhook.ts";

const URL_TEXT = "https://bot.example.com/hook";
const REQUEST: WebhookRequest = {
  url: URL_TEXT,
  secret: "canary-secret",
  allowedUpdates: ["message", "callback_query"],
};
const INFO: WebhookInfo = {
  url: URL_TEXT,
  has_custom_certificate: false,
  pending_update_count: 0,
  max_connections: 40,
  ip_address: "<unknown>",
  allowed_updates: ["message", "callback_query"],
};

interface Outcome {
  readonly lines: readonly string[];
  readonly params: readonly Readonly<Record<string, unknown>>[];
  readonly error: Error | undefined;
}

/** Sets the webhook at a server that gives these answers to `setWebhook`, then shows `info`. */
async function setAgainst(
  context: TestContext,
  request: Partial<WebhookRequest>,
  info: Partial<WebhookInfo>,
  answers: readonly ScriptedAnswer[] = [ok(true)],
): Promise<Outcome> {
  const telegram = await scriptTelegram(({ method }, count) =>
    method === "setWebhook"
      ? answers[Math.min(count, answers.length) - 1]!
      : ok({ ...INFO, ...info }),
  );
  context.after(() => telegram.close());
  const logger = recordingLogger();
  const clock = {
    ...systemClock,
    after: (_ms: number, task: () => void) => systemClock.after(0, task),
  };
  const { signal } = new AbortController();
  const patience = { clock, random: () => 0, logger, signal, timeoutMs: 60_000 };
  const set = setWebhook(telegram.api, { ...REQUEST, ...request }, patience);
  const error = await set.then(
    () => undefined,
    (reason: Error) => reason,
  );
  const params = telegram.calls.filter(({ method }) => method === "setWebhook");
  return { lines: logger.lines, params: params.map((call) => call.params), error };
}

const warnings = ({ lines }: Outcome): string[] => lines.filter((line) => line.startsWith("warn"));

test("only what was asked for is sent, and nothing is ever dropped unasked", async (context) => {
  const outcome = await setAgainst(context, {}, {});
  assert.deepEqual(outcome.params, [
    {
      url: URL_TEXT,
      secret_token: "canary-secret",
      allowed_updates: ["message", "callback_query"],
    },
  ]);
  assert.equal(outcome.error, undefined);
  assert.deepEqual(warnings(outcome), []);
});

test("every option reaches Telegram by its name", async (context) => {
  const options = { maxConnections: 7, ipAddress: "203.0.113.9", dropPendingUpdates: true };
  const info = { max_connections: 7, ip_address: "203.0.113.9" };
  const outcome = await setAgainst(context, options, info);
  assert.equal(outcome.params[0]?.["max_connections"], 7);
  assert.equal(outcome.params[0]["ip_address"], "203.0.113.9");
  assert.equal(outcome.params[0]["drop_pending_updates"], true);
  assert.deepEqual(warnings(outcome), []);
});

test("a certificate is uploaded as a file", async (context) => {
  const certificate = Buffer.from("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
  const outcome = await setAgainst(context, { certificate }, { has_custom_certificate: true });
  const body = String(outcome.params[0]?.["multipart"]);
  assert.match(body, /name="certificate"; filename="certificate\.pem"/);
  assert.match(body, /BEGIN CERTIFICATE/);
  assert.deepEqual(warnings(outcome), []);
});

test("429 and another node's setWebhook are waited out", async (context) => {
  const outcome = await setAgainst(context, {}, {}, [
    refusal(429, "Too Many Requests: retry after 1", 1),
    refusal(409, "Conflict: terminated by other setWebhook"),
    ok(true),
  ]);
  assert.equal(outcome.error, undefined);
  assert.equal(outcome.params.length, 3);
});

test("a refusal is passed on in Telegram's words", async (context) => {
  const outcome = await setAgainst(context, {}, {}, [
    refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
  ]);
  assert.equal(
    outcome.error?.message,
    "setWebhook was refused: Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
  );
  assert.equal(outcome.params.length, 1);
});

test("another URL right afterwards is an error that names both places and no path", async (context) => {
  const outcome = await setAgainst(context, {}, { url: "https://other.example.com/secret-path" });
  assert.match(
    outcome.error?.message ?? "",
    /^the webhook was set to https:\/\/bot\.example\.com\/…, but Telegram has one at https:\/\/other\.example\.com\/…/,
  );
});

test("whatever else differs is said, one line each", async (context) => {
  const request = { maxConnections: 7, ipAddress: "203.0.113.9" };
  const outcome = await setAgainst(context, request, {
    allowed_updates: ["message"],
    ip_address: "203.0.113.8",
    has_custom_certificate: true,
  });
  const said = warnings(outcome);
  assert.equal(said.length, 4);
  assert.match(said[0]!, /allowed_updates message for the webhook, not callback_query,message/);
  assert.match(said[1]!, /max_connections 40 for the webhook, not 7/);
  assert.match(said[2]!, /ip_address 203\.0\.113\.8 for the webhook, not 203\.0\.113\.9/);
  assert.match(said[3]!, /has_custom_certificate true for the webhook, not false/);
});

test("no kinds at all are Telegram's default kinds, which it does not list", async (context) => {
  const { allowed_updates: _listed, ...info } = INFO;
  const telegram = await scriptTelegram(({ method }) => ok(method === "setWebhook" ? true : info));
  context.after(() => telegram.close());
  const logger = recordingLogger();
  const { signal } = new AbortController();
  const patience = { clock: systemClock, random: () => 0, logger, signal, timeoutMs: 1_000 };
  await setWebhook(telegram.api, { ...REQUEST, allowedUpdates: [] }, patience);
  assert.deepEqual(
    logger.lines.filter((line) => line.startsWith("warn")),
    [],
  );
});

test("nothing that is logged or thrown has the secret or the token", async (context) => {
  const outcomes = [
    await setAgainst(context, {}, {}),
    await setAgainst(context, {}, { url: "https://canary:canary@other.example.com/canary" }),
    await setAgainst(context, {}, {}, ["cut", refusal(400, "Bad Request")]),
  ];
  const text = JSON.stringify(outcomes.map(({ lines, error }) => [lines, error?.stack]));
  assert.doesNotMatch(text, /canary/i);
});

test("an address that cannot be a webhook is refused before the old one is gone", () => {
  for (const url of [
    "",
    "bot.example.com",
    "ftp://bot.example.com/",
    "https://bot.example.com/#a",
  ]) {
    assert.throws(() => parseWebhookUrl(url), { code: "bad-options" });
  }
});

test("of an address only scheme, host and port are shown", () => {
  assert.equal(
    toPlace("https://user:pass@bot.example.com:8443/path?x"),
    "https://bot.example.com:8443/…",
  );
  assert.equal(toPlace("nonsense"), "an unreadable address");
});
