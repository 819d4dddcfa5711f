import { type Clock, parseBotToken, systemClock } from "@hookgram/bot-api";
import { HookgramError } from "../error.ts";
import {
  dataCheckString,
  type InitData,
  type InitDataFields,
  parseFields,
  readInitData,
} from "./init-data.ts";

/** Why init data is not believed, as a closed list. */
export const INIT_DATA_REFUSALS = [
  /** It is no query string in which every field comes once. */
  "malformed",
  /** It carries no `hash` or `signature` of the right form. */
  "unsigned",
  /** It was not signed for this bot, or changed afterwards. */
  "wrong-signature",
  /** It is signed, and a field is not what Telegram documents. */
  "bad-field",
  /** It is older than `ageMaxMs`. */
  "expired",
  /** It is dated more than five minutes ahead: one of the clocks is wrong. */
  "from-the-future",
] as const;

/** @see {@link INIT_DATA_REFUSALS} */
export type InitDataRefusal = (typeof INIT_DATA_REFUSALS)[number];

/** What became of the check. */
export type InitDataOutcome =
  | { readonly ok: true; readonly data: InitData }
  | { readonly ok: false; readonly reason: InitDataRefusal };

/** How old init data may be. */
export interface InitDataOptions {
  /**
   * Milliseconds since the Mini App was opened; 24 hours by default, and `Infinity` for any age. Who has
   * seen the data once can use it for as long.
   */
  readonly ageMaxMs?: number;
  /** The system's by default. */
  readonly clock?: Clock;
}

/** How init data of another one's bot is checked. */
export interface SignedInitDataOptions extends InitDataOptions {
  /** `production` by default; `test` is Telegram's test environment. */
  readonly environment?: "production" | "test";
}

/**
 * Telegram's Ed25519 keys, in hex.
 * @see https://core.telegram.org/bots/webapps#validating-data-for-third-party-use
 */
const PUBLIC_KEYS = {
  production: "e7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d",
  test: "40055058a4ee38156a06562e52eece92a771bcd8346a8c4615cb7376eddf72ec",
} as const;

const AGE_MAX_MS = 24 * 60 * 60 * 1000;
/** Clocks that are kept by NTP differ by less; a larger one would make stolen data live longer. */
const AHEAD_MAX_MS = 5 * 60 * 1000;

const utf8 = new TextEncoder();
const HMAC = { name: "HMAC", hash: "SHA-256" } as const;

/**
 * Tells whether `Telegram.WebApp.initData` was made by Telegram for the bot with this token, and is
 * recent. Comparison takes the same time for every hash.
 * @throws HookgramError `bad-argument` for a token that Telegram could not have issued.
 * @see https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
 */
export async function verifyInitData(
  initData: string,
  botToken: string,
  options: InitDataOptions = {},
): Promise<InitDataOutcome> {
  const token = parseBotToken(botToken);
  if (!token.ok) throw new HookgramError("bad-argument", `verifyInitData: ${token.reason}`);
  return verify(initData, options, async (fields) => {
    const hash = hexToBytes(fields.get("hash") ?? "", 32);
    if (hash === undefined) return "unsigned";
    const secret = await crypto.subtle.sign(
      "HMAC",
      await hmacKey(utf8.encode("WebAppData"), "sign"),
      utf8.encode(botToken),
    );
    const key = await hmacKey(new Uint8Array(secret), "verify");
    const signed = utf8.encode(dataCheckString(fields, ["hash"]));
    return crypto.subtle.verify("HMAC", key, hash, signed);
  });
}

/**
 * Tells the same by Telegram's own signature, for whoever has the bot's id and not its token.
 * @throws HookgramError `bad-argument` for an id that is none; a `DOMException` where the platform's
 * Web Crypto has no Ed25519.
 * @see https://core.telegram.org/bots/webapps#validating-data-for-third-party-use
 */
export async function verifySignedInitData(
  initData: string,
  botId: number,
  options: SignedInitDataOptions = {},
): Promise<InitDataOutcome> {
  if (!Number.isSafeInteger(botId) || botId < 1)
    throw new HookgramError("bad-argument", `verifySignedInitData: ${botId} is no bot's id`);
  const publicKey = hexToBytes(PUBLIC_KEYS[options.environment ?? "production"], 32)!;
  return verify(initData, options, async (fields) => {
    const signature = base64UrlToBytes(fields.get("signature") ?? "");
    if (signature === undefined) return "unsigned";
    const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    const lines = dataCheckString(fields, ["hash", "signature"]);
    const signed = utf8.encode(`${botId}:WebAppData\n${lines}`);
    return crypto.subtle.verify("Ed25519", key, signature, signed);
  });
}

/** Nothing of the data is looked at before it is known to be Telegram's. */
async function verify(
  initData: string,
  { ageMaxMs = AGE_MAX_MS, clock = systemClock }: InitDataOptions,
  isSigned: (fields: InitDataFields) => Promise<boolean | "unsigned">,
): Promise<InitDataOutcome> {
  if (Number.isNaN(ageMaxMs) || ageMaxMs < 0)
    throw new HookgramError("bad-argument", `init data: ageMaxMs is 0 or more, not ${ageMaxMs}`);
  const fields = parseFields(initData);
  if (fields === undefined) return refuse("malformed");
  const verdict = await isSigned(fields);
  if (verdict !== true) return refuse(verdict === false ? "wrong-signature" : verdict);
  const data = readInitData(fields);
  if (data === undefined) return refuse("bad-field");
  const ageMs = clock.now() - data.auth_date * 1000;
  if (ageMs > ageMaxMs) return refuse("expired");
  return ageMs < -AHEAD_MAX_MS ? refuse("from-the-future") : { ok: true, data };
}

function refuse(reason: InitDataRefusal): InitDataOutcome {
  return { ok: false, reason };
}

function hmacKey(bytes: Uint8Array<ArrayBuffer>, usage: "sign" | "verify"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, HMAC, false, [usage]);
}

function hexToBytes(text: string, length: number): Uint8Array<ArrayBuffer> | undefined {
  if (text.length !== length * 2 || !/^[\da-f]+$/i.test(text)) return undefined;
  return Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));
}

/** The 64 bytes of a signature, padded or not. */
function base64UrlToBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]{86}(==)?$/.test(text)) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
