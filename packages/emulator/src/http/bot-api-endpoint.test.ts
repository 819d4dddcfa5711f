import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { deflateSync, gzipSync } from "node:zlib";
import { EmulatedBot, TOKEN } from "../../test/emulated-bot.ts";
import { rawRequest } from "../../test/raw-request.ts";

/** A method whose parameters the journal shows and whose answer does not depend on them. */
const METHOD = "getWebhookInfo";

let bot: EmulatedBot;
before(async () => {
  bot = await EmulatedBot.start();
});
after(() => bot.telegram.close());

interface Body {
  readonly type?: string;
  readonly text?: string | Uint8Array;
  readonly encoding?: string;
  readonly query?: string;
  readonly method?: string;
}

/** The parameters that a call had, as the journal shows them. */
async function paramsOf({
  type,
  text,
  encoding,
  query = "",
  method = METHOD,
}: Body): Promise<unknown> {
  const url = `${bot.telegram.url}/bot${TOKEN}/${method}${query}`;
  const headers: Record<string, string> = {};
  if (type !== undefined) headers["Content-Type"] = type;
  if (encoding !== undefined) headers["Content-Encoding"] = encoding;
  const response = await fetch(url, { method: "POST", headers, body: Buffer.from(text ?? "") });
  assert.equal(response.status, 200, await response.text());
  const call = bot.telegram.journal
    .read()
    .entries.findLast(({ type: kind }) => kind === "api-call");
  return call?.type === "api-call" ? call.params : undefined;
}

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";

describe("the parameters of a call", () => {
  const CASES: readonly (Body & { readonly fact: string; readonly params: object })[] = [
    {
      fact: "come from the query string",
      query: "?a=1&b=x+y&c=%C3%A9&d",
      params: { a: "1", b: "x y", c: "é", d: "" },
    },
    {
      fact: "come urlencoded",
      type: FORM_TYPE,
      text: "a=1&b=x%2By&=z",
      params: { a: "1", b: "x+y", "": "z" },
    },
    {
      fact: "come as JSON: strings decoded, everything else as its text",
      type: JSON_TYPE,
      text: ' {"s":"\\u00e9\\ud83d\\ude00\\n","n":-1.50e3,"t":true,"z":null,"big":12345678901234567890}',
      params: { s: "é😀\n", n: "-1.50e3", t: "true", z: "null", big: "12345678901234567890" },
    },
    {
      fact: "come as JSON inside JSON",
      type: `${JSON_TYPE}; charset=utf-8`,
      text: '{"o":{"a":[1, {"b":"}"}]},"l":[ ]}',
      params: { o: { a: [1, { b: "}" }] }, l: [] },
    },
    {
      fact: "keep what stands before a fault in JSON",
      type: JSON_TYPE,
      text: '{"a":1,"b":2,"c":tru',
      params: { a: "1", b: "2" },
    },
    { fact: "are none in a JSON list", type: JSON_TYPE, text: '[{"a":1}]', params: {} },
    {
      fact: "are one in a JSON string",
      type: JSON_TYPE,
      text: '"hello"',
      params: { content: "hello" },
    },
    { fact: "are none in text that is not JSON", type: JSON_TYPE, text: "hello", params: {} },
    {
      fact: "merge, and the first occurrence wins",
      query: "?a=query",
      type: JSON_TYPE,
      text: '{"a":"body","b":"first","b":"second","A":"other"}',
      params: { a: "query", b: "first", A: "other" },
    },
    {
      fact: "are taken from the query string before the body, and from each in its order",
      query: "?a=1&a=2&b=3",
      type: FORM_TYPE,
      text: "b=4&c=5&c=6",
      params: { a: "1", b: "3", c: "5" },
    },
    {
      fact: "may be compressed with gzip",
      type: JSON_TYPE,
      encoding: "gzip",
      text: gzipSync('{"a":1}'),
      params: { a: "1" },
    },
    {
      fact: "may be compressed with deflate",
      type: JSON_TYPE,
      encoding: "deflate",
      text: deflateSync('{"a":1}'),
      params: { a: "1" },
    },
    {
      fact: "are a file named file when the type is another one",
      type: "text/plain",
      text: "hello",
      params: { file: { file_name: "", mime_type: "text/plain", size: 5 } },
    },
    {
      fact: "may name the method",
      method: "",
      query: `?method=${METHOD}`,
      params: { method: METHOD },
    },
  ];
  for (const { fact, params, ...body } of CASES) {
    it(fact, async () => assert.deepEqual(await paramsOf(body), params));
  }

  it("come as a form: parts with a file name are files", async () => {
    const form = new FormData();
    form.set("a", "1");
    form.set("doc", new Blob(["hello"], { type: "text/css" }), "style.css");
    await fetch(`${bot.telegram.url}/bot${TOKEN}/${METHOD}?a=0`, { method: "POST", body: form });
    const [call] = bot.telegram.journal.read().entries.slice(-1);
    assert.deepEqual(call?.type === "api-call" && call.params, {
      a: "0",
      doc: { file_name: "style.css", mime_type: "text/css", size: 5 },
    });
  });

  it("hide secrets, credentials and tokens in the journal", async () => {
    const shown = await paramsOf({
      method: "deleteWebhook",
      type: JSON_TYPE,
      text: JSON.stringify({
        url: `https://u:p@h/${TOKEN}`,
        secret_token: "hush",
        x: `of ${TOKEN}`,
      }),
    });
    assert.deepEqual(shown, {
      url: "https://h/123456:<token>",
      secret_token: "<hidden>",
      x: "of 123456:<token>",
    });
  });
});

