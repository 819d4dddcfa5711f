import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import type { Clock } from "@hookgram/bot-api";
import { INIT_DATA_REFUSALS, verifyInitData, verifySignedInitData } from "../index.ts";
import { createTestClock } from "../testing/test-clock.ts";

const TOKEN = `1234:${"A".repeat(35)}`;
const OPENED_S = 1_700_000_000;
const USER = '{"id":7,"first_name":"Ada + & = 👍","language_code":"de"}';

const at = (seconds: number): { clock: Clock } => ({ clock: createTestClock(seconds * 1000) });
const now = at(OPENED_S + 60);

/** Signs as Telegram's documentation says, and by other means than the code that is tested. */
function sign(fields: Readonly<Record<string, string>>, token = TOKEN): string {
  const secret = createHmac("sha256", "WebAppData").update(token).digest();
  const names = Object.keys(fields).sort();
  const lines = names.map((name) => `${name}=${fields[name]!}`).join("\n");
  const hash = createHmac("sha256", secret).update(lines).digest("hex");
  const encoded = Object.entries({ ...fields, hash }).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return encoded.join("&");
}

const FIELDS = { query_id: "AAE", user: USER, auth_date: String(OPENED_S), signature: "any" };

describe("verifyInitData", () => {
  it("gives the data that Telegram signed for the bot, whatever characters are in it", async () => {
    assert.deepEqual(await verifyInitData(sign(FIELDS), TOKEN, now), {
      ok: true,
      data: {
        query_id: "AAE",
        user: { id: 7, first_name: "Ada + & = 👍", language_code: "de" },
        auth_date: OPENED_S,
      },
    });
  });

  it("knows every documented field, and lets new ones be", async () => {
    const chat = { id: -1001, type: "supergroup", title: "Team" };
    const fields = {
      auth_date: String(OPENED_S),
      can_send_after: "5",
      chat: JSON.stringify(chat),
      chat_instance: "81",
      chat_type: "sender",
      receiver: USER,
      start_param: "a_b-c",
      a: "signed, as all fields are",
      a1: "by name: its line would stand before the one of a",
    };
    const outcome = await verifyInitData(sign(fields), TOKEN, now);
    assert.deepEqual(outcome.ok && outcome.data, {
      auth_date: OPENED_S,
      can_send_after: 5,
      chat,
      chat_instance: "81",
      chat_type: "sender",
      receiver: JSON.parse(USER) as unknown,
      start_param: "a_b-c",
    });
  });

  const refusals: readonly (readonly [what: string, initData: string, reason: string])[] = [
    ["another bot's", sign(FIELDS, `1235:${"A".repeat(35)}`), "wrong-signature"],
    ["changed", sign(FIELDS).replace("Ada", "Eve"), "wrong-signature"],
    ["a field more", `${sign(FIELDS)}&start_param=x`, "wrong-signature"],
    ["a field twice", `${sign(FIELDS)}&user=x`, "malformed"],
    ["no hash", "auth_date=1700000000", "unsigned"],
    ["a short hash", "auth_date=1700000000&hash=ab", "unsigned"],
    ["a hash that is none", `auth_date=1700000000&hash=${"g".repeat(64)}`, "unsigned"],
    ["empty", "", "unsigned"],
    ["no date", sign({ user: USER }), "bad-field"],
    ["a date that is none", sign({ auth_date: "soon" }), "bad-field"],
    ["a user that is no JSON", sign({ ...FIELDS, user: "{" }), "bad-field"],
    ["a user without an id", sign({ ...FIELDS, user: "{}" }), "bad-field"],
    ["a user that is null", sign({ ...FIELDS, user: "null" }), "bad-field"],
    ["too old", sign({ ...FIELDS, auth_date: String(OPENED_S - 86_400) }), "expired"],
    ["too new", sign({ ...FIELDS, auth_date: String(OPENED_S + 361) }), "from-the-future"],
  ];
  for (const [what, initData, reason] of refusals)
    it(`refuses data with a reason: ${what}`, async () => {
      assert.deepEqual(await verifyInitData(initData, TOKEN, now), { ok: false, reason });
    });

  it("has no reason without a case above", () => {
    const seen = new Set(refusals.map(([, , reason]) => reason));
    assert.deepEqual([...seen].sort(), [...INIT_DATA_REFUSALS].sort());
  });

  it("takes data of exactly the age that is allowed", async () => {
    const check = async (ageMaxMs: number): Promise<boolean> =>
      (await verifyInitData(sign(FIELDS), TOKEN, { ...now, ageMaxMs })).ok;
    assert.equal(await check(60_000), true);
    assert.equal(await check(59_999), false);
    assert.equal(await check(Number.POSITIVE_INFINITY), true);
    await assert.rejects(check(-1), { code: "bad-argument" });
  });

  it("does not repeat a bad token", async () => {
    await assert.rejects(verifyInitData("", "secret"), (error: Error) => {
      assert.match(error.message, /^verifyInitData: a bot token looks like/);
      return !error.message.includes("secret");
    });
  });
});

