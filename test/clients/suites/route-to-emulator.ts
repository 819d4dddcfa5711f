/**
 * Loaded into the process of a foreign suite before anything else (`node --import`). The suite
 * runs unchanged and believes that it talks to `https://api.telegram.org`:
 *
 * - requests to Telegram go to the emulator, those to `example.com` to a page of its own, and all
 *   other hosts do not exist, so that no suite touches the network;
 * - the pauses that suites make for Telegram's rate limits take no time;
 * - `assert.ok` fails with a fixed message. Without one Node reads the source of the caller, which
 *   takes minutes in a file that a loader has put into one line.
 */
import assert from "node:assert";
import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";

const telegram = new URL(process.env["SUITE_TELEGRAM_URL"]!);
const pauseMinMs = Number(process.env["SUITE_PAUSE_MIN_MS"] ?? 1000);
const pauseMaxMs = Number(process.env["SUITE_PAUSE_MAX_MS"] ?? 1500);

const PAGE = "<!doctype html><title>Example Domain</title><h1>Example Domain</h1>";

routeFetch();
routeHttps();
shortenPauses();
nameFailedAsserts();
syncBuiltinESMExports();

function isTelegram(host: string): boolean {
  return host === "api.telegram.org";
}

function notFound(host: string): Error {
  const message = `getaddrinfo ENOTFOUND ${host}`;
  return Object.assign(new Error(message), { code: "ENOTFOUND", syscall: "getaddrinfo", host });
}

function routeFetch(): void {
  const realFetch = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.hostname === telegram.hostname) return realFetch(input, init);
    if (isTelegram(url.hostname)) {
      return realFetch(new URL(url.pathname + url.search, telegram), init);
    }
    if (url.hostname !== "example.com") throw new TypeError("fetch failed", notFoundCause(url));
    return new Response(PAGE, { headers: { "content-type": "text/html" } });
  };
}

function notFoundCause({ hostname }: URL): ErrorOptions {
  return { cause: notFound(hostname) };
}

/** `https.request` with options, as axios and follow-redirects call it, or with a URL. */
function routeHttps(): void {
  const request = (...args: unknown[]): http.ClientRequest => {
    const callback = args.find((arg) => typeof arg === "function") as (() => void) | undefined;
    const options: http.RequestOptions = {};
    for (const arg of args) {
      if (typeof arg === "string" || arg instanceof URL) Object.assign(options, optionsOf(arg));
      else if (typeof arg === "object") Object.assign(options, arg);
    }
    return http.request(routed(options), callback);
  };
  https.request = request as typeof https.request;
  https.get = ((...args: unknown[]) => {
    const sent = request(...args);
    sent.end();
    return sent;
  }) as typeof https.get;
}

function optionsOf(address: string | URL): http.RequestOptions {
  const { hostname, pathname, search } = new URL(address);
  return { hostname, path: pathname + search };
}

function routed(options: http.RequestOptions): http.RequestOptions {
  const host = String(options.hostname ?? options.host ?? "").toLowerCase();
  const {
    agent: _,
    agents: __,
    auth: ___,
    ...kept
  } = options as http.RequestOptions & {
    readonly agents?: unknown;
  };
  const plain = { ...kept, protocol: "http:", host: telegram.hostname, port: telegram.port };
  if (isTelegram(host)) return { ...plain, hostname: telegram.hostname };
  // Paths that the emulator does not know are answered with the page of `example.com`.
  if (host === "example.com") return { ...plain, hostname: telegram.hostname, path: "/example" };
  const lookup = (_host: string, _options: object, done: (error: Error) => void): void =>
    done(notFound(host));
  return { ...plain, hostname: host, port: 443, lookup } as http.RequestOptions;
}

function shortenPauses(): void {
  const realSetTimeout = globalThis.setTimeout;
  const shortened = (callback: () => void, ms?: number, ...args: []): NodeJS.Timeout => {
    const isPause = ms !== undefined && ms >= pauseMinMs && ms <= pauseMaxMs;
    return realSetTimeout(callback, isPause ? 0 : ms, ...args);
  };
  globalThis.setTimeout = Object.assign(shortened, realSetTimeout) as typeof setTimeout;
}

function nameFailedAsserts(): void {
  const realOk = assert.ok;
  const named = (value: unknown, message: string | Error = "expected a truthy value"): void =>
    realOk(value, message);
  assert.ok = named as typeof assert.ok;
  assert.strict.ok = named as typeof assert.ok;
}
