import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hostHeader, parseWebhookUrl } from "./webhook-url.ts";

/** How a URL is understood: `scheme userinfo host port path`. @see tdlib/td, HttpUrl.cpp */
const ACCEPTED: readonly (readonly [url: string, parts: string])[] = [
  ["https://Example.COM/Path?x=1", "https - example.com 443 /Path?x=1"],
  ["HTTP://example.com", "http - example.com 80 /"],
  ["example.com", "https - example.com 443 /"],
  ["example.com:8443/hook", "https - example.com 8443 /hook"],
  ["https://example.com:00088?x", "https - example.com 88 /?x"],
  ["https://example.com#frag", "https - example.com 443 /#frag"],
  ["https://u:p%40ss@example.com:80/", "https u:p%40ss example.com 80 /"],
  ["https://user@example.com", "https user example.com 443 /"],
  ["https://[::1]:8443/x", "https - [::1] 8443 /x"],
  ["https://0x7f.1/", "https - 0x7f.1 443 /"],
  ["https://bücher.example/ü x\u0001 \n", "https - xn--bcher-kva.example 443 /ü%20x%01"],
  ["https://a_b!$,~*'();&+=.example", "https - a_b!$,~*'();&+=.example 443 /"],
  ["https://ex%41mple/", "https - ex%41mple 443 /"],
];

const REFUSED: readonly string[] = [
  "",
  "ftp://example.com",
  "://example.com",
  "https://",
  "https:///path",
  "https://.",
  "https://example.com:0/",
  "https://example.com:65536/",
  "https://example.com:x/",
  "https://example.com:/",
  "https://exa mple.com/",
  "https://exa%4mple.com/",
  'https://exa"mple.com/',
  "https://[::1/",
  "https://[::zz]/",
  "https://us er@example.com/",
];

describe("the URL of a webhook", () => {
  for (const [url, parts] of ACCEPTED) {
    it(`${JSON.stringify(url)} is ${parts}`, () => {
      const parsed = parseWebhookUrl(url);
      assert.ok(parsed);
      const { isTls, userinfo, host, port, pathAndQuery } = parsed;
      const scheme = isTls ? "https" : "http";
      assert.equal([scheme, userinfo || "-", host, port, pathAndQuery].join(" "), parts);
    });
  }

  for (const url of REFUSED) {
    it(`${JSON.stringify(url)} is refused`, () => assert.equal(parseWebhookUrl(url), undefined));
  }

  it("leaves its scheme's own port out of the Host header", () => {
    const header = (url: string): string => hostHeader(parseWebhookUrl(url)!);
    assert.equal(header("https://h.example:443/"), "h.example");
    assert.equal(header("http://h.example:80/"), "h.example");
    assert.equal(header("https://h.example:80/"), "h.example:80");
    assert.equal(header("http://[::1]:443/"), "[::1]:443");
  });
});
