import type { Update } from "@hookgram/bot-api";
import type { Json } from "../dispatch/invocation.ts";
import { HookgramError } from "../error.ts";
import { type RecordedError, recordError, revive } from "./recorded-error.ts";

/** An effect of the function, with its result; neither `value` nor `error`: it gave nothing. */
export interface DoneEffect {
  readonly name: string;
  readonly value?: Json;
  readonly error?: RecordedError;
  /** Its place in the order in which the effects of the turn ended, where that is another one. */
  readonly end?: number;
}

/** An update of the conversation, and what the function did with it until it asked for the next. */
export interface Turn {
  readonly update: Update;
  /** When it was handled, in milliseconds since the epoch. */
  readonly atMs: number;
  /** Why the function went on. */
  readonly by: "entry" | "answer" | "timeout" | "tries";
  /** The name of the case that it answered. */
  readonly case?: string | undefined;
  readonly done: readonly DoneEffect[];
}

/** An effect as the function asks for it. */
export interface TalkEffect {
  /** What it is and what it is asked to do. */
  readonly name: string;
  /**
   * How the names of effects begin that count as this one where none has the same name, so that the
   * wording of a question may be mended while somebody is answering it.
   */
  readonly alike?: string;
  /** Nothing else of the conversation may be under way with it, as it could be part of it. */
  readonly isStep?: boolean;
  readonly run: () => unknown;
}

/** Turns of the queue of promises that one takes to have its effect on another. */
const TICKS_BETWEEN = 64;
/** A millisecond or so, and more than a function takes from one effect to the next. */
const TICKS_MAX = 20_000;

/** Rejects nothing, resolves never: a function that waits here stays where it is and is forgotten. */
export function never(): Promise<never> {
  return new Promise<never>(() => undefined);
}

/**
 * The turns of one run of a conversation's function: recorded ones, whose effects are given back, and
 * the last one, which happens now and is written down.
 *
 * States: replaying → live (in the last turn) → closed.
 *
 * **Invariant:** in a recorded turn no effect is carried out, and the function can leave it only when
 * it has asked for exactly what is recorded, in whichever order. Otherwise its code has changed.
 */
export class Transcript {
  readonly #turns: readonly Turn[];
  readonly #changed: (reason: string) => void;
  #at = 0;
  #isClosed = false;
  /** Recorded effects of the turn that the function has not asked for yet. */
  #unused: DoneEffect[] = [];
  /** Recorded effects of the turn whose results it does not have yet, in the order of their ends. */
  #open: DoneEffect[] = [];
  /** In the order in which they were asked for; undefined while under way. */
  readonly #live: (DoneEffect | undefined)[] = [];
  readonly #liveEnds: DoneEffect[] = [];
  readonly #underWay = new Set<TalkEffect>();

  /** `changed` is told, once, that the function does something else than is recorded. */
  constructor(turns: readonly Turn[], changed: (reason: string) => void) {
    this.#turns = turns;
    this.#changed = changed;
    this.#enter(0);
  }

  /** What happens now is new. */
  get isLive(): boolean {
    return !this.#isClosed && this.#at === this.#turns.length - 1;
  }

  /** The turn that the function is in. */
  get turn(): Turn {
    return this.#turns[this.#at]!;
  }

  /** What the last turn did. */
  get done(): readonly DoneEffect[] {
    const asked = this.#live.filter((one) => one !== undefined);
    if (asked.every((one, at) => one === this.#liveEnds[at])) return asked;
    return asked.map((one) => ({ ...one, end: this.#liveEnds.indexOf(one) }));
  }

  /** From now on whatever the function asks for never ends. */
  close(): void {
    this.#isClosed = true;
  }

  /** The effect's recorded result, or that of running it. */
  effect(effect: TalkEffect): Promise<unknown> {
    if (this.#isClosed) return never();
    const step = [...this.#underWay].find(({ isStep }) => isStep === true);
    const other = effect.isStep === true ? [...this.#underWay][0] : step;
    if (other !== undefined) return Promise.reject(atOnce(effect.name, other.name));
    return this.isLive ? this.#carryOut(effect) : this.#recall(effect);
  }

  /**
   * The function asks for the next update: goes on to it.
   * Undefined when there is none, or when the function has changed.
   * @throws HookgramError `bad-conversation` when effects are under way.
   */
  next(): Turn | undefined {
    const [underWay] = this.#underWay;
    if (underWay !== undefined) throw atOnce("a wait", underWay.name);
    if (this.#isClosed || this.isLive) return undefined;
    const [left] = this.#unused;
    if (left !== undefined) return this.change(`it asks without ${left.name}, which is recorded`);
    this.#enter(this.#at + 1);
    return this.turn;
  }

  /** The function does what it did not when this was recorded. */
  change(reason: string): undefined {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#changed(`after ${this.#at === 0 ? "its start" : `answer ${this.#at}`} ${reason}`);
  }

  #enter(at: number): void {
    this.#at = at;
    const { done } = this.turn;
    this.#unused = [...done];
    this.#open = done.toSorted(({ end: a = 0 }, { end: b = 0 }) => a - b);
  }

  async #carryOut(effect: TalkEffect): Promise<unknown> {
    const { name, run } = effect;
    const place = this.#live.push(undefined) - 1;
    const end = (result: DoneEffect): void => {
      this.#live[place] = result;
      this.#liveEnds.push(result);
    };
    this.#underWay.add(effect);
    try {
      const value = toJson(name, await run());
      end(value === undefined ? { name } : { name, value });
      return value;
    } catch (error) {
      end({ name, error: recordError(error) });
      throw error;
    } finally {
      this.#underWay.delete(effect);
    }
  }

  async #recall({ name, alike }: TalkEffect): Promise<unknown> {
    const isAlike = (one: DoneEffect): boolean => alike !== undefined && one.name.startsWith(alike);
    const found = this.#take((one) => one.name === name) ?? this.#take(isAlike);
    if (found === undefined) {
      this.change(`it does ${name}, which is not recorded`);
      return never();
    }
    await this.#untilItsTurn(found);
    if (found.error !== undefined) throw revive(found.error);
    return structuredClone(found.value);
  }

  /**
   * Effects that were under way together end in the order in which they ended, so that a race has the
   * same winner. Should one be missing, the function will be seen to have changed: none waits for ever.
   */
  async #untilItsTurn(effect: DoneEffect): Promise<void> {
    let ticks = 0;
    for (; this.#open[0] !== effect && ticks < TICKS_MAX; ticks += 1) await Promise.resolve();
    // What came before is to be through whatever stands around it.
    for (let left = ticks === 0 ? 0 : TICKS_BETWEEN; left > 0; left -= 1) await Promise.resolve();
    this.#open = this.#open.filter((one) => one !== effect);
  }

  #take(is: (one: DoneEffect) => boolean): DoneEffect | undefined {
    const at = this.#unused.findIndex(is);
    return at === -1 ? undefined : this.#unused.splice(at, 1)[0];
  }
}

function atOnce(name: string, underWay: string): HookgramError {
  const mend = "await one before the other; a step cannot use the conversation itself";
  return new HookgramError(
    "bad-conversation",
    `${name} began while ${underWay} was under way: ${mend}`,
  );
}

function toJson(name: string, value: unknown): Json | undefined {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? undefined : (JSON.parse(text) as Json);
  } catch (error) {
    const reason = `the result of ${name} cannot be kept as JSON: ${String(error)}`;
    throw new HookgramError("bad-conversation", reason);
  }
}
