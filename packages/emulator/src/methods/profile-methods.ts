import type { ChatAdministratorRights, MenuButton } from "@hookgram/bot-api";
import type { BotProfile, TextsByLanguage } from "../world/bot-profile.ts";
import { localized } from "../world/bot-profile.ts";
import { CHANNEL_RIGHTS, GROUP_RIGHTS, completeRights } from "../world/member.ts";
import { botSelf } from "../world/user-record.ts";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import {
  FieldFault,
  isObject,
  jsonParam,
  naming,
  requiredObject,
  requiredText,
} from "./json-fields.ts";
import { readLanguageCode } from "./language-code.ts";
import type { MethodCall, MethodHandler, Params } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** A text of the profile: where it is kept, its parameter, its limit in characters. */
interface ProfileText {
  readonly texts: (profile: BotProfile) => TextsByLanguage;
  readonly parameter: string;
  readonly lengthMax: number;
}

const NAME: ProfileText = {
  texts: ({ names }) => names,
  parameter: "name",
  lengthMax: 64,
};
const DESCRIPTION: ProfileText = {
  texts: ({ descriptions }) => descriptions,
  parameter: "description",
  lengthMax: 512,
};
const SHORT_DESCRIPTION: ProfileText = {
  texts: ({ shortDescriptions }) => shortDescriptions,
  parameter: "short_description",
  lengthMax: 120,
};

/** Methods about what the bot is and how it presents itself. */
export function profileMethods(world: World): Handlers {
  return {
    getMe: ({ bot }) => botSelf(world.state.bots.get(bot.id)!),
    setMyName: setText(world, NAME),
    getMyName: getText(world, NAME),
    setMyDescription: setText(world, DESCRIPTION),
    getMyDescription: getText(world, DESCRIPTION),
    setMyShortDescription: setText(world, SHORT_DESCRIPTION),
    getMyShortDescription: getText(world, SHORT_DESCRIPTION),
    setChatMenuButton: (call) => setChatMenuButton(world, call),
    getChatMenuButton: (call) => getChatMenuButton(world, call),
    setMyDefaultAdministratorRights: (call) => setDefaultRights(world, call),
    getMyDefaultAdministratorRights: (call) => getDefaultRights(world, call),
  };
}

function profileOf(world: World, { bot }: MethodCall): BotProfile {
  return world.state.bots.get(bot.id)!.profile;
}

/** An empty text removes the one of the language; a bot cannot be without a name. */
function setText(world: World, { texts, parameter, lengthMax }: ProfileText): MethodHandler {
  return (call) => {
    const languageCode = readLanguageCode(call.params);
    const text = (call.params.text(parameter) ?? "").trim();
    if (text.length > lengthMax) {
      const subject = parameter === "name" ? "name" : parameter.replace("_", " ");
      throw badRequest(`${subject} is too long`);
    }
    const kept = texts(profileOf(world, call));
    if (text !== "") kept[languageCode] = text;
    else if (parameter === "name" && languageCode === "") throw badRequest("BOT_TITLE_INVALID");
    else delete kept[languageCode];
    world.record({ type: "world", change: "profile", id: call.bot.id });
    return true;
  };
}

function getText(world: World, { texts, parameter }: ProfileText): MethodHandler {
  return (call) => {
    const kept = texts(profileOf(world, call));
    return { [parameter]: localized(kept, readLanguageCode(call.params)) };
  };
}

function setChatMenuButton(world: World, call: MethodCall): true {
  const button = readMenuButton(call.params);
  const chatId = menuChat(world, call.params);
  const { menuButtons } = profileOf(world, call);
  menuButtons.set(chatId, button);
  world.record({ type: "world", change: "menu-button", id: call.bot.id });
  return true;
}

function getChatMenuButton(world: World, call: MethodCall): MenuButton {
  const chatId = menuChat(world, call.params);
  const { menuButtons } = profileOf(world, call);
  return menuButtons.get(chatId) ?? menuButtons.get(0) ?? { type: "commands" };
}

/** The person of `chat_id`; 0 when the parameter is absent. */
function menuChat(world: World, params: Params): number {
  if (!params.has("chat_id")) return 0;
  const id = params.integer("chat_id") ?? 0;
  if (id <= 0) throw badRequest("Invalid chat_id specified");
  if (!world.state.people.has(id)) throw badRequest("user not found");
  return id;
}

function readMenuButton(params: Params): MenuButton {
  const value = jsonParam(params, "menu_button", "menu button");
  if (value === undefined) return { type: "default" };
  return naming("Can't parse menu button", () => {
    if (!isObject(value)) throw new FieldFault("MenuButton must be an Object");
    const type = requiredText(value, "type");
    if (type === "default" || type === "commands") return { type };
    if (type !== "web_app") throw new FieldFault("MenuButton has unsupported type");
    const url = requiredText(requiredObject(value, "web_app"), "url");
    return { type, text: requiredText(value, "text"), web_app: { url } };
  });
}

function setDefaultRights(world: World, call: MethodCall): true {
  const value = jsonParam(call.params, "rights", "ChatAdministratorRights");
  const { defaultRights } = profileOf(world, call);
  const place = call.params.boolean("for_channels") ? "channels" : "groups";
  if (value === undefined) delete defaultRights[place];
  else if (!isObject(value)) {
    throw badRequest(
      "Can't parse ChatAdministratorRights: ChatAdministratorRights must be an Object",
    );
  } else {
    const given = value as Record<string, boolean>;
    const rights: unknown = completeRights(
      rightNames(place),
      withoutAnonymity(place, given),
      false,
    );
    defaultRights[place] = rights as ChatAdministratorRights;
  }
  return true;
}

type RightsPlace = "channels" | "groups";

function rightNames(place: RightsPlace): readonly string[] {
  return place === "channels" ? CHANNEL_RIGHTS : GROUP_RIGHTS;
}

/** Everybody is anonymous in a channel, so that Telegram does not keep the right for one. */
function withoutAnonymity(
  place: RightsPlace,
  given: Record<string, boolean>,
): Record<string, boolean> {
  return place === "channels" ? { ...given, is_anonymous: false } : given;
}

function getDefaultRights(world: World, call: MethodCall): unknown {
  const { defaultRights } = profileOf(world, call);
  const place = call.params.boolean("for_channels") ? "channels" : "groups";
  return defaultRights[place] ?? completeRights(rightNames(place), undefined, false);
}
