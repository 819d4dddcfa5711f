import type { LinkPreviewOptions } from "@hookgram/bot-api";
import type { FormattedText } from "../formatting/formatted-text.ts";
import { formatText } from "../formatting/format-text.ts";
import { userOf } from "../world/directory.ts";
import type { MessageContent } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import type { Fields } from "./json-fields.ts";
import { isObject, jsonParam, optionalText } from "./json-fields.ts";
import type { MethodCall, Params } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** UTF-16 code units after parsing. @see https://core.telegram.org/bots/api#sendmessage */
const TEXT_MAX = 4096;
/** UTF-16 code units after parsing. @see https://core.telegram.org/bots/api#sendphoto */
const CAPTION_MAX = 1024;

/**
 * The content of a text message from `text`, `parse_mode` and `entities`.
 * @throws {Refusal} in Telegram's words.
 */
export function readTextContent(world: World, { params }: MethodCall): MessageContent {
  const source = params.text("text") ?? "";
  if (source === "") throw badRequest("Message text is empty");
  const { text, entities } = format(world, {
    text: source,
    parseMode: params.text("parse_mode"),
    entities: params.json("entities"),
  });
  if (text === "") throw badRequest("Text must be non-empty");
  if (text.length > TEXT_MAX) throw badRequest("Message is too long");
  const preview = shownPage(world, linkPreview(params), { text, entities });
  return { text, ...listed("entities", entities), ...preview };
}

/**
 * A page of the emulated web is shown below the message that links to it, and its address stands
 * in the options then, whoever chose it.
 */
function shownPage(
  world: World,
  { link_preview_options: options }: PreviewField,
  { text, entities }: FormattedText,
): PreviewField {
  if (options?.is_disabled === true || options?.url !== undefined) return field(options);
  const urls = entities.map(({ type, offset, length, url }) =>
    type === "url" ? text.slice(offset, offset + length) : (url ?? ""),
  );
  const isPage = (url: string): boolean => world.state.web.get(url)?.mimeType === "text/html";
  const url = urls.find(isPage);
  return url === undefined ? field(options) : field({ ...options, url });
}

function field(options: LinkPreviewOptions | undefined): PreviewField {
  return options === undefined ? {} : { link_preview_options: options };
}

/** The caption of media from `caption`, `parse_mode` and `caption_entities`. */
export function readCaption(world: World, { params }: MethodCall): MessageContent {
  return captionContent(world, {
    text: params.text("caption") ?? "",
    parseMode: params.text("parse_mode"),
    entities: params.json("caption_entities"),
  });
}

/** The same from the fields of an `InputMedia`. */
export function readMediaCaption(world: World, media: Fields): MessageContent {
  return captionContent(world, {
    text: optionalText(media, "caption") ?? "",
    parseMode: optionalText(media, "parse_mode"),
    entities: media["caption_entities"],
  });
}

/** A text of another parameter, for example a poll's question. */
export function readNamedText(world: World, params: Params, name: string): FormattedText {
  return format(world, {
    text: params.text(name) ?? "",
    parseMode: params.text(`${name}_parse_mode`),
    entities: params.json(`${name}_entities`),
  });
}

interface Source {
  readonly text: string;
  readonly parseMode?: string | undefined;
  readonly entities?: unknown;
}

/** A text of a bot as it is stored. */
export function format(world: World, source: Source): FormattedText {
  return formatText({ ...source, userOf: (id) => userOf(world, id) });
}

function captionContent(world: World, source: Source): MessageContent {
  const { text, entities } = format(world, source);
  if (text.length > CAPTION_MAX) throw badRequest("Message caption is too long");
  return text === "" ? {} : { caption: text, ...listed("caption_entities", entities) };
}

function listed<Name extends string, Item>(
  name: Name,
  items: Item[],
): Partial<Record<Name, Item[]>> {
  return items.length === 0 ? {} : ({ [name]: items } as Record<Name, Item[]>);
}

const PREVIEW_FLAGS = [
  "is_disabled",
  "prefer_small_media",
  "prefer_large_media",
  "show_above_text",
];

interface PreviewField {
  readonly link_preview_options?: LinkPreviewOptions;
}

function linkPreview(params: Params): PreviewField {
  const value = jsonParam(params, "link_preview_options", "link preview options");
  if (value === undefined) {
    const isDisabled = params.boolean("disable_web_page_preview");
    return isDisabled ? { link_preview_options: { is_disabled: true } } : {};
  }
  if (!isObject(value)) throw badRequest("Object expected as link preview options");
  const flags = PREVIEW_FLAGS.filter((name) => value[name] === true);
  const url = optionalText(value, "url") ?? "";
  const options = {
    ...Object.fromEntries(flags.map((name) => [name, true])),
    ...(url === "" ? {} : { url }),
  };
  return Object.keys(options).length === 0 ? {} : { link_preview_options: options };
}
