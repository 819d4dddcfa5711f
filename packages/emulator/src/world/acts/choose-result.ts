import type { InlineKeyboardMarkup } from "@hookgram/bot-api";
import { requirePerson, userOf } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import type { MessageContent } from "../stored-message.ts";
import type { World } from "../world.ts";
import { formatText } from "../../formatting/format-text.ts";
import { inlineMessageId } from "../inline-message.ts";
import type { Where } from "./place.ts";
import { conversationToWrite } from "./place.ts";
import type { Posted } from "./say.ts";
import { post } from "./say.ts";

export interface Choosing extends Where {
  readonly person: number;
  readonly inline_query_id: string;
  readonly result_id: string;
}

/** A person sends one of the results of an inline query; the bot hears which one. */
export function chooseResult(world: World, wanted: Choosing): Posted {
  const { person, inline_query_id: queryId, result_id } = wanted;
  requirePerson(world, person);
  const query = world.state.inlineQueries.get(queryId);
  const result = query?.answer?.results.find(({ id }) => id === result_id);
  if (query?.personId !== person || result === undefined) {
    throw new EmulatorError("not-found", `the query ${queryId} has no result ${result_id}`);
  }
  const conversation = conversationToWrite(world, wanted);
  const via_bot = userOf(world, query.botId)!;
  const markup = result["reply_markup"] as InlineKeyboardMarkup | undefined;
  const content = { ...contentOf(world, result), via_bot };
  const posted = post(world, conversation, { senderId: person, content, markup });
  world.publish(query.botId, "chosen_inline_result", {
    result_id,
    from: userOf(world, person)!,
    query: query.text,
    ...(markup === undefined
      ? {}
      : { inline_message_id: inlineMessageId(posted.conversation, posted.message) }),
  });
  return posted;
}

/** What the result says it sends: a text, or else its title. */
function contentOf(world: World, result: Readonly<Record<string, unknown>>): MessageContent {
  const message = result["input_message_content"] as Readonly<Record<string, unknown>> | undefined;
  const text = message?.["message_text"] ?? result["caption"] ?? result["title"] ?? "";
  const formatted = formatText({
    text: typeof text === "string" ? text : "",
    parseMode: message?.["parse_mode"] as string | undefined,
    entities: message?.["entities"],
    userOf: (id) => userOf(world, id),
  });
  const { entities } = formatted;
  return { text: formatted.text, ...(entities.length === 0 ? {} : { entities }) };
}
