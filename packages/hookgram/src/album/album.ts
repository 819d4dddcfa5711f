import type {
  InputMediaAudio,
  InputMediaDocument,
  InputMediaLivePhoto,
  InputMediaPhoto,
  InputMediaVideo,
} from "@hookgram/bot-api";
import { HookgramError } from "../error.ts";
import { CAPTION_UNITS_MAX } from "../format/split-text.ts";
import { caption, type RichText } from "../format/text-params.ts";

/** What an album of photos and videos has. */
export type AlbumPicture = InputMediaPhoto | InputMediaVideo | InputMediaLivePhoto;

/**
 * What can stand together in an album: photos with videos, documents with documents, audio files with
 * audio files. `media` is a file to upload, a `file_id` or a URL.
 */
export type AlbumItems =
  | readonly AlbumPicture[]
  | readonly InputMediaDocument[]
  | readonly InputMediaAudio[];

/** The parameters of `sendMediaGroup` that an album is. */
export interface AlbumParams {
  readonly media: readonly AlbumItems[number][];
}

const ITEMS_MIN = 2;
const ITEMS_MAX = 10;

/** Which kinds stand together, by kind. */
const COMPANY: ReadonlyMap<string, string> = new Map([
  ["photo", "photos and videos"],
  ["video", "photos and videos"],
  ["live_photo", "photos and videos"],
  ["document", "documents"],
  ["audio", "audio files"],
]);

/**
 * An album, to be spread into a call: api.sendMediaGroup({ chat_id, ...album(items, fmt`The sea`) }).
 * The text becomes the caption of the first item; apps show it below the whole album of photos and
 * videos as long as no other item has one.
 * @throws HookgramError `bad-album` for less than 2 or more than 10 items, kinds that do not stand
 * together, a text above 1024 characters and a second caption on the first item.
 * @see https://core.telegram.org/bots/api#sendmediagroup
 */
export function album(items: AlbumItems, text?: RichText): AlbumParams {
  assertCount(items.length);
  assertCompany(items);
  if (text === undefined) return { media: [...items] };
  const [first, ...others] = items;
  if (first?.caption !== undefined) throw badAlbum("the first item has a caption already");
  const own = caption(text);
  assertCaption(own.caption, own.parse_mode !== undefined);
  return { media: [{ ...first!, ...own }, ...others] };
}

function assertCount(count: number): void {
  if (count < ITEMS_MIN || count > ITEMS_MAX)
    throw badAlbum(`it has ${ITEMS_MIN} to ${ITEMS_MAX} items, not ${count}`);
}

function assertCompany(items: AlbumItems): void {
  const companies = new Set<string>();
  for (const { type } of items) {
    const company = COMPANY.get(type);
    if (company === undefined) throw badAlbum(`an item of type ${type} cannot be in it`);
    companies.add(company);
  }
  if (companies.size > 1)
    throw badAlbum(`${[...companies].join(" and ")} do not stand together; send one album of each`);
}

/** Of html nobody knows here how much is left without its tags. */
function assertCaption(text: string, isHtml: boolean): void {
  const { length } = Array.from(text);
  if (!isHtml && length > CAPTION_UNITS_MAX)
    throw badAlbum(
      `its text has ${length} characters, and a caption takes ${CAPTION_UNITS_MAX}; see splitText`,
    );
}

function badAlbum(problem: string): HookgramError {
  return new HookgramError("bad-album", `album: ${problem}`);
}
