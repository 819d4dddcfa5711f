import type { MessageContent } from "../world/stored-message.ts";
import { rollDice } from "../world/roll-dice.ts";
import type { World } from "../world/world.ts";
import { chatOf } from "./chat-access.ts";
import { placeOf } from "../world/place-of.ts";
import type { Handlers } from "./handlers.ts";
import type { MethodCall, Params } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { requiredParam } from "./required-param.ts";
import { coordinates, locationContent } from "./location.ts";
import { requireTopic } from "./message-thread.ts";
import { SENDINGS, sendContent } from "./send-content.ts";
import { readTextContent } from "./text-params.ts";

/** Methods that send something without a file. */
export function sendMethods(world: World): Handlers {
  return {
    sendMessage: (call) => sendContent(world, call, readTextContent(world, call), SENDINGS.text),
    sendDice: (call) => sendContent(world, call, diceContent(world, call.params), SENDINGS.dice),
    sendLocation: (call) =>
      sendContent(world, call, locationContent(call.params), SENDINGS.location),
    sendVenue: (call) => sendContent(world, call, venueContent(call.params), SENDINGS.venue),
    sendContact: (call) => sendContent(world, call, contactContent(call.params), SENDINGS.contact),
    sendChatAction: (call) => sendChatAction(world, call),
  };
}

function diceContent(world: World, params: Params): MessageContent {
  const dice = rollDice(world, params.text("emoji") || "🎲");
  if (dice === undefined) throw badRequest("DICE_EMOTICON_INVALID");
  return { dice };
}

function venueContent(params: Params): MessageContent {
  const location = coordinates(params);
  const [title, address] = [params.text("title") ?? "", params.text("address") ?? ""];
  if (title === "") throw badRequest("Venue title must be non-empty");
  if (address === "") throw badRequest("Venue address must be non-empty");
  const more = ["foursquare_id", "foursquare_type", "google_place_id", "google_place_type"];
  const given = more.filter((name) => (params.text(name) ?? "") !== "");
  const ids = Object.fromEntries(given.map((name) => [name, params.text(name)!]));
  return { location, venue: { location, title, address, ...ids } };
}

function contactContent(params: Params): MessageContent {
  const phone_number = requiredParam(params, "phone_number");
  const first_name = requiredParam(params, "first_name");
  const last_name = params.text("last_name") ?? "";
  const vcard = params.text("vcard") ?? "";
  return {
    contact: {
      phone_number,
      first_name,
      ...(last_name === "" ? {} : { last_name }),
      ...(vcard === "" ? {} : { vcard }),
    },
  };
}

const ACTIONS = new Set([
  "cancel",
  "typing",
  "record_video",
  "upload_video",
  "record_audio",
  "record_voice",
  "upload_audio",
  "upload_voice",
  "upload_photo",
  "upload_document",
  "choose_sticker",
  "pick_up_location",
  "find_location",
  "record_video_note",
  "upload_video_note",
]);

function sendChatAction(world: World, call: MethodCall): true {
  const action = call.params.text("action")?.toLowerCase() ?? "";
  if (!ACTIONS.has(action)) throw badRequest("Wrong parameter action in request");
  const chat = chatOf(world, call, "write");
  requireTopic(call, chat);
  const { conversation } = chat;
  world.record({ type: "chat-action", ...placeOf(conversation), by_bot: call.bot.id, action });
  return true;
}
