import { UPDATE_KINDS, type UpdateKind } from "@hookgram/bot-api";
import { ALBUM_KIND } from "../album/incoming-album.ts";
import type { AnyKind } from "../event/event-kind.ts";
import type { CamelCase, MessageKind, PayloadName } from "./context.ts";

const MESSAGE_KINDS: Readonly<Record<MessageKind, true>> = {
  message: true,
  edited_message: true,
  channel_post: true,
  edited_channel_post: true,
  business_message: true,
  edited_business_message: true,
  guest_message: true,
};

/** The kind of update as the name of its observer: `callback_query` → `callbackQuery`. */
export function camelCase<K extends UpdateKind>(kind: K): CamelCase<K> {
  // Called for every kind at start, where a pattern would take longer than the rest of the module.
  const [first, ...others] = kind.split("_");
  const rest = others.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${first}${rest.join("")}` as CamelCase<K>;
}

const NAMES = Object.fromEntries(UPDATE_KINDS.map((kind) => [kind, payloadName(kind)])) as {
  readonly [K in UpdateKind]: PayloadName<K>;
};

/** Every property of the context that holds what an update carries. */
export const PAYLOAD_NAMES: ReadonlySet<string> = new Set([
  ...Object.values(NAMES),
  "event",
  "album",
]);

/** The property of the context that holds what an update of this kind carries. */
export function payloadNameOf(kind: AnyKind): string {
  if (kind === ALBUM_KIND.kind) return ALBUM_KIND.name;
  return kind in NAMES ? NAMES[kind as UpdateKind] : "event";
}

function payloadName(kind: UpdateKind): string {
  if (kind in MESSAGE_KINDS) return "message";
  if (kind === "my_chat_member" || kind === "chat_member") return "chatMember";
  return camelCase(kind);
}
