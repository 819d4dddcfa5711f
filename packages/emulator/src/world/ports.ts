import type { Clock, UpdateKind, UpdatePayload } from "@hookgram/bot-api";
import type { WorldEvent } from "./world-event.ts";

/** What the world needs from the server around it. `telegram.ts` wires it up. */
export interface WorldPorts {
  /** The emulated time: dates, the 48-hour rule, restrictions and old queries follow it. */
  readonly clock: Clock;
  /** Seeded, so that dice and identifiers are the same in every run. */
  readonly random: () => number;
  /** Queues an update for a bot; the queue drops kinds that the bot's `allowed_updates` omits. */
  readonly publish: <K extends UpdateKind>(
    botId: number,
    kind: K,
    payload: UpdatePayload<K>,
  ) => void;
  /** A bot's token, for the bot that manages it. */
  readonly tokenOf: (botId: number) => string;
  /** Gives a bot another token and takes the old one away. */
  readonly replaceToken: (botId: number) => string;
  /** Writes to the journal. */
  readonly record: (event: WorldEvent) => void;
}
