import assert from "node:assert/strict";
import { test } from "node:test";
import { countdownText, durationText, priceText, sizeText } from "./quantity-text.ts";

test("a countdown names its two largest units and rounds up", () => {
  assert.equal(countdownText(8000), "8 s");
  assert.equal(countdownText(7001), "8 s");
  assert.equal(countdownText(1), "1 s");
  assert.equal(countdownText(65_000), "1 min 5 s");
  assert.equal(countdownText(60_000), "1 min");
  assert.equal(countdownText(59_500), "1 min");
  assert.equal(countdownText(2 * 3_600_000 + 3 * 60_000 + 20_000), "2 h 3 min");
  assert.equal(countdownText(23 * 3_600_000 + 59 * 60_000), "23 h 59 min");
  assert.equal(countdownText(25 * 3_600_000), "1 d 1 h");
});

test("a countdown that has run out says now", () => {
  assert.equal(countdownText(0), "now");
  assert.equal(countdownText(-400), "now");
});

test("a duration keeps the digits that matter", () => {
  assert.equal(durationText(0.44), "0.4 ms");
  assert.equal(durationText(14.3), "14 ms");
  assert.equal(durationText(1240), "1.2 s");
  assert.equal(durationText(75_000), "75 s");
});

test("a size is in decimal units", () => {
  assert.equal(sizeText(812), "812 B");
  assert.equal(sizeText(14_200), "14 kB");
  assert.equal(sizeText(3_240_000), "3.2 MB");
});

test("a price is told in its currency, whose smallest unit the amount counts", () => {
  assert.equal(priceText(1250, "EUR"), "€12.50");
  assert.equal(priceText(500, "JPY"), "¥500");
  assert.equal(priceText(50, "XTR"), "50 Stars");
  assert.equal(priceText(1, "XTR"), "1 Star");
  assert.equal(priceText(5, "not a currency"), "5 not a currency");
});
