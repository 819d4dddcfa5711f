import type { ChatFullInfo, MessageEntity, User } from "@hookgram/bot-api";
import { addGroup } from "../add-group.ts";
import { boostView } from "../boost.ts";
import type { BoostRecord } from "../boost.ts";
import { addBot, requireBot, requireGroup, requirePerson, userOf } from "../directory.ts";
import { shownDraft, showDraft, takeDraftAway } from "../draft.ts";
import { EmulatorError } from "../emulator-error.ts";
import type { GroupRecord } from "../group.ts";
import { groupChat } from "../group.ts";
import { isAdministrator } from "../member.ts";
import { memberOf } from "../membership.ts";
import { publishManagedBot } from "../managed-bot.ts";
import { chatView } from "../message-view.ts";
import { postMessage } from "../post-message.ts";
import type { World } from "../world.ts";
import type { BotReference, NewBot } from "../world-file.ts";
import { formatPlainText } from "../../formatting/format-text.ts";
import { openResultQuery } from "../result-query.ts";
import type { Where } from "./place.ts";
import { conversationAt, conversationToWrite } from "./place.ts";
import type { Posted } from "./say.ts";
import { post } from "./say.ts";

/** A boost lasts this long. */
const BOOST_LIFE_S = 30 * 86_400;

/** A person boosts a chat, or takes the boost away; administrators that are bots hear of it. */
export function boost(
  world: World,
  { person, chat, remove }: { person: number; chat: number; remove: boolean },
): string {
  requirePerson(world, person);
  const group = requireGroup(world, chat);
  const existing = [...group.boosts.values()].find(({ personId }) => personId === person);
  if (remove) {
    if (existing === undefined) throw new EmulatorError("not-found", "there is no such boost");
    return removeBoost(world, group, existing);
  }
  const record: BoostRecord = {
    id: `boost_${group.boosts.size + 1}_${person}`,
    personId: person,
    addDate: world.nowS(),
    expirationDate: world.nowS() + BOOST_LIFE_S,
  };
  group.boosts.set(record.id, record);
  for (const botId of administratorBots(world, group)) {
    const update = { chat: groupChat(group), boost: boostView(world, record) };
    world.publish(botId, "chat_boost", update);
  }
  return record.id;
}

function removeBoost(world: World, group: GroupRecord, record: BoostRecord): string {
  group.boosts.delete(record.id);
  const { source } = boostView(world, record);
  for (const botId of administratorBots(world, group)) {
    world.publish(botId, "removed_chat_boost", {
      chat: groupChat(group),
      boost_id: record.id,
      remove_date: world.nowS(),
      source,
    });
  }
  return record.id;
}

function administratorBots(world: World, group: GroupRecord): number[] {
  return [...world.state.bots.keys()].filter((id) => isAdministrator(memberOf(world, group, id)));
}

/** A person stops a text that the bot is still writing. */
export function stopDraft(world: World, where: Where & { readonly draft_id: number }): void {
  const conversation = conversationAt(world, where);
  const draft = shownDraft(world, conversation);
  const isMeant = draft?.id === where.draft_id && draft.canStop;
  if (!isMeant || conversation.botId === undefined) {
    throw new EmulatorError("not-found", `there is no draft ${where.draft_id} that can be stopped`);
  }
  if (draft.isKept) showDraft(world, conversation, { ...draft, canStop: false });
  else takeDraftAway(world, conversation);
  const chat = chatView(world, conversation);
  const stopped = { chat, draft_id: where.draft_id };
  world.publish(conversation.botId, "stopped_message_generation", stopped);
}

/** A Web App that a button of the reply keyboard opened sends its data to the bot. */
export function sendWebAppData(
  world: World,
  where: Where & { readonly person: number; readonly button_text: string; readonly data: string },
): Posted {
  const conversation = conversationToWrite(world, where);
  const { button_text, data } = where;
  return post(world, conversation, {
    senderId: where.person,
    content: { web_app_data: { button_text, data } },
  });
}

/** A person picks people or chats that a button of the reply keyboard asked for. */
export function sharePicked(
  world: World,
  where: Where & {
    readonly person: number;
    readonly request_id: number;
    readonly people?: readonly number[] | undefined;
    readonly picked_chat?: number | undefined;
  },
): Posted {
  const conversation = conversationToWrite(world, where);
  const { request_id, people, picked_chat } = where;
  if ((people === undefined) === (picked_chat === undefined)) {
    throw new EmulatorError("bad-request", 'pick either "people" or a "picked_chat"');
  }
  const users = people?.map((id) => ({ user_id: requirePerson(world, id).id })) ?? [];
  const content =
    picked_chat === undefined
      ? { users_shared: { request_id, users } }
      : { chat_shared: { request_id, chat_id: picked_chat } };
  return post(world, conversation, { senderId: where.person, content });
}

/** A basic group becomes a supergroup: its messages stay behind, its members come along. */
export function migrate(world: World, chatId: number): ChatFullInfo["id"] {
  const old = requireGroup(world, chatId);
  const ownerId = [...old.members].find(([, { status }]) => status === "creator")?.[0];
  if (old.type !== "group" || old.migratedToId !== undefined || ownerId === undefined) {
    throw new EmulatorError("conflict", `chat ${chatId} is no basic group with an owner`);
  }
  const next = addGroup(world, { type: "supergroup", title: old.title });
  for (const [id, member] of old.members) next.members.set(id, member);
  const sender = { senderId: ownerId };
  const left = { migrate_to_chat_id: next.id };
  postMessage(world, world.openConversation(old.id), { ...sender, content: left });
  old.migratedToId = next.id;
  const content = { migrate_from_chat_id: old.id };
  postMessage(world, world.openConversation(next.id), { ...sender, content });
  return next.id;
}

/** A person calls a bot into a chat that it is not in; it may answer once. */
export function callGuest(
  world: World,
  wanted: { person: number; chat: number; bot?: BotReference | undefined; text: string },
): Posted {
  const { person, chat, text } = wanted;
  const conversation = conversationToWrite(world, { person, chat });
  const bot = requireBot(world, wanted.bot);
  const posted = post(world, conversation, { senderId: person, content: said(text) });
  const guest_query_id = openResultQuery(world, conversation, {
    kind: "guest",
    botId: bot.id,
    personId: person,
  });
  world.publish(bot.id, "guest_message", {
    message_id: posted.message.id,
    guest_query_id,
    from: userOf(world, person)!,
    chat: chatView(world, conversation),
    date: posted.message.date,
    ...said(text),
  });
  return posted;
}

function said(source: string): { text: string; entities?: MessageEntity[] } {
  const { text, entities } = formatPlainText(source);
  return { text, ...(entities.length === 0 ? {} : { entities }) };
}

/** A person makes a bot that another bot manages. The new one must be made known to the server. */
export function createManagedBot(
  world: World,
  { person, manager, bot }: { person: number; manager?: BotReference | undefined; bot: NewBot },
): User {
  const ownerId = requirePerson(world, person).id;
  const managerId = requireBot(world, manager).id;
  const made = addBot(world, bot);
  made.managed = { managerId, ownerId };
  publishManagedBot(world, made);
  return userOf(world, made.id)!;
}
