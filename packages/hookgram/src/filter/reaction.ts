import type { MessageReactionUpdated, ReactionType, ReactionTypeEmoji } from "@hookgram/bot-api";
import type { FilterObject } from "./filter.ts";

/** A reaction by its emoji, or by the id of a custom one, or the paid star. */
export type ReactionName =
  | ReactionTypeEmoji["emoji"]
  | { readonly custom_emoji_id: string }
  | "paid";

/** A filter of changed reactions, for `router.messageReaction`. */
export type ReactionFilter = FilterObject<
  { readonly messageReaction: MessageReactionUpdated },
  {
    /** The reactions that somebody has now and had not before. */
    readonly added: readonly ReactionType[];
    /** Those that were there before. */
    readonly removed: readonly ReactionType[];
  }
>;

/**
 * Matches when somebody has added one of these reactions to a message, or any at all:
 * `router.messageReaction(reaction("👍"), …)`. An update has all reactions that somebody has on a
 * message, so what was there before is left out.
 *
 * Telegram sends `message_reaction` only to bots that are administrators of the chat.
 * @see https://core.telegram.org/bots/api#messagereactionupdated
 */
export function reaction(...wanted: readonly ReactionName[]): ReactionFilter {
  return changed("added", wanted);
}

/** Matches when somebody has taken one of these reactions back, or any at all. */
export function reactionRemoved(...wanted: readonly ReactionName[]): ReactionFilter {
  return changed("removed", wanted);
}

function changed(side: "added" | "removed", wanted: readonly ReactionName[]): ReactionFilter {
  const names = wanted.map((one) => (typeof one === "string" ? one : one.custom_emoji_id));
  return {
    label: `${side === "added" ? "reaction" : "reactionRemoved"}(${names.join(", ")})`,
    matches({ messageReaction: { old_reaction: old, new_reaction: now } }) {
      const change = { added: without(now, old), removed: without(old, now) };
      const found = change[side].map(nameOf);
      const isWanted =
        names.length === 0 ? found.length > 0 : names.some((one) => found.includes(one));
      return isWanted && change;
    },
  };
}

function without(list: readonly ReactionType[], others: readonly ReactionType[]): ReactionType[] {
  const known = new Set(others.map(nameOf));
  return list.filter((one) => !known.has(nameOf(one)));
}

function nameOf(one: ReactionType): string {
  if (one.type === "emoji") return one.emoji;
  return one.type === "custom_emoji" ? one.custom_emoji_id : one.type;
}