describe("an answer", () => {
  it("has these headers in this order and keeps the connection", async () => {
    const request = `GET /bot${TOKEN}/getUpdates?offset=1 HTTP/1.1\r\nHost: x\r\n\r\n`;
    assert.equal(
      await rawRequest(bot.telegram.url, request),
      "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Type: application/json\r\n" +
        'Content-Length: 23\r\n\r\n{"ok":true,"result":[]}',
    );
  });

  it("keeps the connection whatever the client asks for", async () => {
    for (const [version, connection] of [
      ["1.1", "close"],
      ["1.0", "close"],
      ["1.0", "keep-alive"],
    ]) {
      const head = `HTTP/${version}\r\nHost: x\r\nConnection: ${connection}\r\n\r\n`;
      const first = `GET /bot${TOKEN}/noSuchMethod ${head}`;
      const raw = await rawRequest(bot.telegram.url, first);
      assert.match(raw, /^HTTP\/1\.1 404 Not Found\r\nConnection: keep-alive\r\n/, connection);
    }
  });

  it("of setWebhook says what it did, after the result", async () => {
    const call = async (): Promise<string> =>
      (await fetch(`${bot.telegram.url}/bot${TOKEN}/setWebhook?url=http://127.0.0.1:9/`)).text();
    assert.equal(await call(), '{"ok":true,"result":true,"description":"Webhook was set"}');
    await bot.call("deleteWebhook");
    await bot.advance(1);
  });

  it("to too many requests has Retry-After", async () => {
    await bot.call("setWebhook", { url: "http://127.0.0.1:9/" });
    const request = `GET /bot${TOKEN}/setWebhook?url=http://127.0.0.1:9/x HTTP/1.1\r\nHost: x\r\n\r\n`;
    const body =
      '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}';
    assert.equal(
      await rawRequest(bot.telegram.url, request),
      "HTTP/1.1 429 Too Many Requests\r\nConnection: keep-alive\r\nContent-Type: application/json\r\n" +
        `Retry-After: 1\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await bot.call("deleteWebhook");
  });
});

describe("a path", () => {
  const LONG = "A".repeat(24);
  const CASES: readonly (readonly [path: string, says: string])[] = [
    [`/bot${TOKEN}/GETwebhookINFO`, "200"],
    [`/bot${TOKEN.replace(":", "%3A")}/getWebhookInfo`, "200"],
    [`/bot${TOKEN}/test/getWebhookInfo`, "200"],
    [`/bot${TOKEN}/noSuchMethod`, "404 Not Found: method not found"],
    [`/bot${TOKEN}/`, "404 Not Found: method not found"],
    [`/bot${TOKEN}`, "404 Not Found"],
    [`/bot${TOKEN}/test`, "404 Not Found"],
    ["/", "404 Not Found"],
    ["/nothing", "404 Not Found"],
    ["http://x/bot", "404 Not Found: absolute URI is specified in the Request-Line"],
    [`/bot0123:${LONG}/getMe`, "401 Unauthorized: invalid token specified"],
    ["/botabc/getMe", "401 Unauthorized: invalid token specified"],
    [`/bot1:${"A".repeat(79)}/getMe`, "401 Unauthorized: invalid token specified"],
    [`/bot-1:${LONG}/getMe`, "401 Unauthorized: invalid token specified"],
    [`/bot18014398509481984:${LONG}/getMe`, "401 Unauthorized: invalid token specified"],
    [`/botx1:${LONG}/getMe`, "421 Misdirected Request: unallowed token specified"],
    [`/bot7:${LONG.slice(1)}/getMe`, "401 Unauthorized"],
    [`/bot7:${LONG}+/getMe`, "401 Unauthorized"],
    [`/bot123456:${"B".repeat(30)}/getMe`, "401 Unauthorized"],
  ];
  for (const [path, says] of CASES) {
    it(`${path.slice(0, 40)} says ${says}`, async () => {
      const raw = await rawRequest(bot.telegram.url, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      const answer = JSON.parse(raw.slice(raw.indexOf("\r\n\r\n") + 4)) as Record<string, unknown>;
      const status = raw.slice(9, 12);
      assert.equal(answer["ok"] ? status : `${status} ${String(answer["description"])}`, says);
      assert.equal(answer["error_code"] ?? 200, Number(status));
    });
  }

  it("with /test/ belongs to another bot of the same id", async () => {
    bot.publish("message", 5);
    const url = `${bot.telegram.url}/bot${TOKEN}/test/getUpdates`;
    assert.deepEqual(await (await fetch(url)).json(), { ok: true, result: [] });
    assert.equal(((await bot.call("getUpdates")).result as unknown[]).length, 1);
  });
});

describe("a request that breaks a rule of the transport", () => {
  const HEAD = `/bot${TOKEN}/${METHOD} HTTP/1.1\r\nHost: x\r\n`;
  const json = (size: number): string =>
    `POST ${HEAD}Content-Type: application/json\r\nContent-Length: ${size}\r\n\r\n{"a":"${"x".repeat(size - 8)}"}`;
  const form = (body: string): string =>
    `POST ${HEAD}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const part = (name: string): string =>
    `--b\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n\r\nx\r\n`;
  const files = (count: number): string =>
    `${Array.from({ length: count }, (_, index) => part(`f${index}`)).join("")}--b--\r\n`;
  const CASES: readonly (readonly [fact: string, request: string, status: string])[] = [
    ["PUT", `PUT ${HEAD}\r\n`, "501 Not Implemented"],
    ["DELETE", `DELETE ${HEAD}\r\n`, "501 Not Implemented"],
    ["PATCH", `PATCH ${HEAD}\r\n`, "501 Not Implemented"],
    ["OPTIONS", `OPTIONS ${HEAD}\r\n`, "501 Not Implemented"],
    ["a method that is none", `FETCH ${HEAD}\r\n`, "501 Not Implemented"],
    [
      "another version of HTTP",
      `GET /bot${TOKEN}/getMe HTTP/2.0\r\n\r\n`,
      "505 HTTP Version Not Supported",
    ],
    [
      "headers of more than 256 KiB",
      `GET ${HEAD}X: ${"x".repeat(1 << 18)}\r\n\r\n`,
      "431 Request Header Fields Too Large",
    ],
    ["more than 1 MiB of JSON", json((1 << 20) + 1), "413 Request Entity Too Large"],
    [
      "more than 1 MiB of urlencoded text",
      `POST ${HEAD}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${(1 << 20) + 1}\r\n\r\na=${"x".repeat(1 << 20)}`,
      "413 Request Entity Too Large",
    ],
    [
      "more than 1 MiB of values in a form",
      form(
        `--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n${"x".repeat((1 << 20) + 1)}\r\n--b--\r\n`,
      ),
      "413 Request Entity Too Large",
    ],
    [
      "another transfer encoding",
      `POST ${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
      "501 Not Implemented",
    ],
    ["more than 50 files", form(files(51)), "413 Request Entity Too Large"],
    ["a form without its boundary", form("hello"), "400 Bad Request"],
    [
      "an unknown encoding",
      `POST ${HEAD}Content-Encoding: br\r\nContent-Length: 1\r\n\r\nx`,
      "415 Unsupported Media Type",
    ],
    ["4 GiB", `POST ${HEAD}Content-Length: 4294967295\r\n\r\n`, "413 Request Entity Too Large"],
  ];
  for (const [fact, request, status] of CASES) {
    it(`such as ${fact} is answered ${status} without a body, and the connection ends`, async () => {
      const raw = await rawRequest(bot.telegram.url, request);
      assert.equal(raw, `HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
    });
  }

  for (const [fact, request] of [
    ["1 MiB of JSON", json(1 << 20)],
    ["50 files", form(files(50))],
  ] as const) {
    it(`just not, with ${fact}, is answered`, async () => {
      assert.match(await rawRequest(bot.telegram.url, request), /^HTTP\/1.1 200 OK\r\n/);
    });
  }
});
