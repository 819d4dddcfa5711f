import type { Chat, ChatType } from "@hookgram/bot-api";
import type { FilterObject } from "./filter.ts";

/** Updates from chats of these types: `private`, `group`, `supergroup`, `channel`. */
export function chatType<T extends ChatType>(
  ...types: readonly [T, ...T[]]
): FilterObject<
  { readonly chat: Chat | undefined },
  { readonly chat: Chat & { readonly type: T } }
> {
  const wanted: ReadonlySet<ChatType> = new Set(types);
  return {
    label: `chatType(${types.join(", ")})`,
    matches: ({ chat }) => chat !== undefined && wanted.has(chat.type),
  };
}
