import type { ExternalReplyInfo, TextQuote } from "@hookgram/bot-api";
import type { ConversationRecord } from "../world/conversation.ts";
import { originOf } from "../world/message-origin.ts";
import { chatView } from "../world/message-view.ts";
import type { StoredMessage } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import type { ChatTarget } from "./chat-access.ts";
import { chatByText } from "./chat-access.ts";
import type { Fields } from "./json-fields.ts";
import {
  isObject,
  jsonParam,
  naming,
  optionalBoolean,
  optionalInteger,
  optionalText,
  requiredInteger,
} from "./json-fields.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { format } from "./text-params.ts";

/** What a message that is about to be sent replies to. */
export interface ReplyTarget {
  readonly replyToId?: number;
  readonly quote?: TextQuote;
  /** Set when the message is in another chat. */
  readonly externalReply?: ExternalReplyInfo;
}

interface Wanted {
  readonly messageId: number;
  readonly isOptional: boolean;
  readonly chat?: string | undefined;
  readonly fields: Fields;
}

/**
 * Reads `reply_parameters`, or the older `reply_to_message_id`.
 * @throws {Refusal} `message to be replied not found`, unless sending without is allowed.
 */
export function readReplyTarget(world: World, call: MethodCall, chat: ChatTarget): ReplyTarget {
  const wanted = readWanted(call);
  if (wanted === undefined || wanted.messageId <= 0) return {};
  const place = placeOfReply(world, call, chat, wanted);
  const message = place.messages.get(wanted.messageId);
  if (message === undefined) {
    if (wanted.isOptional) return {};
    throw badRequest("message to be replied not found");
  }
  const quote = readQuote(world, message, wanted.fields);
  if (place === chat.conversation) return { replyToId: message.id, ...quote };
  return { externalReply: externalReply(world, place, message), ...quote };
}

function readWanted({ params }: MethodCall): Wanted | undefined {
  const value = jsonParam(params, "reply_parameters", "reply parameters");
  if (value === undefined) {
    const isOptional = params.boolean("allow_sending_without_reply");
    return { messageId: params.integer("reply_to_message_id") ?? 0, isOptional, fields: {} };
  }
  if (!isObject(value)) throw badRequest("Object expected as reply parameters");
  if (Object.keys(value).length === 0) return undefined;
  return naming("Can't parse reply parameters", () => ({
    messageId: requiredInteger(value, "message_id"),
    isOptional: optionalBoolean(value, "allow_sending_without_reply"),
    chat: optionalText(value, "chat_id"),
    fields: value,
  }));
}

function placeOfReply(
  world: World,
  call: MethodCall,
  chat: ChatTarget,
  wanted: Wanted,
): ConversationRecord {
  if (wanted.chat === undefined || wanted.chat === call.params.text("chat_id")) {
    return chat.conversation;
  }
  return chatByText(world, call.bot.id, wanted.chat, "read").conversation;
}

function readQuote(
  world: World,
  { content }: StoredMessage,
  fields: Fields,
): { quote?: TextQuote } {
  const source = optionalText(fields, "quote") ?? "";
  if (source === "") return {};
  const quoted = format(world, {
    text: source,
    parseMode: optionalText(fields, "quote_parse_mode"),
    entities: fields["quote_entities"],
  });
  const from = optionalInteger(fields, "quote_position") ?? 0;
  const whole = content.text ?? content.caption ?? "";
  const position = whole.startsWith(quoted.text, from) ? from : whole.indexOf(quoted.text);
  if (position === -1) throw badRequest("QUOTE_TEXT_INVALID");
  const entities = quoted.entities.length === 0 ? {} : { entities: quoted.entities };
  return { quote: { text: quoted.text, ...entities, position, is_manual: true } };
}

function externalReply(
  world: World,
  place: ConversationRecord,
  message: StoredMessage,
): ExternalReplyInfo {
  return {
    origin: originOf(world, place, message),
    chat: chatView(world, place),
    message_id: message.id,
  };
}
