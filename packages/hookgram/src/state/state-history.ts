import type { Json } from "../dispatch/invocation.ts";
import type { StateSnapshot } from "./states.ts";

/** A scene that the conversation can go back to. */
export interface HistoryStep extends StateSnapshot {
  /**
   * Set for a scene of another group than the record's: `state` is its full name then, `group:state`,
   * and this the version that its group had. It is migrated when somebody goes back to it.
   */
  readonly version?: number;
}

/** The data of a state with the scenes that the conversation can go back to, the newest last. */
export interface DataWithHistory {
  readonly data: Json;
  readonly history: readonly HistoryStep[];
}

/** As in aiogram. Older scenes are forgotten: a record must stay small, and nobody goes back so far. */
const HISTORY_MAX = 10;

const DATA = "@data";
const HISTORY = "@history";

/**
 * What is stored as the record's data: the data itself, and only with a history an envelope around
 * both. So one record and one commit hold everything, in whatever store.
 */
export function packHistory({ data, history }: DataWithHistory): Json {
  if (history.length === 0 && !isEnvelope(data)) return data;
  const kept = history
    .slice(-HISTORY_MAX)
    .map(({ state, data: before, version }) =>
      version === undefined ? [state, before] : [state, before, version],
    );
  return { [DATA]: data, [HISTORY]: kept };
}

/** Takes the envelope off. What is no history in it is left out and never an error. */
export function unpackHistory(stored: Json): DataWithHistory {
  if (!isEnvelope(stored)) return { data: stored, history: [] };
  const { [DATA]: data = null, [HISTORY]: history } = stored;
  return { data, history: Array.isArray(history) ? history.flatMap(toStep) : [] };
}

function isEnvelope(data: Json): data is { readonly [key: string]: Json } {
  return typeof data === "object" && data !== null && Object.hasOwn(data, HISTORY);
}

function toStep(entry: Json): readonly HistoryStep[] {
  const [state, data = null, version] = Array.isArray(entry) ? (entry as readonly Json[]) : [];
  if (typeof state !== "string") return [];
  return [typeof version === "number" ? { state, data, version } : { state, data }];
}
