import { isInputFile } from "@hookgram/bot-api";
import { anyKindOf } from "hookgram";

import { withoutMarks } from "../engine/seen-contents.ts";
import type { LaneItem } from "../lanes/lane.ts";
import type { LogBody } from "../store/event-log-store.ts";
import type { Ending } from "../store/store.ts";
import { LOG_VERSION, type LogEvent } from "./log-event.ts";
import type { StatePatch } from "./state-patch.ts";

/**
 * Which attempts are logged. `changes`: those that failed, changed something, or made a call or step.
 * `all`: every attempt. `off`: none.
 */
export const LOG_LEVELS = ["changes", "all", "off"] as const;

/** @see {@link LOG_LEVELS} */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Larger entries are written without the parameters of calls. */
const TEXT_MAX = 65_536;

type EffectEvent = Extract<LogEvent, { readonly type: "call" | "step" }>;

/** Collects what one attempt does. */
export class AttemptLog {
  readonly effects: EffectEvent[] = [];
  /** How written states differ from those that were read, by key, where that is shorter. */
  patches: ReadonlyMap<string, StatePatch> = new Map();
  readonly #asked = new Map<string, number>();

  /** Logs how an effect ends, and returns its result. `name` is the effect's name in the journal. */
  async follow<T>(effect: Promise<T>, name: string, call?: CallInfo): Promise<T> {
    const times = (this.#asked.get(name) ?? 0) + 1;
    this.#asked.set(name, times);
    const key = times === 1 ? name : `${name}#${times}`;
    const base = call === undefined ? { type: "step", key } : { type: "call", key, ...call };
    try {
      const result = await effect;
      this.effects.push({ ...base, ...messageIdOf(result) } as EffectEvent);
      return result;
    } catch (error) {
      this.effects.push({ ...base, error: textOf(error) } as EffectEvent);
      throw error;
    }
  }
}

/** An API call, before it is answered. */
export interface CallInfo {
  readonly method: string;
  readonly params: unknown;
}

/** The log entry of an attempt with this ending; undefined if it is not logged. */
export function toLogBody(item: LaneItem, ending: Ending, level: LogLevel): LogBody | undefined {
  if (level === "off" || ending.to === "taken-back") return undefined;
  if (level === "changes" && isQuiet(item, ending)) return undefined;
  const effects = item.log?.effects ?? [];
  const changes = [...effects, ...changesOf(ending, item.log?.patches)];
  const events = [...beginningOf(item), ...changes, endOf(ending)];
  // Only calls have files, and to look for them takes several times as long as the rest.
  const text = JSON.stringify({ events }, effects.length === 0 ? undefined : withoutFiles);
  if (text.length <= TEXT_MAX) return { version: LOG_VERSION, text };
  const short = events.map((event) =>
    event.type === "call" ? { ...event, params: undefined } : event,
  );
  return { version: LOG_VERSION, text: JSON.stringify({ events: short }, withoutFiles) };
}

/** This runs for most attempts, so it allocates nothing. */
function isQuiet({ log }: LaneItem, ending: Ending): boolean {
  if (ending.to !== "done" || log !== undefined) return false;
  if (withoutMarks(ending.writes).length > 0) return false;
  return (ending.timers ?? ending.fired ?? ending.emits ?? ending.outbox) === undefined;
}

function beginningOf({ receivedAtMs, updateId, attempts, content }: LaneItem): readonly LogEvent[] {
  const kind = content instanceof Uint8Array ? undefined : anyKindOf(content);
  const attempt: LogEvent = {
    type: "attempt",
    attempt: attempts,
    ...(kind !== undefined && { kind }),
  };
  if (attempts > 1) return [attempt];
  const id = updateId === undefined ? {} : { updateId };
  return [{ type: "accepted", atMs: receivedAtMs, ...id }, attempt];
}

function changesOf(
  ending: Ending,
  patches: AttemptLog["patches"] | undefined,
): readonly LogEvent[] {
  if (ending.to !== "done") return [];
  const { writes, timers = [], fired, emits = [], outbox } = ending;
  return [
    ...withoutMarks(writes).map(({ key, record }): LogEvent => {
      const patch = patches?.get(key);
      if (patch !== undefined) return { type: "grown", key, ...patch };
      return { type: "state", key, record: record ?? null };
    }),
    ...(fired === undefined ? [] : [{ type: "fired", key: fired.key } as const]),
    ...timers.map(({ key, timer }): LogEvent => ({
      type: "timer",
      key,
      dueAtMs: timer?.dueAtMs ?? null,
    })),
    ...emits.map(({ lane, key }): LogEvent => ({ type: "emitted", lane, ...(key && { key }) })),
    ...(outbox === undefined ? [] : [{ type: "outbox", changes: outbox.writes.length } as const]),
  ];
}

function endOf(ending: Exclude<Ending, { readonly to: "taken-back" }>): LogEvent {
  switch (ending.to) {
    case "done":
      return { type: "done", ...(ending.handler !== undefined && { handler: ending.handler }) };
    case "retry":
      return { type: "failed", error: withoutStack(ending.error), retryAtMs: ending.retryAtMs };
    case "parked":
      return { type: "parked", reason: ending.reason, error: withoutStack(ending.error) };
    case "expired":
      return { type: "expired" };
  }
}

/** The stack is stored with the update; here it would be most of the entry. */
function withoutStack(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^\s+at /.test(line))
    .join("\n");
}

/** A file is logged by its name only. */
function withoutFiles(_key: string, value: unknown): unknown {
  return isInputFile(value) ? { file: (value as { readonly name?: string }).name } : value;
}

function messageIdOf(result: unknown): { readonly messageId?: number } {
  const id = (result as { readonly message_id?: unknown } | null | undefined)?.message_id;
  return typeof id === "number" ? { messageId: id } : {};
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
