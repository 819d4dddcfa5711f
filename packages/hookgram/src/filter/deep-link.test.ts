import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SAMPLE_BOT, sampleUpdate } from "../testing.ts";
import { createDeepLink, deepLink, type DeepLinkOptions } from "./deep-link.ts";

async function payloadOf(text: string, options?: DeepLinkOptions): Promise<string | undefined> {
  const { message } = sampleUpdate("message", { text });
  const found = await deepLink(options).matches({ message, me: SAMPLE_BOT });
  return typeof found === "object" ? found?.payload : undefined;
}

/** What Telegram makes of a link when somebody follows it. */
function followed(link: string): string {
  return `/start ${new URL(link).searchParams.get("start")}`;
}

describe("deep links", () => {
  it("carry a payload that the filter gives to the handler", async () => {
    const link = createDeepLink("sample_bot", "ref-42");
    assert.equal(link, "https://t.me/sample_bot?start=ref-42");
    assert.equal(await payloadOf(followed(link)), "ref-42");
  });

  it("carry any short text when it is encoded", async () => {
    // base64 of the UTF-8 bytes C3 A4 20 26, with the URL's alphabet.
    assert.equal(
      createDeepLink("sample_bot", "ä &", { encoded: true }),
      "https://t.me/sample_bot?start=w6QgJg",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
        async (text) => {
          fc.pre(text.isWellFormed() && new TextEncoder().encode(text).length <= 48);
          const link = createDeepLink("sample_bot", text, { encoded: true });
          assert.equal(await payloadOf(followed(link), { encoded: true }), text);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("open groups and Mini Apps, too", () => {
    assert.equal(
      createDeepLink("sample_bot", "a", { target: "startgroup" }),
      "https://t.me/sample_bot?startgroup=a",
    );
    const long = "a".repeat(512);
    assert.equal(
      createDeepLink("sample_bot", long, { target: "startapp" }),
      `https://t.me/sample_bot?startapp=${long}`,
    );
  });

  it("do not match without a payload, with several words, or with what is not encoded", async () => {
    assert.equal(await payloadOf("/start"), undefined);
    assert.equal(await payloadOf("/start two words"), undefined);
    assert.equal(await payloadOf("/help ref-42"), undefined);
    assert.equal(await payloadOf("/start a", { encoded: true }), undefined, "half a byte");
    assert.equal(await payloadOf("/start _w", { encoded: true }), undefined, "the byte FF");
  });

  it("are refused with what they cannot carry", () => {
    for (const payload of ["", "a b", "ä", "a".repeat(65)])
      assert.throws(() => createDeepLink("sample_bot", payload), { code: "bad-argument" });
    assert.throws(() => createDeepLink("sample_bot", "a".repeat(49), { encoded: true }), {
      code: "bad-argument",
      message: /\(66 characters\) is no payload; it takes 1 to 64/,
    });
  });
});
