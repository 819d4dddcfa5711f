import type { ChatType, Message } from "@hookgram/bot-api";
import type { CommonContext } from "../context/context.ts";
import { drop } from "../dispatch/results.ts";
import type { FilterObject } from "../filter/filter.ts";
import { markWith } from "../filter/flag.ts";
import type { AnyMiddleware } from "../router/router-node.ts";
import { type Refuse, tell } from "./refusal.ts";

/** Who may use a handler; all the rules that are given have to be kept. */
export interface AccessRules {
  /** Only these users, by their ids. */
  readonly users?: readonly number[];
  /** Only in these chats, by their ids. */
  readonly chats?: readonly number[];
  /** Only in chats of these types. */
  readonly chatTypes?: readonly ChatType[];
  /**
   * Only administrators of the chat, and everybody in a private one. Telegram is asked each time, since
   * rights change; somebody who writes in the name of the group is one.
   */
  readonly admins?: boolean;
  /** A rule of your own. */
  readonly when?: (context: CommonContext) => boolean | Promise<boolean>;
  /** Tells who was refused; nobody hears anything by default. */
  readonly refuse?: Refuse;
}

/**
 * Keeps handlers for those who may use them:
 * `router.message(command("ban"), access({ admins: true }), ban)`. As a root filter it holds for every
 * handler of the router and its children, and rules at the handler hold in addition.
 *
 * Whoever may not is refused after the filters have matched, and the update ends there (`drop`): no
 * later handler gets it by accident. Where others shall get it, use a filter instead.
 */
export function access(rules: AccessRules): FilterObject<unknown> {
  const around: AnyMiddleware = async (context, next) => {
    if (await isAllowed(rules, context as CommonContext)) return next();
    await tell(rules.refuse, context);
    return drop;
  };
  const { when, refuse: _refuse, ...plain } = rules;
  const named = when === undefined ? plain : { ...plain, when: when.name || true };
  return markWith("access", { value: [named], arounds: [around], addsUp: true });
}

async function isAllowed(rules: AccessRules, context: CommonContext): Promise<boolean> {
  const { users, chats, chatTypes, admins = false, when } = rules;
  const { chat, from } = context;
  if (users !== undefined && (from === undefined || !users.includes(from.id))) return false;
  if (chats !== undefined && (chat === undefined || !chats.includes(chat.id))) return false;
  if (chatTypes !== undefined && (chat === undefined || !chatTypes.includes(chat.type)))
    return false;
  if (admins && !(await isAdmin(context))) return false;
  return when === undefined || (await when(context));
}

async function isAdmin(context: CommonContext): Promise<boolean> {
  const { chat, from, api } = context;
  if (chat === undefined) return false;
  if (chat.type === "private") return true;
  const { message } = context as { readonly message?: Message };
  if (message?.sender_chat !== undefined) return message.sender_chat.id === chat.id;
  if (from === undefined) return false;
  const { status } = await api.getChatMember({ chat_id: chat.id, user_id: from.id });
  return status === "creator" || status === "administrator";
}
