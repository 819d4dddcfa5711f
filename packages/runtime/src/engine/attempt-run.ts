import type { Clock } from "@hookgram/bot-api";
import type { AttemptLimits, HandlerInfo } from "hookgram";

import type { LaneItem } from "../lanes/lane.ts";
import type { Deadline, Deadlines } from "../deadlines.ts";
import type { Ending, JournalEntry } from "../store/store.ts";
import type { Attempt } from "./attempt.ts";
import type { Slots } from "../slots.ts";

/** What all runs of one `AttemptRunner` share. */
export interface RunShared {
  readonly clock: Clock;
  /** For handlers without a limit of their own. */
  readonly attemptTimeoutMs: number;
  readonly deadlines: Deadlines;
  readonly running: Slots<AttemptRun>;
  readonly toFailure: (attempt: Attempt, item: LaneItem, error: unknown) => Ending;
  /** Records in the journal what the next attempt has to know. Never rejects. */
  readonly record: (item: LaneItem, entries: readonly JournalEntry[]) => Promise<void>;
}

/** Called once, with the ending of a run. */
type WhenOver = (ending: Ending) => void;

/**
 * An attempt from its beginning until its handler ends, its deadline passes or it is aborted,
 * whichever comes first.
 *
 * **Invariant:** there is exactly one ending; whatever comes after it is ignored.
 *
 * This is a class, not a set of closures, because closures that share a scope with the deadline keep
 * the next run's update alive until V8's next full collection: that was half of an attempt's cost.
 */
export class AttemptRun {
  readonly #shared: RunShared;
  readonly #attempt: Attempt;
  readonly #item: LaneItem;
  readonly #whenOver: WhenOver;
  readonly #place: number;
  #deadline: Deadline;
  #cancelOwnDeadline: (() => void) | undefined;
  /** Which handler has taken the update, if one has. */
  #handler: string | undefined;

  constructor(shared: RunShared, attempt: Attempt, item: LaneItem, whenOver: WhenOver) {
    this.#shared = shared;
    this.#attempt = attempt;
    this.#item = item;
    this.#whenOver = whenOver;
    this.#deadline = shared.deadlines.begin(this.#late);
    this.#place = shared.running.add(this);
    attempt.run = this;
  }

  get botId(): number {
    return this.#item.botId;
  }

  /** The handler has ended by itself. */
  end(ending: Ending): void {
    if (!this.#attempt.isOver) this.#over(ending);
  }

  /** The handler has thrown. */
  fail(error: unknown): void {
    if (!this.#attempt.isOver) this.#over(this.#toFailure(error));
  }

  /** Ends the attempt as if it had not begun: it does not count. */
  abort(): void {
    this.#over({ to: "taken-back" }, new Error("the runtime is stopping"));
  }

  /**
   * A handler has taken the update, and its own limits apply from now on. If they are exhausted
   * already, the attempt ends here.
   */
  enter(limits: AttemptLimits | undefined, { name }: HandlerInfo): void {
    const { clock, deadlines } = this.#shared;
    const item = this.#item;
    item.limits = limits;
    this.#handler = name;
    if (item.attempts > this.#attempt.attemptsMax) return this.#over(...exhausted(item, name));
    deadlines.end(this.#deadline);
    this.#cancelOwnDeadline?.();
    this.#cancelOwnDeadline = undefined;
    const timeoutMs = limits?.timeoutMs;
    if (timeoutMs === undefined) this.#deadline = deadlines.begin(this.#late);
    else this.#cancelOwnDeadline = clock.after(timeoutMs, this.#late);
  }

  readonly #late = (): void => {
    const timeoutMs = this.#item.limits?.timeoutMs ?? this.#shared.attemptTimeoutMs;
    const reason = timeoutError(timeoutMs, this.#handler);
    this.#over(this.#toFailure(reason), reason);
  };

  #over(ending: Ending, reason?: Error): void {
    const { deadlines, running, record } = this.#shared;
    const attempt = this.#attempt;
    const item = this.#item;
    attempt.end(reason);
    deadlines.end(this.#deadline);
    this.#cancelOwnDeadline?.();
    running.remove(this.#place);
    item.journaled ||= attempt.hasRecorded;
    item.log = attempt.log;
    const leftovers = attempt.leftovers(ending.to === "done");
    if (leftovers.length === 0) return this.#whenOver(ending);
    item.journaled = true;
    void record(item, leftovers).then(() => this.#whenOver(ending));
  }

  #toFailure(error: unknown): Ending {
    return this.#shared.toFailure(this.#attempt, this.#item, error);
  }
}

/** All attempts that this handler allows were used up before it was known that it is the handler. */
function exhausted({ attempts, interrupted }: LaneItem, handler: string): [Ending, Error] {
  const error = `${handler} is not attempted again after ${attempts - 1} attempts`;
  const reason = interrupted > 0 ? "killed-process" : "failed";
  return [{ to: "parked", reason, error }, new Error(error)];
}

/** Its stack would show where the timer is, and not where the handler waits. */
function timeoutError(timeoutMs: number, handler = "the attempt"): Error {
  const message = `${handler} took longer than ${timeoutMs} ms`;
  const error = new DOMException(message, "TimeoutError");
  return Object.defineProperty(error, "stack", { value: `${error.name}: ${message}` });
}
