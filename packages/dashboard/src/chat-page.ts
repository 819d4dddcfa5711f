import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Beside `src`, and where it is when packed. A bundler that saw it in `new URL` would look for it. */
const DIST = "../dist";

/** Answers one HTTP request with a part of the page, or with 404, 405 or 503. */
export type ChatPage = (request: IncomingMessage, response: ServerResponse) => void;

/** Settings of `createChatPage`; all may be left out. */
export interface ChatPageOptions {
  /** The folder with the built page. Default: `dist` of this package. */
  readonly distFolder?: string;
}

interface Asset {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly etag: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/**
 * Everything in a chat is text that somebody else wrote, so the page may load and run nothing but
 * its own files. `blob:` is the preview of a picture that is about to be sent. Trusted Types turn
 * every way of making markup out of text into an error.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  // Other people's chats stand beside one's own, each a page of its own; Web Apps stand in front.
  "frame-src 'self' http: https:",
  "frame-ancestors 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

const NOT_BUILT =
  "The chat page is not built. Run `node tools/build-page.ts` in the hookgram repository, " +
  "then load this address again.\n";

/** The names under `assets/` contain a hash of their content; the others must be asked for anew. */
function readAsset(folder: string, name: string): Asset | undefined {
  const contentType = CONTENT_TYPES[extname(name)];
  if (contentType === undefined) return undefined;
  const bytes = readFileSync(join(folder, name));
  const digest = createHash("sha256").update(bytes).digest("base64url");
  const hashed = name.startsWith(`assets${sep}`);
  const cacheControl = hashed ? "public, max-age=31536000, immutable" : "no-cache";
  return { bytes, contentType, cacheControl, etag: `"${digest.slice(0, 22)}"` };
}

/** The whole page by URL path. It is small, and a list cannot be walked out of with `..`. */
function readPage(folder: string): ReadonlyMap<string, Asset> | undefined {
  if (!existsSync(join(folder, "index.html"))) return undefined;
  const page = new Map<string, Asset>();
  for (const name of globSync("**/*.*", { cwd: folder })) {
    const asset = readAsset(folder, name);
    if (asset === undefined) continue;
    page.set(name === "index.html" ? "/" : `/${name.split(sep).join("/")}`, asset);
  }
  return page;
}

function sendText(response: ServerResponse, status: number, text: string): void {
  const headers = { ...SECURITY_HEADERS, "content-type": "text/plain; charset=utf-8" };
  response.writeHead(status, { ...headers, "cache-control": "no-store" }).end(text);
}

function sendAsset(request: IncomingMessage, response: ServerResponse, asset: Asset): void {
  const { bytes, contentType, cacheControl, etag } = asset;
  const headers = { ...SECURITY_HEADERS, "cache-control": cacheControl, etag };
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const body = { "content-type": contentType, "content-length": bytes.length };
  response.writeHead(200, { ...headers, ...body });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

/**
 * Makes the request handler that serves the built chat page: the page itself for `/`, its files
 * below `/assets/`, 404 for everything else. It is what `startTelegram({ page })` of the emulator
 * takes; the page then talks to `/control/*` of the same origin.
 *
 * The files are read whenever `/` is loaded, so that a page that was built anew shows up. While the
 * page is not built, every request is answered with 503 and one line that says how to build it.
 */
export function createChatPage(options: ChatPageOptions = {}): ChatPage {
  const folder = options.distFolder ?? fileURLToPath(new URL(DIST, import.meta.url));
  let page: ReadonlyMap<string, Asset> | undefined;
  return (request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0]!;
    if (page === undefined || path === "/") page = readPage(folder);
    if (page === undefined) return sendText(response, 503, NOT_BUILT);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return sendText(response, 405, "The chat page answers GET and HEAD.\n");
    }
    const asset = page.get(path);
    if (asset === undefined) return sendText(response, 404, "Not found.\n");
    sendAsset(request, response, asset);
  };
}
