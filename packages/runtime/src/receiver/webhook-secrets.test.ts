import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import { ManualClock } from "../../test/manual-clock.ts";
import { assertSecret, generateSecret, WebhookSecrets } from "./webhook-secrets.ts";

test("a generated secret has 32 bytes, is new each time and is one that Telegram takes", () => {
  const secret = generateSecret();
  assert.equal(Buffer.from(secret, "base64url").length, 32);
  assert.notEqual(secret, generateSecret());
  assertSecret(secret);
});

test("what Telegram would refuse is refused here, without repeating it", () => {
  for (const secret of ["", "a".repeat(257), "has space", "equals=", "ünïcode", 7, undefined]) {
    assert.throws(() => assertSecret(secret), { code: "bad-options" });
  }
  assertSecret("a".repeat(256));
  assert.throws(
    () => assertSecret("cana ry"),
    (error) => !String(error).includes("cana ry"),
  );
});

test("exactly the given secrets are accepted", () => {
  const secrets = new WebhookSecrets(["current", "older"]);
  assert.equal(secrets.current, "current");
  for (const right of ["current", "older"]) assert.equal(secrets.accepts(right), true);
  const wrong = [
    "",
    "curren",
    "currentt",
    "Current",
    " current",
    "current, current",
    "current\0",
    "c\u{175}rrent",
    "\u{163}urrent",
    "\u{1d41c}".repeat(128),
    "a".repeat(256),
    "a".repeat(1e6),
  ];
  for (const presented of [...wrong, undefined, null, 7, ["current"], {}]) {
    assert.equal(secrets.accepts(presented), false);
  }
});

test("after a rotation the previous secret is accepted until its time, the new one at once", () => {
  const clock = new ManualClock();
  const secrets = new WebhookSecrets(["first"], { clock });
  secrets.rotate("second", { previousValidForMs: 1_000 });
  assert.equal(secrets.current, "second");
  clock.advance(999);
  assert.deepEqual([secrets.accepts("first"), secrets.accepts("second")], [true, true]);
  clock.advance(1);
  assert.deepEqual([secrets.accepts("first"), secrets.accepts("second")], [false, true]);
});

test("a rotation does not prolong the one before it", () => {
  const clock = new ManualClock();
  const secrets = new WebhookSecrets(["first"], { clock });
  secrets.rotate("second", { previousValidForMs: 1_000 });
  clock.advance(500);
  secrets.rotate("third", { previousValidForMs: 1_000 });
  clock.advance(500);
  assert.equal(secrets.accepts("first"), false);
  assert.equal(secrets.accepts("second"), true);
  clock.advance(500);
  assert.equal(secrets.accepts("second"), false);
  assert.equal(secrets.accepts("third"), true);
});

test("a leaked secret can be withdrawn at once", () => {
  const secrets = new WebhookSecrets(["leaked"]);
  secrets.rotate("fresh", { previousValidForMs: 0 });
  assert.equal(secrets.accepts("leaked"), false);
});

test("printing the object shows no secret", () => {
  const secrets = new WebhookSecrets(["canary-secret"]);
  for (const text of [inspect(secrets, { showHidden: true, depth: 9 }), JSON.stringify(secrets)]) {
    assert.equal(text.includes("canary"), false);
  }
});
