import type { PollMedia, Venue } from "@hookgram/bot-api";
import { mediaContent } from "../files/media-content.ts";
import type { World } from "../world/world.ts";
import { readNestedFile } from "./input-file.ts";
import { inputMedia } from "./input-media.ts";
import type { Fields } from "./json-fields.ts";
import {
  FieldFault,
  isObject,
  jsonParam,
  naming,
  optionalText,
  requiredText,
} from "./json-fields.ts";
import type { MethodCall } from "./method.ts";

/** What any part of a poll may show, what an option may, and what only the poll itself may. */
const COMMON_TYPES = ["animation", "photo", "live_photo", "video"];
const OPTION_TYPES: ReadonlySet<string> = new Set([...COMMON_TYPES, "sticker", "link"]);
const POLL_TYPES: ReadonlySet<string> = new Set([...COMMON_TYPES, "audio", "document"]);

/** What a `PollMedia` has of a message's content. */
const SHOWN = ["animation", "live_photo", "photo", "video", "audio", "document"] as const;

/**
 * The media of a poll or of its explanation, from a parameter; undefined without one.
 * @throws {Refusal} in the words of `Client::get_input_poll_media` of tdlib/telegram-bot-api.
 */
export function readPollMedia(
  world: World,
  call: MethodCall,
  parameter: string,
): PollMedia | undefined {
  const value = jsonParam(call.params, parameter, "InputPollMedia");
  return naming("Failed to parse InputPollMedia", () => mediaOf(world, call, value, POLL_TYPES));
}

/** The media of an option, from its field. */
export function readOptionMedia(
  world: World,
  call: MethodCall,
  option: Fields,
): { readonly media?: PollMedia } {
  const media = naming("Failed to parse poll option media", () =>
    mediaOf(world, call, option["media"], OPTION_TYPES),
  );
  return media === undefined ? {} : { media };
}

function mediaOf(
  world: World,
  call: MethodCall,
  value: unknown,
  types: ReadonlySet<string>,
): PollMedia | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw new FieldFault("expected an Object");
  const type = requiredText(value, "type");
  if (type === "location") return { location: place(value) };
  if (type === "venue") return { venue: venueOf(value) };
  if (!types.has(type)) throw new FieldFault("invalid type specified");
  if (type === "link") return { link: { url: requiredText(value, "url") } };
  if (type === "sticker") return stickerOf(world, call, value);
  const { content } = inputMedia(world, call, value, { isForAlbum: false });
  // The first that is there: a live photo has its still beside it, an animation its old form.
  const field = SHOWN.find((name) => content[name] !== undefined)!;
  return { [field]: content[field] };
}

function stickerOf(world: World, call: MethodCall, value: Fields): PollMedia {
  const wish = { kind: "sticker", details: {} } as const;
  const file = readNestedFile(world, call, optionalText(value, "media") ?? "", wish);
  if (file === undefined) throw new FieldFault("media not found");
  const { sticker } = mediaContent(world, file);
  return sticker === undefined ? {} : { sticker };
}

function place(value: Fields): { latitude: number; longitude: number } {
  const [latitude, longitude] = [degrees(value, "latitude"), degrees(value, "longitude")];
  return { latitude, longitude };
}

function degrees(value: Fields, name: string): number {
  const number = Number(requiredText(value, name));
  if (Number.isNaN(number)) throw new FieldFault(`Field "${name}" must be of type Number`);
  return number;
}

const VENUE_IDS = ["foursquare_id", "foursquare_type", "google_place_id", "google_place_type"];

function venueOf(value: Fields): Venue {
  const given = VENUE_IDS.filter((name) => (optionalText(value, name) ?? "") !== "");
  return {
    location: place(value),
    title: requiredText(value, "title"),
    address: requiredText(value, "address"),
    ...Object.fromEntries(given.map((name) => [name, optionalText(value, name)!])),
  };
}
