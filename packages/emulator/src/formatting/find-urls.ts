import type { MessageEntity } from "@hookgram/bot-api";
import { isTopLevelDomain } from "./top-level-domains.ts";

/** Characters of host names: letters of all scripts, no punctuation of texts. */
const HOST = String.raw`(?:[-\w~\u200c\u200d\u2010-\u2015]|[^\0-\u00bf\p{Z}\u2000-\u206f])`;
/** Characters of paths: all but spaces, brackets of quotations and quotation marks. */
const PATH = String.raw`(?:[^\s<>"\u00ab\u00bb\p{Z}\u2000-\u206f]|[\u200c\u200d\u2010-\u2015])`;
/** Characters of the part before `@`. */
const USER = "[^\\s/\\[\\]{}()'`<>\"@\u00ab\u00bb\\p{Z}]";

// The bounds keep the time to search a long text without spaces linear in its length.
const ADDRESS = new RegExp(
  String.raw`(?<scheme>(?:https?|ftp|tonsite)://)?(?<user>${USER}{1,256}@)?` +
    String.raw`(?<host>${HOST}{1,64}(?:\.${HOST}{1,64})+)(?<port>:0*[1-9]\d{0,4}(?!\d))?(?<path>[/?#]${PATH}*)?`,
  "giu",
);
const APP_LINK = new RegExp(String.raw`(?:tonsite|ton|tg)://[\w-]{1,253}(?:[/?#]${PATH}*)?`, "giu");
const EMAIL =
  /^(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@(?:(?:[a-z0-9][a-z0-9_-]{0,28})?[a-z0-9]\.){1,6}[a-z]{2,8}$/i;
/** What a sentence leaves at the end of an address. */
const SENTENCE_END = /[.:;,('?!`]+$/;
const LABEL_MAX = 63;
const PORT_MAX = 65_535;

/** The addresses in a text: URLs, `tg://` links and e-mail addresses. */
export function findUrls(text: string): MessageEntity[] {
  const links = text.includes("://")
    ? [...text.matchAll(APP_LINK)].map((match) =>
        entity("url", match.index, trimmed(match[0]).replace(/[?#]$/, "")),
      )
    : [];
  const addresses = text.includes(".")
    ? [...text.matchAll(ADDRESS)].flatMap((match) => addressEntity(text, match) ?? [])
    : [];
  return [...links, ...addresses];
}

function addressEntity(text: string, match: RegExpExecArray): MessageEntity | undefined {
  const { scheme, user = "", host = "", port = "", path = "" } = match.groups!;
  const before = text.slice(0, match.index);
  if (scheme === undefined ? /[\p{L}\p{N}_/#@.~-]$/u.test(before) : isForeign(before, scheme)) {
    return undefined;
  }
  const whole = match[0];
  if (scheme === undefined && EMAIL.test(whole)) return entity("email", match.index, whole);
  const mailto = whole.startsWith("mailto:") ? whole.slice("mailto:".length) : "";
  if (EMAIL.test(mailto)) return entity("email", match.index + "mailto:".length, mailto);
  if (/[?#]/.test(user) || !isHost(host, scheme !== undefined)) return undefined;
  const isPort = Number(port.slice(1)) <= PORT_MAX;
  const rest = isPort ? `${port}${balanced(path)}` : "";
  return entity("url", match.index, `${scheme ?? ""}${user}${host}${rest}`);
}

/** `shttp://`, `sftp://` and `tftp://` are other schemes than the end of their names. */
function isForeign(before: string, scheme: string): boolean {
  const prefix = /[a-z0-9+-]*$/i.exec(before)![0].toLowerCase();
  const name = scheme.toLowerCase();
  return (
    (name === "http://" && prefix === "s") ||
    (name === "ftp://" && (prefix === "s" || prefix === "t"))
  );
}

function isHost(host: string, hasScheme: boolean): boolean {
  const labels = host.split(".");
  if (labels.some((label) => label === "" || label.length > LABEL_MAX || label.endsWith("-"))) {
    return false;
  }
  if (isIpv4(labels)) return true;
  if (/^[\d.]+$/.test(host)) return false;
  const [last, second] = [labels.at(-1)!, labels.at(-2)!];
  if (second.includes("_") || /^.?$/su.test(last)) return false;
  if (last.startsWith("xn--")) return /^xn--[a-z0-9]{2,}$/i.test(last);
  if (/[_-]/.test(last)) return false;
  return hasScheme || isTopLevelDomain(last);
}

function isIpv4(labels: readonly string[]): boolean {
  return (
    labels.length === 4 && labels.every((label) => /^(0|[1-9]\d{0,2})$/.test(label) && +label < 256)
  );
}

/** The path up to a bracket that closes nothing, without the end of the sentence. */
function balanced(path: string): string {
  const depth = { "(": 0, "[": 0, "{": 0 };
  const openers: Readonly<Record<string, keyof typeof depth>> = { ")": "(", "]": "[", "}": "{" };
  for (let index = 0; index < path.length; index += 1) {
    const character = path[index]!;
    if (character in depth) depth[character as keyof typeof depth] += 1;
    const opener = openers[character];
    if (opener === undefined) continue;
    depth[opener] -= 1;
    if (depth[opener] < 0) return trimmed(path.slice(0, index));
  }
  return trimmed(path);
}

function trimmed(path: string): string {
  const cut = path.replace(SENTENCE_END, "");
  // A lone question mark or number sign begins no query and no fragment.
  return cut === "?" || cut === "#" ? "" : cut;
}

function entity(type: "url" | "email", offset: number, part: string): MessageEntity {
  return { type, offset, length: part.length };
}
