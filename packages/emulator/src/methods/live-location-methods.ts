import type { Location, Message } from "@hookgram/bot-api";
import { isDeepStrictEqual } from "node:util";
import { messageView } from "../world/message-view.ts";
import { editMessage } from "../world/post-message.ts";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import { LIVE_FOR_EVER, locationContent } from "./location.ts";
import type { MessageTarget } from "./message-access.ts";
import { isInlineEdit, messageToEdit } from "./message-access.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { readInlineKeyboard } from "./reply-markup.ts";

/** Methods that move or stop a live location. */
export function liveLocationMethods(world: World): Handlers {
  return {
    editMessageLiveLocation: (call) => move(world, call),
    stopMessageLiveLocation: (call) => stop(world, call),
  };
}

function move(world: World, call: MethodCall): Message | true {
  const target = liveTarget(world, call);
  const { live_period: before } = target.message.content.location!;
  const { live_period: given, ...place } = locationContent(call.params).location!;
  const live_period = given ?? before!;
  return change(world, call, target, { ...place, live_period });
}

/** The location stays where it was last. */
function stop(world: World, call: MethodCall): Message | true {
  const target = liveTarget(world, call);
  const { latitude, longitude, horizontal_accuracy } = target.message.content.location!;
  const accuracy = horizontal_accuracy === undefined ? {} : { horizontal_accuracy };
  return change(world, call, target, { latitude, longitude, ...accuracy });
}

function liveTarget(world: World, call: MethodCall): MessageTarget {
  const target = messageToEdit(world, call);
  const { content, date } = target.message;
  const period = content.location?.live_period;
  if (period === undefined) throw badRequest("message can't be edited");
  const isOver = period !== LIVE_FOR_EVER && date + period <= world.nowS();
  if (isOver) throw badRequest("message can't be edited");
  return target;
}

function change(
  world: World,
  call: MethodCall,
  { chat, message }: MessageTarget,
  location: Location,
): Message | true {
  const markup = readInlineKeyboard(call) ?? null;
  if (
    isDeepStrictEqual(location, message.content.location) &&
    markup === (message.markup ?? null)
  ) {
    throw badRequest("message is not modified");
  }
  const content = { ...message.content, location };
  editMessage(world, chat.conversation, message, { byId: call.bot.id, content, markup });
  return isInlineEdit(call) || messageView(world, chat.conversation, message);
}
