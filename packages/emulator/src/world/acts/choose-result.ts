import { requirePerson, userOf } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import type { World } from "../world.ts";
import { inlineResult } from "../inline-result.ts";
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
  const { content, markup } = inlineResult(world, result);
  const message = { senderId: person, content: { ...content, via_bot }, markup };
  const posted = post(world, conversation, message);
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
