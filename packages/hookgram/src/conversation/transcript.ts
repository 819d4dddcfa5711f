import type { Update } from "@hookgram/bot-api";
import type { Json } from "../dispatch/invocation.ts";
import { HookgramError } from "../error.ts";
import { type RecordedError, recordError, revive } from "./recorded-error.ts";

/** An effect of the function, with its result; neither `value` nor `error`: it gave nothing. */
export interface DoneEffect {
  readonly name: string;
  readonly value?: Json;
  readonly error?: RecordedError;
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
  readonly #live: (DoneEffect | undefined)[] = [];
  readonly #underWay = new Set<TalkEffect>();

  /** `changed` is told, once, that the function does something else than is recorded. */
  constructor(turns: readonly Turn[], changed: (reason: string) => void) {
    this.#turns = turns;
    this.#changed = changed;
    this.#unused = [...turns[0]!.done];
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
    return this.#live.filter((one) => one !== undefined);
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
    if (left !== undefined) return this.#change(`it asks without ${left.name}, which is recorded`);
    this.#at += 1;
    this.#unused = [...this.turn.done];
    return this.turn;
  }

  /** The function does what it did not when this was recorded. */
  change(reason: string): void {
    this.#change(reason);
  }

  async #carryOut(effect: TalkEffect): Promise<unknown> {
    const { name, run } = effect;
    // Its place is that of the request: two that are alike may end in another order.
    const place = this.#live.push(undefined) - 1;
    this.#underWay.add(effect);
    try {
      const value = toJson(name, await run());
      this.#live[place] = value === undefined ? { name } : { name, value };
      return value;
    } catch (error) {
      this.#live[place] = { name, error: recordError(error) };
      throw error;
    } finally {
      this.#underWay.delete(effect);
    }
  }

  async #recall({ name, alike }: TalkEffect): Promise<unknown> {
    const isAlike = (one: DoneEffect): boolean => alike !== undefined && one.name.startsWith(alike);
    const found = this.#take((one) => one.name === name) ?? this.#take(isAlike);
    if (found === undefined) {
      this.#change(`it does ${name}, which is not recorded`);
      return never();
    }
    if (found.error !== undefined) throw revive(found.error);
    return structuredClone(found.value);
  }

  #take(is: (one: DoneEffect) => boolean): DoneEffect | undefined {
    const at = this.#unused.findIndex(is);
    return at === -1 ? undefined : this.#unused.splice(at, 1)[0];
  }

  #change(reason: string): undefined {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#changed(`after ${this.#at === 0 ? "its start" : `answer ${this.#at}`} ${reason}`);
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
