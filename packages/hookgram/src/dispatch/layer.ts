import type { Scope } from "../context/scope.ts";
import { HookgramError } from "../error.ts";
import { isPromise } from "./is-promise.ts";
import type { Layer } from "./plan.ts";
import { isResult, type WalkResult } from "./results.ts";

/** Goes on behind a middleware, in the given context. */
export type Proceed = (scope: Scope) => Promise<WalkResult>;

/** Around which context a middleware runs, and what is done behind it and with its errors. */
export interface LayerRun {
  readonly scope: Scope;
  readonly proceed: Proceed;
  /** Told about what is thrown, before it goes on. */
  readonly failed: (error: unknown, layer: Layer, scope: Scope) => void;
}

/**
 * Runs one middleware and, through its `next`, what is behind it. What is behind is over before the
 * middleware is, whether it has waited or not.
 * @throws What the middleware throws, what was thrown behind it, or HookgramError `bad-middleware`.
 */
export async function runLayer(
  layer: Layer,
  { scope, proceed, failed }: LayerRun,
): Promise<WalkResult> {
  const passage = new Passage(layer.label, scope, proceed);
  try {
    const own = start(layer, scope, passage);
    // Middlewares that end with `return next(…)` are over with what is behind them.
    if (passage.isExactly(own)) return await own;
    passage.beginToClose();
    try {
      const given = await own;
      passage.end();
      // Most of the others end with what `next` gave as well, after a look at it.
      if (passage.isUsedWell && given === (await passage.behind)) return given as WalkResult;
    } catch {
      // Which of the two has failed, and what that means, takes longer to find out.
    }
    return await passage.close(own);
  } catch (error) {
    failed(error, layer, scope);
    throw error;
  }
}

/** What the middleware gives; a rejection also where it throws at once, for something may run behind it. */
function start({ run }: Layer, scope: Scope, { next }: Passage): unknown {
  try {
    const own = run(scope, next);
    // It may be waited for twice, which only a real promise bears.
    return isPromise(own) ? Promise.resolve(own) : own;
  } catch (error) {
    return Promise.reject(error);
  }
}

/**
 * The way behind one middleware.
 *
 * States: open → used (`next` was called) → over (the middleware has ended). What is called too often
 * or too late is refused, and fails the update if it still can.
 */
class Passage {
  readonly #label: string;
  readonly #scope: Scope;
  readonly #proceed: Proceed;
  #passed: Promise<WalkResult> | undefined;
  #misuse: HookgramError | undefined;
  /** The middleware may end before what is behind it, so an error there may find nobody waiting. */
  #isClosing = false;
  #isOver = false;

  constructor(label: string, scope: Scope, proceed: Proceed) {
    this.#label = label;
    this.#scope = scope;
    this.#proceed = proceed;
  }

  readonly next = (data?: object): Promise<WalkResult> => {
    if (this.#isOver) return this.#refuse("next() was called when the middleware had ended");
    if (this.#passed !== undefined) return this.#refuse("next() was called twice");
    this.#passed = this.#proceed(data === undefined ? this.#scope : this.#scope.extend(data));
    if (this.#isClosing) void watch(this.#passed);
    return this.#passed;
  };

  /** Whether the middleware gave back what `next` gave, and did nothing else. */
  isExactly(own: unknown): own is Promise<WalkResult> {
    if (own !== this.#passed || own === undefined || this.#misuse !== undefined) return false;
    this.#isOver = true;
    return true;
  }

  /** What `next` gave, if it was called. */
  get behind(): Promise<WalkResult> | undefined {
    return this.#passed;
  }

  /** `next` was called, and once. */
  get isUsedWell(): boolean {
    return this.#passed !== undefined && this.#misuse === undefined;
  }

  /** From here on the middleware's own end is waited for first. */
  beginToClose(): void {
    this.#isClosing = true;
    if (this.#passed !== undefined) void watch(this.#passed);
  }

  /** The middleware has ended. */
  end(): void {
    this.#isOver = true;
  }

  /** Waits for both and says what became of the update. */
  async close(running: unknown): Promise<WalkResult> {
    const own = await settle(running);
    this.end();
    const behind = await settle(this.#passed);
    warnAboutLostError(this.#scope, { own, behind, label: this.#label });
    if (this.#misuse !== undefined && own.status === "fulfilled") throw this.#misuse;
    return layerResult(own, behind, this.#label);
  }

  #refuse(problem: string): Promise<WalkResult> {
    this.#misuse = badMiddleware(problem);
    // Nobody may be waiting for it, and a process must not end because of that.
    if (this.#isOver)
      this.#scope.logger.error(
        { error: this.#misuse, middleware: this.#label },
        "A middleware went on after its end",
      );
    return watch(Promise.reject(this.#misuse));
  }
}

/** Keeps a rejection that nobody waits for from ending the process; whoever waits still gets it. */
function watch<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function settle<T>(running: T): Promise<PromiseSettledResult<Awaited<T>>> {
  try {
    return { status: "fulfilled", value: await running };
  } catch (reason) {
    return { status: "rejected", reason };
  }
}

/** What a middleware made of what was behind it; `behind` has no value when it was never run. */
function layerResult(
  own: PromiseSettledResult<unknown>,
  behind: PromiseSettledResult<WalkResult | undefined>,
  label: string,
): WalkResult {
  if (own.status === "rejected") throw own.reason;
  const result = own.value;
  if (isResult(result, "drop")) return { middleware: label, ...result };
  if (isResult(result, "skip") || isResult(result, "reject")) return result;
  if (behind.status === "rejected") throw behind.reason;
  if (behind.value !== undefined) return behind.value;
  throw badMiddleware("it returned neither what next() gave, nor skip, reject or drop");
}

function badMiddleware(problem: string): HookgramError {
  return new HookgramError("bad-middleware", problem);
}

/** How a middleware and what is behind it ended. */
interface LayerEnd {
  readonly own: PromiseSettledResult<unknown>;
  readonly behind: PromiseSettledResult<unknown>;
  readonly label: string;
}

/**
 * A middleware that ends in its own way makes nothing of an error behind it. Whether it has caught it
 * or never waited for it cannot be told, so the error is at least in the log.
 */
function warnAboutLostError({ logger }: Scope, { own, behind, label }: LayerEnd): void {
  if (behind.status !== "rejected") return;
  if (own.status === "rejected" ? isCausedBy(own.reason, behind.reason) : isPassed(own.value))
    return;
  const message = "A middleware ended in its own way, and this error behind it counts for nothing";
  logger.warn({ error: behind.reason as unknown, middleware: label }, message);
}

/** Errors are wrapped a few times at most; a circle of causes is not worth a stack. */
const CAUSES_MAX = 10;

function isCausedBy(error: unknown, cause: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX; depth += 1) {
    if (Object.is(current, cause)) return true;
    if (!(current instanceof Error)) return false;
    current = current.cause;
  }
  return false;
}

/** Without a result of its own a middleware is thrown what was thrown behind it. */
function isPassed(value: unknown): boolean {
  return !isResult(value, "drop") && !isResult(value, "skip") && !isResult(value, "reject");
}
