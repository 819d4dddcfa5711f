import {
  createChat,
  join,
  leave,
  requestToJoin,
  setMember,
  viewOf,
} from "../../world/acts/members.ts";
import { conversationAt } from "../../world/acts/place.ts";
import { localized, visibleCommands } from "../../world/bot-profile.ts";
import type { ConversationRecord } from "../../world/conversation.ts";
import { isPrivate } from "../../world/conversation.ts";
import { addBot, addPerson, botIdOf, requireBot, requirePerson } from "../../world/directory.ts";
import { EmulatorError } from "../../world/emulator-error.ts";
import type { GroupRecord } from "../../world/group.ts";
import { groupChat } from "../../world/group.ts";
import { isAdministrator } from "../../world/member.ts";
import { publishManagedBot } from "../../world/managed-bot.ts";
import { memberOf, setBlocked } from "../../world/membership.ts";
import type { BotRecord, PersonRecord } from "../../world/user-record.ts";
import { botSelf, personUser } from "../../world/user-record.ts";
import type { World } from "../../world/world.ts";
import type { BotReference } from "../../world/world-file.ts";
import type { HandlersOf } from "../control-call.ts";
import type { ControlHost } from "../control-host.ts";
import type { worldOperations } from "../operations/world-operations.ts";

/** What people's apps show of bots, people and groups, and what can be done to them. */
export function worldHandlers(host: ControlHost): HandlersOf<typeof worldOperations> {
  const { world } = host;
  return {
    getWorld: () => worldView(world),
    addBot: ({ body }) => {
      const bot = addBot(world, body);
      host.addBot(body);
      return { bot: botSelf(bot) };
    },
    revokeToken: ({ body }) => {
      const bot = requireBot(world, body.bot);
      const { id } = bot;
      if (body.token !== undefined && botIdOf(body.token) !== id) {
        throw new EmulatorError("bad-request", `the token must begin with the bot's id, ${id}`);
      }
      const token = host.revokeToken(id, body.token);
      publishManagedBot(world, bot);
      return { token };
    },
    addPerson: ({ body }) => ({ person: personView(addPerson(world, body)) }),
    addChat: ({ body }) => ({ chat: groupView(world, createChat(world, body)) }),
    join: ({ body }) => join(world, body),
    leave: ({ body }) => ({ member: leave(world, body.person, body.chat) }),
    setMember: ({ body }) => ({ member: setMember(world, body) }),
    requestToJoin: ({ body }) => {
      requestToJoin(world, body);
      return { requested: true };
    },
    block: ({ body }) => block(world, body, true),
    unblock: ({ body }) => block(world, body, false),
    addWebFile: ({ body }) => {
      const bytes = new Uint8Array(Buffer.from(body.base64, "base64"));
      world.state.web.set(body.url, { bytes, mimeType: body.mime_type });
      return { url: body.url };
    },
    getMenu: ({ query }) => menuView(world, query),
  };
}

function worldView(world: World): object {
  const { bots, people, groups, conversations } = world.state;
  return {
    bots: [...bots.values()].map(botSelf),
    people: [...people.values()].map(personView),
    chats: [...groups.values()].map((group) => groupView(world, group)),
    private_chats: [...conversations.values()]
      .filter((conversation) => isPrivate(conversation) && conversation.lastMessageId > 0)
      .filter(({ businessConnectionId }) => businessConnectionId === undefined)
      .map(privateChatView),
  };
}

function personView(person: PersonRecord): object {
  return { ...personUser(person), phone_number: person.phone_number };
}

function groupView(world: World, group: GroupRecord): object {
  const pinned = world.conversation(group.id)?.pinned ?? [];
  return {
    ...groupChat(group),
    ...(group.description === undefined ? {} : { description: group.description }),
    permissions: group.permissions,
    members: [...group.members.keys()].map((id) => viewOf(world, group, id)),
    pinned_message_ids: pinned,
  };
}

function privateChatView(conversation: ConversationRecord): object {
  const last = [...conversation.messages.values()].at(-1);
  return {
    person: conversation.chatId,
    bot: conversation.botId,
    blocked: conversation.isBlocked,
    message_count: conversation.messages.size,
    ...(last === undefined ? {} : { last_message_date: last.date }),
  };
}

function block(
  world: World,
  { person, bot }: { readonly person: number; readonly bot?: BotReference | undefined },
  isBlocked: boolean,
): object {
  const botId = requireBot(world, bot).id;
  const conversation = world.openConversation(requirePerson(world, person).id, botId);
  if (isPrivate(conversation)) setBlocked(world, conversation, isBlocked);
  return { blocked: isBlocked };
}

interface MenuQuery {
  readonly person?: number | undefined;
  readonly chat?: number | undefined;
  readonly bot?: BotReference | undefined;
}

function menuView(world: World, query: MenuQuery): object {
  const conversation = conversationAt(world, query);
  const person = requirePerson(world, query.person ?? conversation.chatId);
  const bots = botsIn(world, conversation);
  const profile = bots[0]?.profile;
  const language = person.language_code?.slice(0, 2) ?? "";
  const keyboard = conversation.keyboards.get(person.id)?.markup;
  const { menuButtons } = profile ?? {};
  return {
    commands: bots.flatMap((bot) => commandsOf(world, bot, person, conversation)),
    menu_button: menuButtons?.get(person.id) ?? menuButtons?.get(0) ?? { type: "commands" },
    ...(keyboard === undefined ? {} : { keyboard }),
    name: localized(profile?.names ?? {}, language),
    description: localized(profile?.descriptions ?? {}, language),
    short_description: localized(profile?.shortDescriptions ?? {}, language),
  };
}

function botsIn(world: World, conversation: ConversationRecord): BotRecord[] {
  if (isPrivate(conversation)) return [world.state.bots.get(conversation.botId)!];
  const group = world.state.groups.get(conversation.chatId)!;
  return [...world.state.bots.values()].filter(({ id }) => group.members.has(id));
}

function commandsOf(
  world: World,
  bot: BotRecord,
  person: PersonRecord,
  conversation: ConversationRecord,
): object[] {
  const group = world.state.groups.get(conversation.chatId);
  const commands = visibleCommands(bot.profile, {
    chatId: conversation.chatId,
    userId: person.id,
    isPrivate: group === undefined,
    isAdministrator: group !== undefined && isAdministrator(memberOf(world, group, person.id)),
    languageCode: person.language_code?.slice(0, 2) ?? "",
  });
  return commands.map(({ command, description }) => ({ bot: bot.username, command, description }));
}
