import { deflateSync, gzipSync } from "node:zlib";
import type { DeliveryCase } from "../delivery-case.ts";
import { respond } from "../scripted-peer.ts";

const JSON_TYPE = { "Content-Type": "application/json" };
const FORM_TYPE = { "Content-Type": "application/x-www-form-urlencoded" };
/** A method that needs no world and that any emulator of this version refuses or has. */
const CALL = '{"method":"noSuchMethod","chat_id":1}';
const FORM = [
  "--b",
  'Content-Disposition: form-data; name="method"',
  "",
  "noSuchMethod",
  "--b--",
  "",
];
const CALLED = ["nosuchmethod 404"];
/** The smallest head of a JPEG: its signature and a frame of 8 × 8 pixels. */
const JPEG = Buffer.from("ffd8ffc0000b080008000801011100ffd9", "hex");
const FORM_WITH_FILE = Buffer.concat([
  Buffer.from(
    '--b\r\nContent-Disposition: form-data; name="method"\r\n\r\nsetMyProfilePhoto\r\n' +
      '--b\r\nContent-Disposition: form-data; name="photo"\r\n\r\n' +
      '{"type":"static","photo":"attach://me"}\r\n' +
      '--b\r\nContent-Disposition: form-data; name="me"; filename="me.jpg"\r\n\r\n',
  ),
  JPEG,
  Buffer.from("\r\n--b--\r\n"),
]);

const chunked = (text: string): { readonly send: Uint8Array } => {
  const head =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
  return { send: Buffer.from(`${head}\r\n${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`) };
};

const one = (fact: string, answer: ReturnType<typeof respond>, called: boolean): DeliveryCase => ({
  fact,
  peer: [answer],
  steps: [{ publish: ["a:message:1"], advanceS: 1 }],
  received: ["0 a"],
  replies: called ? CALLED : [],
  info: { pending_update_count: 0, last_error_message: undefined },
});

/**
 * Method calls in the answer to a delivery.
 * @see https://core.telegram.org/bots/api#making-requests-when-getting-updates
 */
export const replyCases: readonly DeliveryCase[] = [
  one("makes a call that came as JSON", respond("200 OK", JSON_TYPE, CALL), true),
  one(
    "does not mind the case of the type and a charset",
    respond("201 Created", { "content-type": "Application/JSON; charset=utf-8" }, CALL),
    true,
  ),
  one(
    "makes a call that came urlencoded",
    respond("200 OK", FORM_TYPE, "method=noSuchMethod"),
    true,
  ),
  one(
    "makes a call that came as multipart",
    respond("200 OK", { "Content-Type": "multipart/form-data; boundary=b" }, FORM.join("\r\n")),
    true,
  ),
  {
    ...one(
      "makes a call that came with a file",
      respond("200 OK", { "Content-Type": "multipart/form-data; boundary=b" }, FORM_WITH_FILE),
      true,
    ),
    replies: ["setMyProfilePhoto 200"],
  },
  one(
    "makes a call that came with gzip",
    respond("200 OK", { ...JSON_TYPE, "Content-Encoding": "gzip" }, gzipSync(CALL)),
    true,
  ),
  one(
    "makes a call that came with deflate",
    respond("200 OK", { ...JSON_TYPE, "Content-Encoding": "deflate" }, deflateSync(CALL)),
    true,
  ),
  one("makes a call that came in chunks", chunked(CALL), true),
  one(
    "keeps the members before the fault in malformed JSON",
    respond("200 OK", JSON_TYPE, '{"method":"noSuchMethod","chat_id":'),
    true,
  ),
  one(
    "ignores a call of another type",
    respond("200 OK", { "Content-Type": "text/plain" }, CALL),
    false,
  ),
  one("ignores a call without a type", respond("200 OK", {}, CALL), false),
  one("ignores a JSON list", respond("200 OK", JSON_TYPE, `[${CALL}]`), false),
  one(
    "wants the key in lower case",
    respond("200 OK", JSON_TYPE, '{"Method":"noSuchMethod"}'),
    false,
  ),
  one(
    "uses the first of several methods",
    respond("200 OK", JSON_TYPE, '{"method":"getMe","method":"noSuchMethod"}'),
    false,
  ),
  ...["getMe", "GETUPDATES", "setWebhook", "deleteWebhook", "close", "logOut"].map((method) =>
    one(`does not call ${method}`, respond("200 OK", JSON_TYPE, JSON.stringify({ method })), false),
  ),
  {
    fact: "does not make the call of an answer that is not 2xx",
    peer: [respond("500 Internal Server Error", JSON_TYPE, CALL)],
    steps: [{ publish: ["a:message:1"] }],
    received: ["0 a", "0 a"],
    replies: [],
  },
  {
    fact: "makes the call once when an answer was cut off before its end",
    peer: [
      { send: respond("200 OK", JSON_TYPE, CALL).send.subarray(0, -1), thenEnd: true },
      respond("200 OK", JSON_TYPE, CALL),
    ],
    steps: [{ publish: ["a:message:1"], advanceS: 3 }],
    received: ["0 a", "2 a"],
    replies: CALLED,
  },
];
