import type {
  ApiCallEntry,
  DeliveryEntry,
  JournalEntry,
  UpdateEntry,
} from "../control/control-shapes.ts";

/** How far an update has come on its way to a bot. */
export interface DeliveryState {
  /**
   * `queued`: no attempt yet. `retrying`: the last attempt failed, another will follow.
   * `delivered`: the webhook answered 2xx, or the poller asked for what comes after it.
   * `dropped`: Telegram gave up.
   */
  readonly stage: "queued" | "retrying" | "delivered" | "dropped";
  readonly attempts: number;
  readonly lastStatus?: number | null;
  /** When the next attempt is due, on the local Telegram's clock. */
  readonly retryAtMs?: number;
}

interface TrackedUpdate {
  readonly messageKey: string;
  readonly botId: number;
  readonly updateId: number;
  state: DeliveryState;
}

/** A message's name across all chats: private ones exist once per bot. */
export function messageKey(chatId: number, botId: number | undefined, messageId: number): string {
  return chatId > 0 ? `${chatId}:${botId}/${messageId}` : `${chatId}/${messageId}`;
}

const updateKey = (entry: { bot_id?: number; update_id: number }): string =>
  `${entry.bot_id}:${entry.update_id}`;

function stateAfter(entry: DeliveryEntry): DeliveryState {
  const { outcome, attempt, status, retry_in_s: retryInS, at_ms: atMs } = entry;
  const known = { attempts: attempt, lastStatus: status };
  if (outcome !== "failed") return { ...known, stage: outcome };
  if (retryInS === undefined) return { ...known, stage: "retrying" };
  return { ...known, stage: "retrying", retryAtMs: atMs + retryInS * 1000 };
}

/** The updates that a poller has confirmed: those below the offset that it asked for. */
function confirm(tracked: Iterable<TrackedUpdate>, { bot_id, method, ok, params }: ApiCallEntry) {
  const offset = Number(params?.["offset"] ?? 0);
  if (method !== "getUpdates" || !ok || !(offset > 0)) return;
  for (const update of tracked) {
    if (update.botId !== bot_id || update.updateId >= offset) continue;
    update.state = { ...update.state, stage: "delivered" };
  }
}

function trackUpdate(entry: UpdateEntry): TrackedUpdate | undefined {
  if (entry.chat_id === undefined || entry.message_id === undefined) return undefined;
  return {
    messageKey: messageKey(entry.chat_id, entry.bot_id, entry.message_id),
    botId: entry.bot_id ?? 0,
    updateId: entry.update_id,
    state: { stage: "queued", attempts: 0 },
  };
}

const STAGES_BY_PROGRESS = ["dropped", "retrying", "queued", "delivered"] as const;

/** Of several bots in a group, the one that is furthest behind counts. */
function leastProgress(a: DeliveryState, b: DeliveryState | undefined): DeliveryState {
  if (b === undefined) return a;
  const rank = ({ stage }: DeliveryState): number => STAGES_BY_PROGRESS.indexOf(stage);
  return rank(a) <= rank(b) ? a : b;
}

/**
 * The state of the newest update of each message, by `messageKey`. A message that no bot was told
 * of (privacy mode, an unwanted kind) has none.
 */
export function deliveryStates(
  entries: readonly JournalEntry[],
): ReadonlyMap<string, DeliveryState> {
  const tracked = new Map<string, TrackedUpdate>();
  for (const entry of entries) {
    if (entry.type === "update") {
      const update = trackUpdate(entry);
      if (update !== undefined) tracked.set(updateKey(entry), update);
    } else if (entry.type === "delivery") {
      const update = tracked.get(updateKey(entry));
      if (update !== undefined) update.state = stateAfter(entry);
    } else if (entry.type === "api-call") {
      confirm(tracked.values(), entry);
    } else if (entry.type === "reset") {
      // The ids begin anew.
      tracked.clear();
    }
  }
  const states = new Map<string, DeliveryState>();
  for (const { messageKey: key, state } of tracked.values()) {
    states.set(key, leastProgress(state, states.get(key)));
  }
  return states;
}

/** A webhook that was set anew, or went away, is not tried at the old times. */
function forgetBot(deliveries: Map<string, DeliveryEntry>, botId: number | undefined): void {
  for (const [key, { bot_id }] of deliveries) if (bot_id === botId) deliveries.delete(key);
}

/** When the next attempt of each failed delivery is due, by its `seq`; only the newest attempts. */
export function pendingRetries(entries: readonly JournalEntry[]): ReadonlyMap<number, number> {
  const newest = new Map<string, DeliveryEntry>();
  for (const entry of entries) {
    if (entry.type === "delivery") newest.set(updateKey(entry), entry);
    else if (entry.type === "reset") newest.clear();
    else if (entry.type === "webhook") forgetBot(newest, entry.bot_id);
  }
  const retries = new Map<number, number>();
  for (const { seq, at_ms, outcome, retry_in_s: retryInS } of newest.values()) {
    if (outcome === "failed" && retryInS !== undefined) retries.set(seq, at_ms + retryInS * 1000);
  }
  return retries;
}
