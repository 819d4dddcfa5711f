import { requireBot, requirePerson } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import type { InlineQueryRecord } from "../query-record.ts";
import { INLINE_ANSWER_MAX_MS, forgetOldQueries } from "../query-record.ts";
import { personUser } from "../user-record.ts";
import type { World } from "../world.ts";
import type { BotReference } from "../world-file.ts";
import { newQueryId } from "../query-id.ts";

export interface TypedQuery {
  readonly person: number;
  readonly bot?: BotReference | undefined;
  readonly query: string;
  readonly offset: string;
}

/** A person types `@bot` and a query into some chat. */
export function typeInlineQuery(world: World, typed: TypedQuery): InlineQueryRecord {
  const person = requirePerson(world, typed.person);
  const bot = requireBot(world, typed.bot);
  if (!bot.supports_inline_queries) {
    throw new EmulatorError(
      "conflict",
      `@${bot.username} takes no inline queries: create it with "supports_inline_queries": true`,
    );
  }
  const id = newQueryId(world, person.id);
  const atMs = world.ports.clock.now();
  forgetOldQueries(world.state.inlineQueries, atMs - INLINE_ANSWER_MAX_MS);
  const record: InlineQueryRecord = {
    id,
    text: typed.query,
    botId: bot.id,
    personId: person.id,
    atMs,
  };
  world.state.inlineQueries.set(id, record);
  world.publish(bot.id, "inline_query", {
    id,
    from: personUser(person),
    query: typed.query,
    offset: typed.offset,
    chat_type: "sender",
  });
  return record;
}
