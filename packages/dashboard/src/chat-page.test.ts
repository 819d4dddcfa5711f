import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createChatPage } from "./chat-page.ts";

/** A server with the page of a new folder, which `write` fills. */
async function servePage(t: TestContext, files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "chat-page-"));
  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const server = createServer(createChatPage({ distFolder: folder }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { write, get: (path: string, init?: RequestInit) => fetch(url + path, init) };
}

const PAGE = {
  "index.html": "<!doctype html><title>Chat</title>",
  "assets/index-abc.js": "export {};",
  "assets/index-abc.css": "body {}",
  "assets/icon-abc.svg": "<svg/>",
  ".built-from": "0123",
  "notes.txt": "not part of the page",
};

test("the page and its files come with their types", async (t) => {
  const { get } = await servePage(t, PAGE);
  const types = {
    "/": "text/html; charset=utf-8",
    "/?person=1&bot=2": "text/html; charset=utf-8",
    "/assets/index-abc.js": "text/javascript; charset=utf-8",
    "/assets/index-abc.css": "text/css; charset=utf-8",
    "/assets/icon-abc.svg": "image/svg+xml",
  };
  for (const [path, type] of Object.entries(types)) {
    const response = await get(path);
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get("content-type"), type);
  }
});

test("nothing but the page's own code and styles may run, nobody may frame it", async (t) => {
  const { get } = await servePage(t, PAGE);
  for (const path of ["/", "/assets/index-abc.js", "/nothing"]) {
    const { headers } = await get(path);
    const policy = headers.get("content-security-policy")!;
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.match(policy, /frame-src 'self' http: https:; frame-ancestors 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
  }
});

test("hashed files are kept for good, the page itself is asked for anew", async (t) => {
  const { get } = await servePage(t, PAGE);
  const file = await get("/assets/index-abc.js");
  assert.equal(file.headers.get("cache-control"), "public, max-age=31536000, immutable");
  const page = await get("/");
  assert.equal(page.headers.get("cache-control"), "no-cache");
  const again = await get("/", { headers: { "if-none-match": page.headers.get("etag")! } });
  assert.equal(again.status, 304);
});

test("what is no part of the page is not found", async (t) => {
  const { get } = await servePage(t, PAGE);
  for (const path of ["/.built-from", "/notes.txt", "/assets/", "/../index.html", "/%2e%2e/x"]) {
    assert.equal((await get(path)).status, 404, path);
  }
});

test("only reading is allowed", async (t) => {
  const { get } = await servePage(t, PAGE);
  const posted = await get("/", { method: "POST", body: "x" });
  assert.equal(posted.status, 405);
  assert.equal(posted.headers.get("allow"), "GET, HEAD");
  const head = await get("/", { method: "HEAD" });
  assert.equal(head.headers.get("content-length"), String(PAGE["index.html"].length));
});

test("a page that is not built says how to build it, and shows up once it is", async (t) => {
  const { get, write } = await servePage(t, {});
  const missing = await get("/");
  assert.equal(missing.status, 503);
  assert.match(
    await missing.text(),
    /^The chat page is not built\. Run `node tools\/build-page\.ts`/,
  );
  write("index.html", PAGE["index.html"]);
  assert.equal(await (await get("/")).text(), PAGE["index.html"]);
});
