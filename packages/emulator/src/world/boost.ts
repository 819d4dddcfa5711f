import type { ChatBoost } from "@hookgram/bot-api";
import { personUser } from "./user-record.ts";
import type { World } from "./world.ts";

/** One boost of a chat by a person with Premium. */
export interface BoostRecord {
  readonly id: string;
  readonly personId: number;
  /** Unix time. */
  readonly addDate: number;
  readonly expirationDate: number;
}

/** A boost as the Bot API shows it. */
export function boostView(
  world: World,
  { id, personId, addDate, expirationDate }: BoostRecord,
): ChatBoost {
  return {
    boost_id: id,
    add_date: addDate,
    expiration_date: expirationDate,
    source: { source: "premium", user: personUser(world.state.people.get(personId)!) },
  };
}
