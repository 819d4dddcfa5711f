import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { describe, it } from "node:test";
import { emulatorPublicKey, hashInitData, signInitData, webAppKey } from "./init-data.ts";

describe("init data", () => {
  it("has the hash that aiogram's tests expect for this token and these fields", () => {
    const fields = {
      auth_date: "1650385342",
      user: '{"id":42,"first_name":"Test"}',
      query_id: "test",
    };
    assert.equal(
      hashInitData(fields, webAppKey("42:TEST")),
      "46d2ea5e32911ec8d30999b56247654460c0d20949b6277af519e76271182803",
    );
  });

  it("can be checked by a third party without the token, and by the bot with it", () => {
    const key = webAppKey("42:TEST");
    const data = new URLSearchParams(signInitData({ b: "2", a: "1 & 2" }, { botId: 42, key }));
    const x = Buffer.from(emulatorPublicKey(), "hex").toString("base64url");
    const publicKey = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x } });
    const signature = data.get("signature")!;
    const signed = Buffer.from(signature, "base64url");
    const isSigned = (text: string): boolean => verify(null, Buffer.from(text), publicKey, signed);
    assert.ok(isSigned("42:WebAppData\na=1 & 2\nb=2"));
    assert.ok(!isSigned("43:WebAppData\na=1 & 2\nb=2"));
    assert.equal(data.get("hash"), hashInitData({ a: "1 & 2", b: "2", signature }, key));
  });
});
