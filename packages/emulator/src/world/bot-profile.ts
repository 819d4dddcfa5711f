import type { BotCommand, ChatAdministratorRights, MenuButton } from "@hookgram/bot-api";

/** Texts by language code; `""` holds what everyone else sees. */
export type TextsByLanguage = Record<string, string>;

/** What a bot's owner, or the bot itself, has set up about it. */
export interface BotProfile {
  /** Always has an entry for `""`. */
  readonly names: TextsByLanguage;
  readonly descriptions: TextsByLanguage;
  readonly shortDescriptions: TextsByLanguage;
  /** By `commandsKey`. */
  readonly commands: Map<string, readonly BotCommand[]>;
  /** By private chat; 0 holds the default. */
  readonly menuButtons: Map<number, MenuButton>;
  readonly defaultRights: {
    groups?: ChatAdministratorRights;
    channels?: ChatAdministratorRights;
  };
}

/** A profile with nothing but a name. */
export function createBotProfile(name: string): BotProfile {
  return {
    names: { "": name },
    descriptions: {},
    shortDescriptions: {},
    commands: new Map(),
    menuButtons: new Map(),
    defaultRights: {},
  };
}

/** Whom a list of commands is for. */
export interface CommandScope {
  readonly type:
    | "default"
    | "all_private_chats"
    | "all_group_chats"
    | "all_chat_administrators"
    | "chat"
    | "chat_administrators"
    | "chat_member";
  readonly chatId?: number;
  readonly userId?: number;
}

/** The key of a list of commands: its scope and its language. */
export function commandsKey(scope: CommandScope, languageCode: string): string {
  return `${scope.type}/${scope.chatId ?? ""}/${scope.userId ?? ""}/${languageCode}`;
}

/** Where a person looks at a chat's commands. */
export interface CommandViewer {
  readonly chatId: number;
  readonly userId: number;
  readonly isPrivate: boolean;
  readonly isAdministrator: boolean;
  readonly languageCode: string;
}

/**
 * The commands that a person sees: the first non-empty list, from the narrowest scope to the
 * widest and in the person's language before the common one.
 * @see https://core.telegram.org/bots/api#determining-list-of-commands
 */
export function visibleCommands(profile: BotProfile, viewer: CommandViewer): readonly BotCommand[] {
  for (const scope of scopesFor(viewer)) {
    for (const language of new Set([viewer.languageCode, ""])) {
      const commands = profile.commands.get(commandsKey(scope, language));
      if (commands !== undefined && commands.length > 0) return commands;
    }
  }
  return [];
}

function scopesFor({ chatId, userId, isPrivate, isAdministrator }: CommandViewer): CommandScope[] {
  if (isPrivate) {
    return [{ type: "chat", chatId }, { type: "all_private_chats" }, { type: "default" }];
  }
  const forAdministrators: CommandScope[] = isAdministrator
    ? [{ type: "chat_administrators", chatId }]
    : [];
  return [
    { type: "chat_member", chatId, userId },
    ...forAdministrators,
    { type: "chat", chatId },
    ...(isAdministrator ? [{ type: "all_chat_administrators" } as const] : []),
    { type: "all_group_chats" },
    { type: "default" },
  ];
}

/** The text in a language, or the common one, or the empty text. */
export function localized(texts: TextsByLanguage, languageCode: string): string {
  return texts[languageCode] ?? texts[""] ?? "";
}
