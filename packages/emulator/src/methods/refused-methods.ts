import type { Message } from "@hookgram/bot-api";
import { userOf } from "../world/directory.ts";
import { messageView } from "../world/message-view.ts";
import { isService } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import { chatOf } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import { isObject, jsonParam } from "./json-fields.ts";
import type { MethodCall, Refusal } from "./method.ts";
import { badRequest, forbidden } from "./refusals.ts";
import { readUserId } from "./user-id.ts";

/**
 * Methods of bots that were given something which no bot of this world has: the right to verify, or
 * the right to change somebody's status. They check whom they are about and
 * then refuse, in the words that Telegram has for ordinary bots.
 */
export function refusedMethods(world: World): Handlers {
  const noVerifier = (): Refusal => badRequest("BOT_VERIFIER_FORBIDDEN");
  const user = (call: MethodCall): void => requireUser(world, call);
  const chat = (call: MethodCall): void => void chatOf(world, call, "read");
  return {
    verifyUser: refusing(user, noVerifier),
    removeUserVerification: refusing(user, noVerifier),
    verifyChat: refusing(chat, noVerifier),
    removeChatVerification: refusing(chat, noVerifier),
    setUserEmojiStatus: refusing(user, () =>
      forbidden("not enough rights to change the user's emoji status"),
    ),
    setPassportDataErrors: (call) => checkPassport(world, call),
    getUserPersonalChatMessages: (call) => personalChatMessages(world, call),
  };
}

/** @see https://core.telegram.org/bots/api#getuserpersonalchatmessages */
const MESSAGES_MAX = 20;

/** The newest posts of the channel on the person's profile, the newest first. */
function personalChatMessages(world: World, call: MethodCall): Message[] {
  requireUser(world, call);
  const limit = call.params.integer("limit") ?? 0;
  if (limit < 1 || limit > MESSAGES_MAX) throw badRequest("Invalid limit specified");
  const { personalChatId } = world.state.people.get(readUserId(call.params)) ?? {};
  if (personalChatId === undefined) throw badRequest("PERSONAL_CHANNEL_EMPTY");
  const conversation = world.openConversation(personalChatId);
  const posts = [...conversation.messages.values()].filter(({ content }) => !isService(content));
  return posts
    .slice(-limit)
    .toReversed()
    .map((post) => messageView(world, conversation, post));
}

/** Nobody of this world has a passport; the errors are only checked. */
const HASH_BYTES = 32;

function checkPassport(world: World, call: MethodCall): true {
  requireUser(world, call);
  const errors = jsonParam(call.params, "errors", "passport element errors");
  if (!Array.isArray(errors)) throw badRequest("Expected an Array of PassportElementError");
  for (const error of errors as unknown[]) {
    if (!isObject(error)) throw badRequest("Expected a PassportElementError to be an Object");
    const hash = error["data_hash"];
    const isHash = typeof hash === "string" && Buffer.from(hash, "base64").length === HASH_BYTES;
    if (hash !== undefined && !isHash) throw badRequest("DATA_HASH_SIZE_INVALID");
  }
  return true;
}

function refusing(check: (call: MethodCall) => void, refusal: () => Refusal) {
  return (call: MethodCall): never => {
    check(call);
    throw refusal();
  };
}

function requireUser(world: World, { params }: MethodCall): void {
  if (userOf(world, readUserId(params)) === undefined) throw badRequest("user not found");
}
