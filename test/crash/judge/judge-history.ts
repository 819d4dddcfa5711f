import type { EffectName, HistoryEvent } from "./history.ts";

/** What is wrong with a history, by update ids. A correct history has `flagged` updates at most. */
export interface Findings {
  /**
   * Answered 2xx, but neither applied nor rightly a dead letter; or applied, although one of its effects
   * never happened.
   */
  readonly lost: readonly number[];
  /** Handled, although Telegram never sent it. */
  readonly unexpected: readonly number[];
  /**
   * Applied more than once, an effect was repeated whose result the runtime knew, or one that was
   * carried by a webhook reply.
   */
  readonly duplicated: readonly number[];
  /**
   * Of an effect that was in flight when its process died nobody could know whether it had happened.
   * It was repeated or, as a webhook reply, given up; and the runtime says so.
   */
  readonly flagged: readonly number[];
  /** Applied, or seen by others for the first time, after an update that came later in its queue. */
  readonly reordered: readonly number[];
}

export interface Judgement extends Findings {
  /** Longest time from a kill to the next attempt at an update that had been accepted before it. */
  readonly recoveryMs: number;
}

/** The findings if nothing is wrong and nothing was in flight. */
export const NO_FINDINGS: Findings = {
  lost: [],
  unexpected: [],
  duplicated: [],
  flagged: [],
  reordered: [],
};

/** The order of events that different observers have recorded for the same millisecond. */
const AT_ONCE: readonly HistoryEvent["type"][] = ["begun", "effect", "returned"];

const EFFECTS: readonly EffectName[] = ["service", "reply", "answer", "send"];

type Of<T extends HistoryEvent["type"]> = Extract<HistoryEvent, { readonly type: T }>;

/**
 * Compares the updates that Telegram sent with what became of them. An update that was never answered
 * 2xx may or may not have been handled.
 */
export function judgeHistory(history: readonly HistoryEvent[]): Judgement {
  const events = history.toSorted(
    (a, b) => a.atMs - b.atMs || AT_ONCE.indexOf(a.type) - AT_ONCE.indexOf(b.type),
  );
  const applied = of(history, "applied").map(idOf);
  const doubted = new Set(of(events, "doubted").map(idOf));
  const repeats = judgeRepeats(events, doubted);
  const missing = missingEffects(events);
  const isGivenUp = ({ updateId, effect }: Of<"owed">): boolean =>
    effect === "answer" && doubted.has(updateId);
  return {
    lost: unique([
      ...missingUpdates(events),
      ...missing.filter((owed) => !isGivenUp(owed)).map(idOf),
    ]),
    unexpected: unexpectedUpdates(events),
    duplicated: unique([
      ...repeatedIn(applied),
      ...repeats.filter(({ isAllowed }) => !isAllowed).map(idOf),
    ]),
    flagged: unique([
      ...repeats.filter(({ isAllowed }) => isAllowed).map(idOf),
      ...missing.filter(isGivenUp).map(idOf),
    ]),
    reordered: judgeOrder(events, applied),
    recoveryMs: slowestRecovery(events),
  };
}

/** Accepted updates that are neither applied nor rightly dead letters. */
function missingUpdates(events: readonly HistoryEvent[]): number[] {
  const due = of(events, "parked").filter(({ isDue }) => isDue);
  const settled = new Set([...of(events, "applied"), ...due].map(idOf));
  return of(events, "acknowledged")
    .map(idOf)
    .filter((id) => !settled.has(id));
}

function missingEffects(events: readonly HistoryEvent[]): Of<"owed">[] {
  const seen = new Set(of(events, "effect").map(nameOf));
  return of(events, "owed").filter((owed) => !seen.has(nameOf(owed)));
}

function unexpectedUpdates(events: readonly HistoryEvent[]): number[] {
  const sent = new Set(of(events, "sent").map(idOf));
  const done = [...of(events, "begun"), ...of(events, "effect"), ...of(events, "applied")];
  return unique(done.map(idOf)).filter((id) => !sent.has(id));
}

interface Repeat {
  readonly updateId: number;
  readonly isAllowed: boolean;
}

/** The last time an effect was seen. */
interface Sighting {
  readonly attempt: number;
  readonly isWebhookReply: boolean;
  isReturned: boolean;
}

/**
 * An effect may be repeated by a later attempt, provided that no earlier attempt had its result, the
 * update is reported as in doubt, and neither was a webhook reply. An enqueued message, which no
 * attempt sends, may be repeated after a kill.
 */
function judgeRepeats(events: readonly HistoryEvent[], doubted: ReadonlySet<number>): Repeat[] {
  const attempts = new Map<number, number>();
  const last = new Map<string, Sighting>();
  const repeats: Repeat[] = [];
  let kills = 0;
  for (const event of events) {
    if (event.type === "killed") kills += 1;
    if (event.type === "begun") attempts.set(event.updateId, event.attempt);
    if (event.type !== "effect" && event.type !== "returned") continue;
    const { updateId } = event;
    const before = last.get(nameOf(event));
    if (event.type === "returned") {
      if (before !== undefined) before.isReturned = true;
      continue;
    }
    const { isWebhookReply = false } = event;
    const attempt = event.effect === "send" ? kills : (attempts.get(updateId) ?? 0);
    if (before !== undefined) {
      const isUnknown = !before.isReturned && attempt > before.attempt;
      const isCall = !isWebhookReply && !before.isWebhookReply;
      repeats.push({ updateId, isAllowed: isUnknown && isCall && doubted.has(updateId) });
    }
    const isReturned = before?.isReturned === true;
    last.set(nameOf(event), { attempt, isWebhookReply, isReturned });
  }
  return repeats;
}

/** Dead letters may be late, because a replay puts them at the end of their lane. */
function judgeOrder(events: readonly HistoryEvent[], applied: readonly number[]): number[] {
  const excused = new Set([...of(events, "parked"), ...of(events, "replayed")].map(idOf));
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
    // If nothing was left behind, the first new update that is handled counts.
    const atMs = taken.length > 0 ? Math.max(...taken) : (after[0]?.atMs ?? killedAtMs);
    return atMs - killedAtMs;
  });
  return Math.max(0, ...recoveries);
}

function of<T extends HistoryEvent["type"]>(events: readonly HistoryEvent[], type: T): Of<T>[] {
  return events.filter((event): event is Of<T> => event.type === type);
}

function repeatedIn(ids: readonly number[]): number[] {
  const seen = new Set<number>();
  return ids.filter((id) => seen.size === seen.add(id).size);
}

function unique(ids: readonly number[]): number[] {
  return [...new Set(ids)];
}

function idOf({ updateId }: { readonly updateId: number }): number {
  return updateId;
}

function nameOf({ updateId, effect }: { updateId: number; effect: EffectName }): string {
  return `${updateId} ${effect}`;
}
