import type { AcceptedGiftTypes, Birthdate, User } from "@hookgram/bot-api";
import type { BotProfile } from "./bot-profile.ts";

/** A person of the world. */
export interface PersonRecord {
  readonly id: number;
  readonly first_name: string;
  readonly last_name?: string;
  /** Without `@`. */
  readonly username?: string;
  readonly language_code?: string;
  readonly is_premium?: true;
  readonly bio?: string;
  readonly birthdate?: Birthdate;
  /** Stars of the account. */
  stars?: number;
  /** What others may give, when the account has said so. */
  readonly acceptedGiftTypes?: AcceptedGiftTypes;
  /** `file_id` of the photo that those see who may not see the others. */
  readonly publicPhotoId?: string;
  /** The channel that the profile shows. */
  readonly personalChatId?: number;
  /** `file_id`s of the person's photos, the newest last. */
  readonly photoIds?: readonly string[];
  /** What a button with `request_contact` shares, with country code and without `+`. */
  readonly phone_number: string;
}

/** A bot of the world. */
export interface BotRecord {
  readonly id: number;
  /** Without `@`. */
  readonly username: string;
  readonly can_join_groups: boolean;
  /** True: privacy mode is off and the bot sees every message of its groups. */
  readonly can_read_all_group_messages: boolean;
  readonly supports_inline_queries: boolean;
  /** By short name; undefined when nobody has said which there are. */
  readonly games?: Readonly<
    Record<string, { readonly title: string; readonly description: string }>
  >;
  /** `file_id`s of the bot's own photos, the newest last. */
  readonly photoIds: string[];
  readonly profile: BotProfile;
  managed?: ManagedBot;
}

/** A bot that a person has made for another bot to manage. */
export interface ManagedBot {
  readonly managerId: number;
  readonly ownerId: number;
  /** Who may write to it beside its owner; everyone when undefined. */
  readonly allowedIds?: readonly number[] | undefined;
}

/** A person as the Bot API shows one. */
export function personUser(person: PersonRecord): User {
  const { id, first_name, last_name, username, language_code, is_premium } = person;
  return {
    id,
    is_bot: false,
    first_name,
    ...(last_name === undefined ? {} : { last_name }),
    ...(username === undefined ? {} : { username }),
    ...(language_code === undefined ? {} : { language_code }),
    ...(is_premium === undefined ? {} : { is_premium }),
  };
}

/** A bot as the Bot API shows one in messages. */
export function botUser(bot: BotRecord): User {
  return { id: bot.id, is_bot: true, first_name: bot.profile.names[""]!, username: bot.username };
}

/** A bot as `getMe` shows it. */
export function botSelf(bot: BotRecord): User {
  return {
    ...botUser(bot),
    can_join_groups: bot.can_join_groups,
    can_read_all_group_messages: bot.can_read_all_group_messages,
    supports_inline_queries: bot.supports_inline_queries,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
  };
}
