import type { BotAccessSettings } from "@hookgram/bot-api";
import { userOf } from "../world/directory.ts";
import { publishManagedBot } from "../world/managed-bot.ts";
import type { BotRecord } from "../world/user-record.ts";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import { jsonParam } from "./json-fields.ts";
import type { MethodCall, Params } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { readUserId } from "./user-id.ts";

/** @see https://core.telegram.org/bots/api#setmanagedbotaccesssettings */
const ADDED_USERS_MAX = 10;

/** Methods about bots that people have made for this bot to manage. */
export function managedBotMethods(world: World): Handlers {
  return {
    getManagedBotToken: (call) => world.ports.tokenOf(managedBot(world, call).id),
    replaceManagedBotToken: (call) => {
      const bot = managedBot(world, call);
      const token = world.ports.replaceToken(bot.id);
      publishManagedBot(world, bot);
      return token;
    },
    getManagedBotAccessSettings: (call) => accessView(world, managedBot(world, call)),
    setManagedBotAccessSettings: (call) => setAccess(world, call),
  };
}

/** @throws {Refusal} in the words that Telegram has for bots that do not manage the named one. */
function managedBot(world: World, { bot, params }: MethodCall): BotRecord {
  const id = readUserId(params);
  if (userOf(world, id) === undefined) throw badRequest("user not found");
  const managed = world.state.bots.get(id);
  if (managed?.managed?.managerId === bot.id) return managed;
  throw badRequest("BOT_ACCESS_FORBIDDEN");
}

function setAccess(world: World, call: MethodCall): true {
  const isRestricted = call.params.boolean("is_access_restricted");
  const wantsUsers = isRestricted && call.params.has("added_user_ids");
  const userIds = wantsUsers ? readUserIds(call.params) : [];
  const bot = managedBot(world, call);
  bot.managed = { ...bot.managed!, allowedIds: isRestricted ? userIds : undefined };
  world.record({ type: "world", change: "managed-bot", id: bot.id });
  return true;
}

/** @see https://github.com/tdlib/telegram-bot-api `Client::get_user_ids` */
function readUserIds(params: Params): number[] {
  const value = jsonParam(params, "added_user_ids", "added_user_ids");
  if (value === undefined) throw badRequest("User identifiers are not specified");
  if (!Array.isArray(value)) throw badRequest("Expected an Array of user identifiers");
  if (value.length > ADDED_USERS_MAX) throw badRequest("Too many user identifiers specified");
  return value.map((id: unknown) => {
    if (typeof id !== "number" && typeof id !== "string") {
      throw badRequest("User identifier must be a Number");
    }
    if (!/^-?\d+$/.test(String(id))) throw badRequest("Can't parse user identifier as a Number");
    return Number(id);
  });
}

function accessView(world: World, { managed }: BotRecord): BotAccessSettings {
  const allowed = managed?.allowedIds;
  if (allowed === undefined) return { is_access_restricted: false };
  const added_users = allowed.flatMap((id) => userOf(world, id) ?? []);
  return { is_access_restricted: true, ...(added_users.length === 0 ? {} : { added_users }) };
}
