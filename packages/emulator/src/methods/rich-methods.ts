import type { Message } from "@hookgram/bot-api";
import { showDraft } from "../world/draft.ts";
import type { MessageContent } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import { chatOf } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import { jsonParam } from "./json-fields.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { readRichMessage } from "./rich-message.ts";
import { SENDINGS, sendContent } from "./send-content.ts";
import { readTextContent } from "./text-params.ts";

/** Methods about rich messages, and about texts that appear while they are being written. */
export function richMethods(world: World): Handlers {
  return {
    sendRichMessage: (call) => sendRich(world, call),
    sendMessageDraft: (call) =>
      draft(world, call, () => {
        const isEmpty = (call.params.text("text") ?? "") === "";
        return isEmpty ? {} : readTextContent(world, call);
      }),
    sendRichMessageDraft: (call) =>
      draft(world, call, () => ({ rich_message: readRich(world, call) })),
  };
}

function readRich(world: World, { params }: MethodCall): ReturnType<typeof readRichMessage> {
  return readRichMessage(world, jsonParam(params, "rich_message", "rich message"));
}

function sendRich(world: World, call: MethodCall): Message {
  return sendContent(world, call, { rich_message: readRich(world, call) }, SENDINGS.text);
}

/** A draft is shown in a private chat until the message itself comes, or the person stops it. */
function draft(world: World, call: MethodCall, readContent: () => MessageContent): true {
  const { params } = call;
  const id = params.integer("draft_id") ?? 0;
  if (id === 0) throw badRequest("draft_id must be non-zero");
  const chat = chatOf(world, call, "write");
  if (chat.kind !== "private") throw badRequest("TEXTDRAFT_PEER_INVALID");
  const content = readContent();
  const [canStop, isKept] = [params.boolean("can_stop"), params.boolean("keep_on_stop")];
  showDraft(world, chat.conversation, { id, content, canStop, isKept });
  return true;
}
