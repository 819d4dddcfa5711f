import type { BotCommand } from "@hookgram/bot-api";
import type { CommandScope } from "../world/bot-profile.ts";
import { commandsKey } from "../world/bot-profile.ts";
import type { World } from "../world/world.ts";
import { chatByText } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import {
  FieldFault,
  isObject,
  jsonParam,
  naming,
  requiredInteger,
  requiredText,
} from "./json-fields.ts";
import { readLanguageCode } from "./language-code.ts";
import type { MethodCall, Params } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** @see https://core.telegram.org/bots/api#botcommand */
const COMMAND_MAX = 32;
const DESCRIPTION_MAX = 256;
/** @see https://core.telegram.org/bots/api#setmycommands */
const COMMANDS_MAX = 100;

/** Methods about the list of commands. */
export function commandMethods(world: World): Handlers {
  return {
    setMyCommands: (call) => setMyCommands(world, call),
    getMyCommands: (call) => [...(listsOf(world, call).get(keyOf(world, call)) ?? [])],
    deleteMyCommands: (call) => {
      listsOf(world, call).delete(keyOf(world, call));
      world.record({ type: "world", change: "commands", id: call.bot.id });
      return true;
    },
  };
}

function setMyCommands(world: World, call: MethodCall): true {
  const commands = readCommands(call.params);
  listsOf(world, call).set(keyOf(world, call), commands);
  world.record({ type: "world", change: "commands", id: call.bot.id });
  return true;
}

function listsOf(world: World, { bot }: MethodCall): Map<string, readonly BotCommand[]> {
  return world.state.bots.get(bot.id)!.profile.commands;
}

function keyOf(world: World, call: MethodCall): string {
  return commandsKey(readScope(world, call), readLanguageCode(call.params));
}

function readCommands(params: Params): BotCommand[] {
  const value = jsonParam(params, "commands", "commands");
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw badRequest("Expected an Array of BotCommand");
  const commands = naming("Can't parse BotCommand", () =>
    value.map((item: unknown) => {
      if (!isObject(item)) throw new FieldFault("expected an Object");
      return {
        command: requiredText(item, "command").trim().replace(/^\//, ""),
        description: requiredText(item, "description").trim(),
      };
    }),
  );
  for (const command of commands) checkCommand(command);
  if (commands.length > COMMANDS_MAX) throw badRequest("BOT_COMMANDS_TOO_MUCH");
  return commands;
}

function checkCommand({ command, description }: BotCommand): void {
  if (command === "") throw badRequest("Command must be non-empty");
  if (command.length > COMMAND_MAX) {
    throw badRequest(`Command length must not exceed ${COMMAND_MAX}`);
  }
  if (description === "") throw badRequest("Command description must be non-empty");
  if (description.length > DESCRIPTION_MAX) {
    throw badRequest(`Command description length must not exceed ${DESCRIPTION_MAX}`);
  }
  if (!/^[a-z0-9_]+$/.test(command)) throw badRequest("BOT_COMMAND_INVALID");
}

const WIDE_SCOPES = new Set([
  "default",
  "all_private_chats",
  "all_group_chats",
  "all_chat_administrators",
]);
const CHAT_SCOPES = new Set(["chat", "chat_administrators", "chat_member"]);

function readScope(world: World, { bot, params }: MethodCall): CommandScope {
  const value = jsonParam(params, "scope", "BotCommandScope");
  if (value === undefined) return { type: "default" };
  const subject = "Can't parse BotCommandScope";
  return naming(subject, () => {
    if (!isObject(value)) throw new FieldFault("BotCommandScope must be an Object");
    const type = requiredText(value, "type") as CommandScope["type"];
    if (WIDE_SCOPES.has(type)) return { type };
    if (!CHAT_SCOPES.has(type)) throw new FieldFault("Unsupported type specified");
    const chat = requiredText(value, "chat_id");
    if (chat === "") throw new FieldFault("Empty chat_id specified");
    const chatId = chatByText(world, bot.id, chat, "read-members").conversation.chatId;
    if (type !== "chat_member") return { type, chatId };
    return { type, chatId, userId: requiredInteger(value, "user_id") };
  });
}
