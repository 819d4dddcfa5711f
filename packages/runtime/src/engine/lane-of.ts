import type { Update } from "@hookgram/bot-api";

import { conversationKey } from "../lanes/conversation-key.ts";
import type { Settings } from "./settings.ts";

/** Says in which lane an update of a bot waits its turn; `null`: the update needs no order. */
export type LaneOf = (update: Update, identity: UpdateIdentity) => string | null;

export interface UpdateIdentity {
  readonly botId: number;
  /** Undefined for the bot's own events. */
  readonly updateId: number | undefined;
}

/** The lane that the option `laneKey` names. */
export function laneByKey({ laneKey, logger }: Pick<Settings, "laneKey" | "logger">): LaneOf {
  return (update, { botId, updateId }) => {
    try {
      return laneKey(update, botId);
    } catch (error) {
      // Refusing the update would make Telegram hold back its whole chat for a day.
      logger.error({ botId, updateId, error }, "laneKey failed; the default lane is used");
      return conversationKey(update, botId);
    }
  };
}
