/** Chats that tests of several families of methods need. */
import { UPDATE_KINDS } from "@hookgram/bot-api";
import type { WorldFile } from "../src/world/world-file.ts";
import { ANNA, BEN, BOT_ID, STAGE_WORLD, Stage } from "./stage.ts";

export const FORUM = -1_001_111_111_111;
export const CHANNEL = -1_002_222_222_222;

type NewChat = NonNullable<WorldFile["chats"]>[number];

const administrator = { user: BOT_ID, status: "administrator" } as const;

const ALL_RIGHTS = {
  can_manage_chat: true,
  can_post_messages: true,
  can_edit_messages: true,
  can_change_info: true,
  can_delete_messages: true,
  can_invite_users: true,
  can_restrict_members: true,
  can_promote_members: true,
  can_pin_messages: true,
  can_manage_topics: true,
  can_manage_tags: true,
};

/** A forum of Anna, who made it, and Ben, with the bot as an administrator. */
export async function openForum(
  given: Partial<NewChat> = {},
): Promise<{ stage: Stage; chat: number }> {
  const members = [{ user: ANNA }, { user: BEN }, { ...administrator, rights: ALL_RIGHTS }];
  const chat: NewChat = { id: FORUM, type: "supergroup", title: "Shop", is_forum: true, members };
  const stage = await openWith([{ ...chat, ...given }]);
  return { stage, chat: FORUM };
}

/** A channel of Anna with the bot as an administrator, and its discussion group with Ben in it. */
export async function openChannel(): Promise<{ stage: Stage; channel: number; group: number }> {
  const bot = { ...administrator, rights: ALL_RIGHTS };
  const group: NewChat = {
    id: FORUM,
    type: "supergroup",
    title: "Talk",
    members: [{ user: ANNA }, { user: BEN }, bot],
  };
  const channel: NewChat = {
    id: CHANNEL,
    type: "channel",
    title: "News",
    linked_chat: FORUM,
    members: [{ user: ANNA }, bot],
  };
  const stage = await openWith([group, channel]);
  return { stage, channel: CHANNEL, group: FORUM };
}

/** The bot has asked for updates of every kind, also for those that nobody gets by default. */
async function openWith(chats: NewChat[]): Promise<Stage> {
  const stage = await Stage.open({ ...STAGE_WORLD, chats });
  await stage.ok("getUpdates", { offset: -1, allowed_updates: UPDATE_KINDS });
  return stage;
}
