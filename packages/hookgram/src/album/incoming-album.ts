import type { Chat, Message, MessageEntity } from "@hookgram/bot-api";
import type { CommonContext, Reply, Send } from "../context/context.ts";
import type { AnyEventKind, EventField } from "../event/event-kind.ts";

/**
 * As what a whole album is known in the tree. No kind that a bot declares can have the name; see
 * `eventKind`.
 */
export const ALBUM_KIND: AnyEventKind = Object.freeze({
  name: "album",
  kind: "event:album",
  schema: null,
});

/** The kinds of update whose messages can be parts of an album. */
export type AlbumPartKind = "message" | "channel_post" | "business_message";

/** Messages with the same `media_group_id`, which people see as one. */
export interface Album<Part extends Message = Message> {
  /** The `media_group_id` of its parts. */
  readonly id: string;
  /** As what its parts came. */
  readonly kind: AlbumPartKind;
  /** 1 to 10, in the order of their message ids; an edit that came meanwhile is in it. */
  readonly parts: readonly [Part, ...Part[]];
  /**
   * The caption of the first part that has one; undefined when none has. Apps show it below the
   * whole album as long as no other part has one.
   */
  readonly caption: string | undefined;
  /** Of that caption. */
  readonly captionEntities: readonly MessageEntity[];
  /**
   * These parts came after the album with this id had been handed over: the connection was slow, or
   * Telegram repeated a request.
   */
  readonly isLate: boolean;
}

/** What the handler of an album destructures. */
export interface AlbumContext extends CommonContext<EventField> {
  readonly album: Album;
  readonly chat: Chat;
  /** Sends a text to the chat, topic and business connection from which the album came. */
  readonly reply: Reply;
  /** The same for other methods. */
  readonly send: Send;
}

/** An album as it is stored, in the words of Telegram's own objects. */
export interface AlbumBody {
  readonly media_group_id: string;
  readonly kind: AlbumPartKind;
  readonly parts: readonly Message[];
  readonly is_late: boolean;
}

/** What the handler gets of what was stored. */
export function toAlbum({ media_group_id: id, kind, parts, is_late }: AlbumBody): Album {
  const captioned = parts.find(({ caption }) => caption !== undefined);
  return {
    id,
    kind,
    parts: parts as readonly [Message, ...Message[]],
    caption: captioned?.caption,
    captionEntities: captioned?.caption_entities ?? [],
    isLate: is_late,
  };
}
