import { isIPv6 } from "node:net";
import { domainToASCII } from "node:url";

/** The parts of a webhook's URL that a delivery needs. */
export interface WebhookUrl {
  readonly isTls: boolean;
  /** User name and password as written, not decoded; empty when there are none. */
  readonly userinfo: string;
  /** Lower case; an IPv6 literal keeps its brackets. */
  readonly host: string;
  readonly port: number;
  /** Path, query and even fragment as they go into the request line. */
  readonly pathAndQuery: string;
}

const HOST_CHARACTERS = /^(?:[A-Za-z0-9.\-_!$,~*'();&+=\u0080-\u{10ffff}]|%[0-9A-Fa-f]{2})*$/u;
const USERINFO_CHARACTERS = /^(?:[A-Za-z0-9.\-_!$,~*'();&+=:\u0080-\u{10ffff}]|%[0-9A-Fa-f]{2})*$/u;

/**
 * Parses a webhook's URL by the rules of Telegram's server, which differ from those of browsers: a
 * missing scheme means https, user names and passwords are kept, the path is hardly touched.
 * Undefined when it does not parse.
 * @see tdlib/td, HttpUrl.cpp
 */
export function parseWebhookUrl(text: string): WebhookUrl | undefined {
  const scheme = /^([^:/?#@[\]]*):\/\//.exec(text);
  const protocol = scheme?.[1]?.toLowerCase() ?? "https";
  if (protocol !== "http" && protocol !== "https") return undefined;
  const rest = text.slice(scheme?.[0].length ?? 0);
  const authorityEnd = rest.search(/[/?#]/);
  const authority = authorityEnd === -1 ? rest : rest.slice(0, authorityEnd);
  const place = parseAuthority(authority);
  if (place === undefined) return undefined;
  const isTls = protocol === "https";
  const port = place.port ?? (isTls ? 443 : 80);
  const pathAndQuery = toRequestPath(authorityEnd === -1 ? "" : rest.slice(authorityEnd));
  return { isTls, userinfo: place.userinfo, host: place.host, port, pathAndQuery };
}

/** The `Host` header: the port is left out when it is the scheme's own. */
export function hostHeader(url: WebhookUrl): string {
  return url.port === (url.isTls ? 443 : 80) ? url.host : `${url.host}:${url.port}`;
}

interface Authority {
  readonly userinfo: string;
  readonly host: string;
  readonly port: number | undefined;
}

function parseAuthority(authority: string): Authority | undefined {
  const colon = authority.search(/:[^:\]@]*$/);
  const portText = colon > 0 ? authority.slice(colon + 1) : undefined;
  const port = portText === undefined ? undefined : parsePort(portText);
  if (portText !== undefined && port === undefined) return undefined;
  const userAndHost = portText === undefined ? authority : authority.slice(0, colon);
  const at = userAndHost.lastIndexOf("@");
  const userinfo = at === -1 ? "" : userAndHost.slice(0, at);
  const host = parseHost(userAndHost.slice(at + 1));
  if (host === undefined || !USERINFO_CHARACTERS.test(userinfo)) return undefined;
  return { userinfo, host, port };
}

function parsePort(text: string): number | undefined {
  const digits = text.replace(/^0+(?=.)/, "");
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function parseHost(text: string): string | undefined {
  const host = text.toLowerCase();
  if (host === "" || host === ".") return undefined;
  if (host.startsWith("[") && host.endsWith("]")) {
    return isIPv6(host.slice(1, -1)) && /^[[\]:0-9a-f.]+$/.test(host) ? host : undefined;
  }
  if (!HOST_CHARACTERS.test(host)) return undefined;
  // Only international names need conversion; the WHATWG rules would also rewrite `0x7f.1`.
  return /[\u0080-\u{10ffff}]/u.test(host) ? domainToASCII(host) || host : host;
}

function toRequestPath(rest: string): string {
  const trimmed = rest.replace(/[ \t\r\n\v\f\0]+$/, "");
  const path = trimmed.startsWith("/") ? trimmed : `/${trimmed}`;
  return path.replace(
    /[^\u0021-\u{10ffff}]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
