import { createHash, createHmac, createPrivateKey, createPublicKey, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** What a Web App is told at its start, before it is signed; values are texts or JSON texts. */
export type InitFields = Readonly<Record<string, string>>;

/**
 * The secret that signs a bot's init data. It is made of the token, and nothing leads back to that.
 * @see https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
 */
export function webAppKey(token: string): Uint8Array {
  return createHmac("sha256", "WebAppData").update(token).digest();
}

/**
 * Init data as a Web App gets it: `signature` is for third parties, who know the emulator's public
 * key and the bot's id; `hash` is for the bot, and covers the signature too.
 */
export function signInitData(
  fields: InitFields,
  { botId, key }: { readonly botId: number; readonly key: Uint8Array },
): string {
  const thirdParty = `${botId}:WebAppData\n${checkString(fields)}`;
  const signature = sign(null, Buffer.from(thirdParty), emulatorKey()).toString("base64url");
  const signed = { ...fields, signature };
  return new URLSearchParams({ ...signed, hash: hashInitData(signed, key) }).toString();
}

/** `hash` of the fields. */
export function hashInitData(fields: InitFields, key: Uint8Array): string {
  return createHmac("sha256", key).update(checkString(fields)).digest("hex");
}

/** The key that third parties check `signature` with: 32 bytes in hexadecimal digits. */
export function emulatorPublicKey(): string {
  const { x = "" } = createPublicKey(emulatorKey()).export({ format: "jwk" });
  return Buffer.from(x, "base64url").toString("hex");
}

function checkString(fields: InitFields): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  return lines.toSorted().join("\n");
}

/** How PKCS #8 wraps an Ed25519 key, before its 32 bytes. @see RFC 8410 */
const ED25519_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

let privateKey: KeyObject | undefined;

/**
 * Telegram's private key is Telegram's secret, so the emulator signs with one of its own. That one
 * is the same everywhere and known to everybody: a program under test can have its public half in
 * its settings, and must never trust it where real people come in.
 */
function emulatorKey(): KeyObject {
  if (privateKey !== undefined) return privateKey;
  const seed = createHash("sha256").update("hookgram emulator: Web App signatures").digest();
  const key = Buffer.concat([ED25519_PREFIX, seed]);
  privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
  return privateKey;
}
