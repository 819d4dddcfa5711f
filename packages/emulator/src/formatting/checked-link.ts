/** A link as Telegram stores it, or why it is none. */
export type LinkOutcome =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly reason: string };

const HOST_CHARACTERS = /^(?:[\w.\-!$,~*'();&+=]|%[0-9a-f]{2}|[^\0-\x7f])*$/i;
const USER_CHARACTERS = /^(?:[\w.\-!$,~*'();&+=:]|%[0-9a-f]{2}|[^\0-\x7f])*$/i;

/**
 * Checks and completes the target of a link or a button: the scheme may be missing, the host is
 * lower-cased, an empty path becomes `/`. Besides http and https, `tg`, `ton` and `tonsite` links
 * are links.
 */
export function checkLink(link: string): LinkOutcome {
  const special = /^(tg|ton|tonsite):(?:\/\/)?(.*)$/is.exec(link);
  if (special !== null) return checkSpecial(special[1]!.toLowerCase(), special[2]!);
  const parts = splitUrl(link);
  if ("reason" in parts) return { ok: false, reason: parts.reason };
  if (!parts.host.includes(".") && !parts.host.startsWith("[")) {
    return { ok: false, reason: "Wrong HTTP URL" };
  }
  const user = parts.user === "" ? "" : `${parts.user}@`;
  const port = parts.port === undefined ? "" : `:${parts.port}`;
  return { ok: true, url: `${parts.scheme}://${user}${parts.host}${port}${parts.path}` };
}

function checkSpecial(scheme: string, rest: string): LinkOutcome {
  const parts = splitUrl(rest);
  if ("reason" in parts) return { ok: false, reason: parts.reason };
  const isPlain = parts.user === "" && parts.port === undefined && !parts.host.startsWith("[");
  if (!isPlain || /^https?:\/\//i.test(rest)) {
    return { ok: false, reason: scheme === "tg" ? "Wrong tg URL" : "Wrong ton URL" };
  }
  const allowed = scheme === "tonsite" ? /^[\w.-]+$/ : /^[\w-]+$/;
  if (!allowed.test(parts.host)) return { ok: false, reason: "Unallowed characters in URL host" };
  return { ok: true, url: `${scheme}://${parts.host}${parts.path.replace(/^\/\?/, "?")}` };
}

interface UrlParts {
  readonly scheme: string;
  readonly user: string;
  readonly host: string;
  readonly port?: number;
  readonly path: string;
}

function splitUrl(url: string): UrlParts | { readonly reason: string } {
  const schemed = /^([^:/?#]*):\/\/(.*)$/s.exec(url);
  const scheme = schemed === null ? "http" : schemed[1]!.toLowerCase();
  if (scheme !== "http" && scheme !== "https") return { reason: "Unsupported URL protocol" };
  const [authority, tail] = cutAt(schemed === null ? url : schemed[2]!, /[/?#]/);
  const at = authority.lastIndexOf("@");
  const user = at === -1 ? "" : authority.slice(0, at);
  const [, hostText = "", portText] = /^(.*?)(?::([^:\]@]*))?$/s.exec(authority.slice(at + 1))!;
  const port = portText === undefined ? undefined : portNumber(portText);
  if (port === "wrong") return { reason: "Wrong port number specified in the URL" };
  const host = hostText.toLowerCase();
  if (host === "") return { reason: "URL host is empty" };
  if (host === ".") return { reason: "Host is invalid" };
  if (!/^\[[0-9a-f:.]+\]$/.test(host) && !HOST_CHARACTERS.test(host)) {
    return { reason: "Disallowed character in URL host" };
  }
  if (!USER_CHARACTERS.test(user)) return { reason: "Disallowed character in URL userinfo" };
  return { scheme, user, host, ...(port === undefined ? {} : { port }), path: cleanPath(tail) };
}

function portNumber(text: string): number | "wrong" {
  const port = /^\d+$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : "wrong";
}

function cleanPath(tail: string): string {
  const path = tail.trimEnd();
  const rooted = path.startsWith("/") ? path : `/${path}`;
  return rooted.replace(/[\0-\x20]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
}

function cutAt(text: string, pattern: RegExp): [string, string] {
  const index = text.search(pattern);
  return index === -1 ? [text, ""] : [text.slice(0, index), text.slice(index)];
}

/** The user of a `tg://user?id=123` link, with which a text mentions somebody without a name. */
export function linkedUserId(link: string): number | undefined {
  const id = /^tg:(?:\/\/)?user\/?\?([^#]*)/i.exec(link)?.[1];
  return numberIn(id, "id");
}

/** The emoji of a `tg://emoji?id=123` link; identifiers are too long for numbers. */
export function linkedEmojiId(link: string): string | undefined {
  const query = /^tg:(?:\/\/)?emoji\/?\?([^#]*)/i.exec(link)?.[1];
  const id = new URLSearchParams(query ?? "").get("id") ?? "";
  return /^-?[1-9]\d{0,18}$/.test(id) ? id : undefined;
}

/** The moment of a `tg://time?unix=123&format=wDT` link. */
export function linkedTime(link: string): { unixTime: number; format: string } | undefined {
  const query = /^tg:(?:\/\/)?time\/?\?([^#]*)/i.exec(link)?.[1];
  const unixTime = numberIn(query, "unix");
  if (unixTime === undefined || unixTime <= 0 || unixTime >= 2 ** 31) return undefined;
  const format = dateTimeFormat(new URLSearchParams(query).get("format") ?? "");
  return format === undefined ? undefined : { unixTime, format };
}

/** A format of dates in its normal form, or undefined when it has other letters. */
export function dateTimeFormat(format: string): string | undefined {
  if (format === "r" || format === "R") return "r";
  if (!/^[tTdDwW]*$/.test(format)) return undefined;
  const last = (pattern: RegExp): string => [...format.matchAll(pattern)].at(-1)?.[0] ?? "";
  return `${/w/i.test(format) ? "w" : ""}${last(/d/gi)}${last(/t/gi)}`;
}

function numberIn(query: string | undefined, key: string): number | undefined {
  const value = new URLSearchParams(query ?? "").get(key);
  return value !== null && /^\d{1,16}$/.test(value) ? Number(value) : undefined;
}
