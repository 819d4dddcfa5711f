import type { EffectName, HistoryEvent } from "./history.ts";

/** What is wrong with a history, by update. A right one has nothing but `flagged` updates. */
export interface Judgement {
  /**
   * Answered 2xx, and neither applied nor a dead letter that had to become one; or applied, and what
   * it enqueued was never sent.
   */
  readonly lost: readonly number[];
  /** Something was done for it, and Telegram never sent it. */
  readonly unexpected: readonly number[];
  /** Applied more than once, or an effect was repeated whose result the runtime knew. */
  readonly duplicated: readonly number[];
  /**
   * An effect was repeated that was in flight when its process died, and the runtime says so. Nobody
   * could know whether it had happened.
   */
  readonly flagged: readonly number[];
  /** Applied, or seen by others for the first time, after an update that came later in its queue. */
  readonly reordered: readonly number[];
  /** Longest time from a kill to the next attempt at an update that had been accepted before it. */
  readonly recoveryMs: number;
}

/** What happened in one millisecond, and was written down by several, happened in this order. */
const AT_ONCE: readonly HistoryEvent["type"][] = ["begun", "effect", "returned"];

const EFFECTS: readonly EffectName[] = ["service", "reply", "send"];

type Of<T extends HistoryEvent["type"]> = Extract<HistoryEvent, { readonly type: T }>;

/**
 * Compares what Telegram sent with what became of it. An update that was never answered 2xx may have
 * been handled or not.
 */
export function judgeHistory(history: readonly HistoryEvent[]): Judgement {
  const events = history.toSorted(
    (a, b) => a.atMs - b.atMs || AT_ONCE.indexOf(a.type) - AT_ONCE.indexOf(b.type),
  );
  const sent = of(events, "sent");
  const applied = of(history, "applied").map(idOf);
  const due = of(events, "parked").filter(({ isDue }) => isDue);
  const settled = new Set([...applied, ...due.map(idOf)]);
  const known = new Set(sent.map(idOf));
  const sends = of(events, "effect").filter(({ effect }) => effect === "send");
  const delivered = new Set(sends.map(idOf));
  const done = [...of(events, "begun"), ...of(events, "effect"), ...of(events, "applied")];
  const doubted = new Set(of(events, "doubted").map(idOf));
  const repeats = judgeRepeats(events, doubted);
  return {
    lost: unique([
      ...of(events, "acknowledged")
        .map(idOf)
        .filter((id) => !settled.has(id)),
      ...of(events, "enqueued")
        .map(idOf)
        .filter((id) => !delivered.has(id)),
    ]),
    unexpected: unique(done.map(idOf)).filter((id) => !known.has(id)),
    duplicated: unique([
      ...applied.filter((id, at) => applied.indexOf(id) !== at),
      ...repeats.filter(({ isAllowed }) => !isAllowed).map(idOf),
    ]),
    flagged: unique(repeats.filter(({ isAllowed }) => isAllowed).map(idOf)),
    reordered: judgeOrder(events, applied),
    recoveryMs: slowestRecovery(events),
  };
}

interface Repeat {
  readonly updateId: number;
  readonly isAllowed: boolean;
}

/**
 * A repetition is allowed to a later attempt than that of the effect before, if no attempt before
 * had the result and the update is marked. What was enqueued is sent by no attempt: there it is
 * allowed after a kill.
 */
function judgeRepeats(events: readonly HistoryEvent[], doubted: ReadonlySet<number>): Repeat[] {
  const attempts = new Map<number, number>();
  const last = new Map<string, { attempt: number; isReturned: boolean }>();
  const repeats: Repeat[] = [];
  let kills = 0;
  for (const event of events) {
    if (event.type === "killed") kills += 1;
    if (event.type === "begun") attempts.set(event.updateId, event.attempt);
    if (event.type !== "effect" && event.type !== "returned") continue;
    const { updateId } = event;
    const name = `${updateId} ${event.effect}`;
    const before = last.get(name);
    if (event.type === "returned") {
      if (before !== undefined) before.isReturned = true;
      continue;
    }
    const attempt = event.effect === "send" ? kills : (attempts.get(updateId) ?? 0);
    if (before !== undefined) {
      const isUnknown = !before.isReturned && attempt > before.attempt;
      repeats.push({ updateId, isAllowed: isUnknown && doubted.has(updateId) });
    }
    last.set(name, { attempt, isReturned: before?.isReturned === true });
  }
  return repeats;
}

/** A dead letter may come late: it is put at the end of its lane when it is replayed. */
function judgeOrder(events: readonly HistoryEvent[], applied: readonly number[]): number[] {
  const excused = new Set(
    [...of(events, "parked"), ...of(events, "replayed")].map(({ updateId }) => updateId),
  );
  const place = new Map(of(events, "sent").map((it, at) => [it.updateId, { ...it, at }]));
  const late = (ids: readonly number[]): number[] => {
    const furthest = new Map<string, number>();
    return ids.filter((id) => {
      const sent = place.get(id);
      if (sent === undefined || excused.has(id)) return false;
      const before = furthest.get(sent.queue) ?? -1;
      furthest.set(sent.queue, Math.max(before, sent.at));
      return sent.at < before;
    });
  };
  const effects = of(events, "effect");
  const firsts = (name: EffectName): number[] =>
    unique(effects.filter(({ effect }) => effect === name).map(idOf));
  const seen = EFFECTS.flatMap((effect) => late(firsts(effect)));
  return unique([...late(unique(applied)), ...seen]);
}

function slowestRecovery(events: readonly HistoryEvent[]): number {
  const begun = of(events, "begun");
  const acknowledged = of(events, "acknowledged");
  const recoveries = of(events, "killed").map(({ atMs: killedAtMs }) => {
    const before = new Set(acknowledged.filter(({ atMs }) => atMs <= killedAtMs).map(idOf));
    const after = begun.filter(({ atMs }) => atMs > killedAtMs);
    const firsts = new Map(after.toReversed().map(({ updateId, atMs }) => [updateId, atMs]));
    const taken = [...firsts].flatMap(([id, atMs]) => (before.has(id) ? [atMs] : []));
    // Nothing was left behind: then what counts is that new updates are handled again.
    const atMs = taken.length > 0 ? Math.max(...taken) : (after[0]?.atMs ?? killedAtMs);
    return atMs - killedAtMs;
  });
  return Math.max(0, ...recoveries);
}

function of<T extends HistoryEvent["type"]>(events: readonly HistoryEvent[], type: T): Of<T>[] {
  return events.filter((event): event is Of<T> => event.type === type);
}

function unique(ids: readonly number[]): number[] {
  return [...new Set(ids)];
}

function idOf({ updateId }: { readonly updateId: number }): number {
  return updateId;
}
