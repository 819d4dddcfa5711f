import assert from "node:assert/strict";
import { test } from "node:test";
import { safeLink } from "./safe-link.ts";

test("a link without a scheme is one to the web", () => {
  assert.equal(safeLink("example.org/a?b=1"), "http://example.org/a?b=1");
  assert.equal(safeLink("localhost:8081/x"), "http://localhost:8081/x");
});

test("the schemes of a chat pass", () => {
  assert.equal(safeLink("https://example.org/"), "https://example.org/");
  assert.equal(safeLink("mailto:ann@example.org"), "mailto:ann@example.org");
  assert.equal(safeLink("tel:112"), "tel:112");
  assert.equal(safeLink("tg://resolve?domain=durov"), "tg://resolve?domain=durov");
});

test("a scheme that could run code does not, however it is written", () => {
  for (const link of [
    "javascript:alert(1)",
    " JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:http://localhost/x",
  ]) {
    const followed = safeLink(link);
    assert.ok(followed === undefined || followed.startsWith("http:"), `${link} → ${followed}`);
  }
  assert.equal(safeLink("javascript:alert(1)"), undefined);
});

test("what is no address at all is no link", () => {
  assert.equal(safeLink(""), undefined);
  assert.equal(safeLink("http://"), undefined);
});
