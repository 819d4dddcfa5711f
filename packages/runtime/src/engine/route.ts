import type { Update } from "@hookgram/bot-api";

import { conversationKey } from "../lanes/conversation-key.ts";
import type { LaneItem } from "../lanes/lane.ts";
import type { Accepted, NewUpdate } from "../store/store.ts";
import { parseContent } from "./attempt-runner.ts";
import type { LaneOf } from "./emitted.ts";
import type { Settings } from "./settings.ts";

/** An update that can be handled, ready to be stored. */
export interface Route {
  readonly lane: string;
  readonly content: Update;
  readonly expiresAtMs: number | undefined;
  readonly key?: string | undefined;
}

/** The lane that the option `laneKey` says. */
export function laneByKey({ laneKey, logger }: Pick<Settings, "laneKey" | "logger">): LaneOf {
  return (content, { botId, updateId }) => {
    try {
      return laneKey(content, botId);
    } catch (error) {
      // Refusing the update would hold its whole chat at Telegram for a day.
      logger.error({ botId, updateId, error }, "laneKey failed; the default lane is used");
      return conversationKey(content, botId);
    }
  };
}

/** A stored update as its lane has it in memory. */
export function toItem(
  stored: NewUpdate,
  { content }: Route,
  accepted: Extract<Accepted, { status: "stored" }>,
): LaneItem {
  const { botId, updateId, receivedAtMs, expiresAtMs } = stored;
  const { seq, begun } = accepted;
  return {
    seq,
    botId,
    updateId,
    receivedAtMs,
    expiresAtMs,
    content,
    isStored: false,
    attempts: begun ? 1 : 0,
    begun,
    interrupted: 0,
    retryAtMs: undefined,
    journaled: false,
    limits: undefined,
    log: undefined,
  };
}

/** Undefined when the bytes are no JSON object. */
export function parseOrNothing(raw: Uint8Array): Update | undefined {
  try {
    const content: unknown = parseContent(raw);
    return typeof content === "object" && content !== null ? (content as Update) : undefined;
  } catch {
    return undefined;
  }
}
