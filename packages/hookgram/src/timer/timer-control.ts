import type { Origin } from "../context/origin.ts";
import type { Invocation } from "../dispatch/invocation.ts";
import { HookgramError } from "../error.ts";
import type { AnyEventKind, EventKind } from "../event/event-kind.ts";
import { type Emission, type TimerBody, toEmission } from "../event/event-update.ts";
import { stateKey, type StateStrategy } from "../state/strategy.ts";

/** A timer that an attempt sets. */
export interface StagedTimer {
  /** Milliseconds since the epoch. */
  readonly dueAtMs: number;
  /** What is handled then; its body has the same `timer`. */
  readonly emission: Emission;
}

/** Stages the timers that one attempt sets and cancels; the host commits them with the update. */
export interface TimerSession {
  /**
   * A timer replaces the one with the same key, `undefined` cancels it, also when it is due already
   * and waits to be handled.
   */
  write(key: string, timer: StagedTimer | undefined): void;
}

/** Which timer of a conversation is meant. */
export interface TimerName {
  /** Default: the name of the kind. 1 to 128 characters. */
  readonly name?: string | undefined;
  /** Which conversation it belongs to, as for states. Default `user-in-chat`. */
  readonly scope?: StateStrategy | undefined;
}

/** When a timer is due: some time from now, or at a time (a `Date`, or milliseconds). */
export type TimerTime =
  | { readonly afterMs: number; readonly at?: undefined }
  | { readonly at: Date | number; readonly afterMs?: undefined };

/** Data may be left out where the kind takes `null`. */
export type TimerData<Input> = null extends Input
  ? { readonly data?: Input }
  : { readonly data: Input };

/** Far more than a person plans; beyond it a date is a mistake, such as microseconds. */
const AHEAD_MAX_MS = 100 * 366 * 86_400_000;

const NAME_LENGTH_MAX = 128;

/**
 * The timers of the conversation that an update belongs to, as `timers` in the context.
 *
 * A timer is an event that is handled later: `router.on(reminder, handler)`, in the lane of its
 * conversation, with the conversation's states, and once. `event.timer` says when it was due.
 * Timers survive restarts; one that fell due while no process ran is handled at the next start,
 * with `event.timer.lateMs`. Setting and cancelling count with the commit of the attempt. A timer
 * that is cancelled or replaced is not handled, not even if it was due already.
 *
 * They follow the wall clock of the host.
 */
export class TimerControl {
  readonly #invocation: Invocation;
  readonly #origin: Origin;

  /** @internal Made for each update. */
  constructor(invocation: Invocation, origin: Origin) {
    this.#invocation = invocation;
    this.#origin = origin;
  }

  /**
   * Sets a timer, in place of one with the same name.
   * @throws HookgramError `bad-event-data` when the kind's schema does not accept the data,
   * `bad-argument` for a time or name out of range, `no-conversation` when the update lacks the user
   * or chat that the scope needs.
   */
  async set<Input>(
    kind: EventKind<Input, unknown>,
    options: TimerTime & TimerName & TimerData<NoInfer<Input>>,
  ): Promise<void> {
    const setAtMs = this.#invocation.now();
    const dueAtMs = toDueTime(kind, options, setAtMs);
    const { name, key } = this.#identify(kind, options);
    const timer: TimerBody = { key, name, due_at_ms: dueAtMs, set_at_ms: setAtMs };
    const { chat, user, topicId, businessConnectionId, isGuest } = this.#origin;
    const place = { chat, user, topicId, businessConnectionId, isGuest };
    const { data = null } = options as { readonly data?: unknown };
    const emission = await toEmission(kind, data, { ...place, timer, nowMs: dueAtMs });
    this.#invocation.timers.write(key, { dueAtMs, emission });
  }

  /** Cancels a timer; nothing happens when there is none. */
  cancel(kind: AnyEventKind, options: TimerName = {}): void {
    this.#invocation.timers.write(this.#identify(kind, options).key, undefined);
  }

  #identify(
    kind: AnyEventKind,
    { name = kind.name, scope = "user-in-chat" }: TimerName,
  ): { readonly name: string; readonly key: string } {
    if (name === "" || name.length > NAME_LENGTH_MAX || name.includes("\0")) {
      const rule = `a timer's name has 1 to ${NAME_LENGTH_MAX} characters, none of them U+0000`;
      throw new HookgramError("bad-argument", `timers, ${kind.name}: ${rule}`);
    }
    const conversation = stateKey(scope, this.#invocation.me.id, this.#origin);
    if (conversation === undefined) {
      const rule = `the update has no user or chat for a timer of the scope "${scope}"`;
      throw new HookgramError("no-conversation", `timers, ${kind.name}: ${rule}`);
    }
    return { name, key: `${conversation}|${name}` };
  }
}

function toDueTime({ name }: AnyEventKind, { afterMs, at }: TimerTime, nowMs: number): number {
  const dueAtMs = afterMs === undefined ? Number(at) : nowMs + afterMs;
  if ((afterMs ?? 0) >= 0 && dueAtMs >= 0 && dueAtMs <= nowMs + AHEAD_MAX_MS)
    return Math.ceil(dueAtMs);
  const rule = "a timer is due after 0 or more milliseconds, at most 100 years ahead";
  throw new HookgramError(
    "bad-argument",
    `timers.set, ${name}: ${rule}; got ${afterMs ?? Number(at)}`,
  );
}
