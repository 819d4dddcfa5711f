import type { MessageEntity } from "@hookgram/bot-api";
import { findUrls } from "./find-urls.ts";
import { sortEntities } from "./formatted-text.ts";

const WORD = String.raw`\p{L}\p{N}_`;
const TAG = String.raw`\p{L}\p{Nd}_\u200c\u00b7\u0d80-\u0dff`;
const NAME = "[a-zA-Z0-9_]";

const MENTION = new RegExp(`(?<![${WORD}])@${NAME}{2,32}(?![${WORD}])`, "gu");
const COMMAND = new RegExp(
  `(?<![${WORD}/<>])/${NAME}{1,64}(?:@${NAME}{3,32}(?![${WORD}/<>])|(?![${WORD}/<>@]))`,
  "gu",
);
const HASHTAG = new RegExp(
  `(?<![${TAG}])#[${TAG}]{1,256}(?:@${NAME}{3,32}|(?![${TAG}]))(?!#)`,
  "gu",
);
const CASHTAG = new RegExp(
  `(?<![$${TAG}])\\$(?:1INCH|[A-Z]{1,8})(?:@${NAME}{3,32})?(?![$${TAG}])`,
  "gu",
);
/**
 * Numbers in international form. Telegram's servers find more, by a rule that they do not publish.
 */
const PHONE = new RegExp(String.raw`(?<![${WORD}+])\+\d(?:[ -]?\(?\d\)?){6,14}(?![${WORD}])`, "gu");

/** Names of less than four letters that are mentions all the same. */
const SHORT_NAMES = new Set(["@gif", "@nft", "@pic", "@ufc", "@vid"]);

/**
 * What Telegram finds in every text by itself: mentions, commands, hashtags, cashtags, addresses,
 * telephone numbers. Where two overlap, the one that begins first stays.
 */
export function findEntities(text: string): MessageEntity[] {
  const mentions = all("mention", text, MENTION).filter(
    ({ offset, length }) =>
      length >= 5 || SHORT_NAMES.has(text.slice(offset, offset + length).toLowerCase()),
  );
  const hashtags = all("hashtag", text, HASHTAG).filter(({ offset, length }) =>
    /\p{L}/u.test(text.slice(offset, offset + length).replace(/@.*/u, "")),
  );
  const found = sortEntities([
    ...mentions,
    ...all("bot_command", text, COMMAND),
    ...hashtags,
    ...all("cashtag", text, CASHTAG),
    ...findUrls(text),
    ...all("phone_number", text, PHONE),
  ]);
  let lastEnd = 0;
  return found.filter(({ offset, length }) => {
    if (offset < lastEnd) return false;
    lastEnd = offset + length;
    return true;
  });
}

function all(type: MessageEntity["type"], text: string, pattern: RegExp): MessageEntity[] {
  return [...text.matchAll(pattern)].map((match) => ({
    type,
    offset: match.index,
    length: match[0].length,
  }));
}