describe("verifySignedInitData", () => {
  // Signed by Telegram; published in the documentation of github.com/telegram-mini-apps/init-data-golang.
  const BOT_ID = 7342037359;
  const SIGNED_S = 1733509682;
  const PUBLISHED =
    "user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%20%2B%20-%20%3F%20%5C%2F%22%2C%22" +
    "last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C" +
    "%22is_premium%22%3Atrue%2C%22allows_write_to_pm%22%3Atrue%2C%22photo_url%22%3A%22https%3A%5C%2F%5C" +
    "%2Ft.me%5C%2Fi%5C%2Fuserpic%5C%2F320%5C%2F4FPEE4tmP3ATHa57u6MqTDih13LTOiMoKoLDRG4PnSA.svg%22%7D" +
    "&chat_instance=8134722200314281151&chat_type=private&auth_date=1733509682" +
    "&signature=TYJxVcisqbWjtodPepiJ6ghziUL94-KNpG8Pau-X7oNNLNBM72APCpi_RKiUlBvcqo5L-LAxIc3dnTzcZX_PDg" +
    "&hash=a433d8f9847bd6addcc563bff7cc82c89e97ea0d90c11fe5729cae6796a36d73";

  it("takes what Telegram has signed", async () => {
    const outcome = await verifySignedInitData(PUBLISHED, BOT_ID, at(SIGNED_S));
    assert.equal(outcome.ok && outcome.data.user?.first_name, "Vladislav + - ? /");
    assert.equal(outcome.ok && outcome.data.auth_date, SIGNED_S);
    const padded = PUBLISHED.replace("&hash", "==&hash");
    assert.equal((await verifySignedInitData(padded, BOT_ID, at(SIGNED_S))).ok, true);
  });

  it("refuses it for another bot, environment, text or time, and without a signature", async () => {
    const refusal = async (
      initData: string,
      botId = BOT_ID,
      options: object = at(SIGNED_S),
    ): Promise<unknown> => {
      const outcome = await verifySignedInitData(initData, botId, options);
      return outcome.ok ? undefined : outcome.reason;
    };
    assert.equal(await refusal(PUBLISHED, 1), "wrong-signature");
    const test = { ...at(SIGNED_S), environment: "test" };
    assert.equal(await refusal(PUBLISHED, BOT_ID, test), "wrong-signature");
    assert.equal(await refusal(PUBLISHED.replace("private", "sender")), "wrong-signature");
    assert.equal(await refusal(PUBLISHED, BOT_ID, at(SIGNED_S + 86_401)), "expired");
    assert.equal(await refusal(PUBLISHED.replace("TYJ", "T+J")), "unsigned");
    assert.equal(await refusal(PUBLISHED.replace("signature", "sign")), "unsigned");
    await assert.rejects(refusal(PUBLISHED, 0.5), { code: "bad-argument" });
  });
});
