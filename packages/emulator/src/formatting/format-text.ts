import type { MessageEntity, User } from "@hookgram/bot-api";
import { badRequest } from "../methods/refusals.ts";
import { cleanText } from "./clean-text.ts";
import { findEntities } from "./find-entities.ts";
import type { FormattedText } from "./formatted-text.ts";
import { readEntities } from "./given-entities.ts";
import { normalizeEntities } from "./normalize-entities.ts";
import { parseHtml } from "./parse-html.ts";
import { parseMarkdownV2 } from "./parse-markdown-v2.ts";
import { parseMarkdown } from "./parse-markdown.ts";

/** Texts above this size are refused before anything is parsed. */
const SOURCE_MAX_BYTES = 32_768;

/** A text as a bot passes it. */
export interface TextSource {
  readonly text: string;
  /** In any letter case; empty and `none` mean no markup. */
  readonly parseMode?: string | undefined;
  /** Explicit entities, as parsed JSON; they count only without a parse mode. */
  readonly entities?: unknown;
  /** Finds a user who is mentioned; mentions of others are dropped. */
  readonly userOf: (id: number) => User | undefined;
}

/**
 * A text the way Telegram would store it: markup parsed, cleaned and trimmed, entities in their
 * normal form, and those added that Telegram finds by itself. It may be empty afterwards.
 * @throws {Refusal} in Telegram's words.
 */
export function formatText(source: TextSource): FormattedText {
  if (Buffer.byteLength(source.text) > SOURCE_MAX_BYTES) throw badRequest("Text is too long");
  const parsed = parse(source);
  const known = parsed.entities.flatMap((entity) => resolveMention(entity, source.userOf) ?? []);
  const { text, entities } = cleanText({ text: parsed.text, entities: known });
  return { text, entities: normalizeEntities(entities, findEntities(text)) };
}

/** What a person types: no markup, only what Telegram finds by itself. */
export function formatPlainText(text: string): FormattedText {
  const cleaned = cleanText({ text, entities: [] });
  return { text: cleaned.text, entities: findEntities(cleaned.text) };
}

function parse({ text, parseMode = "", entities }: TextSource): FormattedText {
  switch (text === "" ? "" : parseMode.toLowerCase()) {
    case "":
    case "none":
      return { text, entities: readEntities(entities) };
    case "html":
      return parseHtml(text);
    case "markdownv2":
      return parseMarkdownV2(text);
    case "markdown":
      return parseMarkdown(text);
    default:
      throw badRequest("Unsupported parse_mode");
  }
}

function resolveMention(
  entity: MessageEntity,
  userOf: TextSource["userOf"],
): MessageEntity | undefined {
  if (entity.type !== "text_mention") return entity;
  const user = userOf(entity.user!.id);
  return user === undefined ? undefined : { ...entity, user };
}
