import type { BusinessConnection } from "@hookgram/bot-api";
import { personUser } from "./user-record.ts";
import type { World } from "./world.ts";

/** A bot that answers in the name of a person, in that person's private chats. */
export interface BusinessConnectionRecord {
  readonly id: string;
  readonly personId: number;
  readonly botId: number;
  readonly date: number;
  rights: Readonly<Record<string, true>>;
  isEnabled: boolean;
}

/** A connection as the Bot API shows it. */
export function businessView(
  world: World,
  { id, personId, date, rights, isEnabled }: BusinessConnectionRecord,
): BusinessConnection {
  const user = personUser(world.state.people.get(personId)!);
  return { id, user, user_chat_id: personId, date, rights, is_enabled: isEnabled };
}
